"""Signed heads: the format against known notes, what mail does to them, and proofs of a case."""

import base64
import json
import subprocess
import sys
from base64 import encodebytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from quopri import encodestring

import pytest
from stores import NOON, entry

from deskless.store import state
from deskless.store.engine.database import Store
from deskless.store.ledger import blocks, check_proof, entries, head, merkle, proof, witness
from deskless.store.ledger.head import HeadRefused, Key, LedgerHead

pytest_plugins = ["store_fixtures", "postgres"]

# Known verifier keys: the example of Go's sumdb/note, and Go's checksum database.
KNOWN = {
    "PeterNeumann": "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "sum.golang.org": "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
}
NEUMANN = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NEUMANN_SIGNED = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)


@pytest.fixture
def note(key: Key) -> bytes:
    """A signed head."""
    return head.sign_head(LedgerHead("deskless/acme", 7, merkle.leaf_hash(b"x")), key)


@pytest.mark.parametrize("name", KNOWN)
def test_known_verifier_keys_are_read(name: str) -> None:
    """Name and hash fit."""
    assert head.verifier_parts(KNOWN[name])[0] == name


def test_a_known_note_verifies() -> None:
    """The signature of Go's example, with our reading of its key."""
    _, key_id, public = head.verifier_parts(KNOWN["PeterNeumann"])
    raw = base64.b64decode(NEUMANN_SIGNED)
    assert raw[:4] == key_id
    public.verify(raw[4:], NEUMANN.encode())


def test_a_head_is_a_checkpoint(note: bytes, key: Key) -> None:
    """Three lines, an empty one, a signature line; and it opens."""
    lines = note.decode().split("\n")
    assert lines[:2] == ["deskless/acme", "7"]
    assert base64.b64decode(lines[2]) == merkle.leaf_hash(b"x")
    assert lines[3] == ""
    assert lines[4].startswith("— deskless/acme ")
    assert head.open_head(note, key.vkey()) == LedgerHead(
        "deskless/acme", 7, merkle.leaf_hash(b"x")
    )


def test_crlf_opens_too(note: bytes, key: Key) -> None:
    """What mail does to line ends."""
    assert head.open_head(note.replace(b"\n", b"\r\n"), key.vkey()).size == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace(b"\n7\n", b"\n8\n"),
        lambda note: note.replace(b"deskless/acme\n7", b"deskless/evil\n7"),
        lambda note: note.replace(b"\n7\n", b"\n07\n"),
        lambda note: note.split(b"\n\n")[0],
        lambda note: note.replace("—".encode(), b"-"),
        lambda note: b"\xff" + note,
        lambda note: b"",
        lambda note: note[:-20] + b"A" * 19 + b"\n",
    ],
)
def test_a_changed_head_is_refused(note: bytes, key: Key, change: object) -> None:
    """Any change of text or signature."""
    with pytest.raises(HeadRefused):
        head.open_head(change(note), key.vkey())  # type: ignore[operator]


def test_another_key_is_refused_even_under_our_name(note: bytes, tmp_path: Path) -> None:
    """A forger may call his key what he likes."""
    other = head.signing_key(tmp_path / "other.key", "deskless/acme")
    with pytest.raises(HeadRefused, match="not signed by"):
        head.open_head(note, other.vkey())


@pytest.mark.parametrize(
    "vkey", ["", "a+b", "a+00000000+AA==", "x+zz+!!", KNOWN["PeterNeumann"][1:]]
)
def test_a_bad_verifier_key_is_refused(note: bytes, vkey: str) -> None:
    """Also one whose hash does not fit its name."""
    with pytest.raises(HeadRefused):
        head.open_head(note, vkey)


def test_the_key_is_made_once_private_and_belongs_to_one_ledger(tmp_path: Path) -> None:
    """Mode 0600 whatever the umask; the same key the next time; another name is refused."""
    path = tmp_path / "ledger.key"
    made = head.signing_key(path, "deskless/acme")
    assert path.stat().st_mode & 0o777 == 0o600
    assert head.signing_key(path, "deskless/acme").vkey() == made.vkey()
    with pytest.raises(ValueError, match="is the key of"):
        head.signing_key(path, "deskless/other")
    with pytest.raises(ValueError, match="without spaces"):
        head.signing_key(tmp_path / "x", "has space")


def test_a_size_is_signed_once(store: Store, key: Key) -> None:
    """Published twice: the same bytes; after an entry: a new head."""
    with store.transaction() as session:
        empty = head.publish_head(session, key, NOON)
        assert head.publish_head(session, key, NOON) == empty
        entries.append_entries(session, [entry()])
        assert head.open_head(head.publish_head(session, key, NOON), key.vkey()).size == 1


def _mail(note: bytes) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "deskless@acme.example", "Weekly"
    mail.set_content("Hello\n")
    mail.add_attachment(note, "application", "octet-stream", filename=head.FILENAME)
    return mail


def test_heads_are_found_in_every_shape_mail_gives_them(note: bytes) -> None:
    """Attached, with CRLF, forwarded whole or as a file, as a bare file."""
    plain = _mail(note)
    forwarded = EmailMessage()
    forwarded.set_content("see below")
    forwarded.add_attachment(plain)
    filed = EmailMessage()
    filed.set_content("see file")
    filed.add_attachment(plain.as_bytes(), "application", "octet-stream", filename="weekly.eml")
    shapes = [
        plain.as_bytes(),
        plain.as_bytes().replace(b"\n", b"\r\n"),
        forwarded.as_bytes(),
        filed.as_bytes(),
        plain.as_bytes(policy=SMTP),
        note,
    ]
    assert [witness.heads_in(each) for each in shapes] == [[note]] * len(shapes)


@pytest.mark.parametrize("coding", ["base64", "quoted-printable"])
def test_a_forwarded_mail_that_was_encoded_whole_is_opened(note: bytes, coding: str) -> None:
    """RFC 2046 forbids it, some gateways do it: message/rfc822 in base64, its inner one too."""
    plain = _mail(note).as_bytes()
    for edge in (b"inner", b"outer"):
        coded = encodebytes(plain) if coding == "base64" else encodestring(plain)
        plain = (
            b"Subject: Fwd: Weekly\nMIME-Version: 1.0\n"
            b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n'
            b"Content-Type: message/rfc822\nContent-Transfer-Encoding: %s\n\n%s\n--%s--\n"
        ) % (edge, edge, coding.encode(), coded, edge)
        assert witness.heads_in(plain) == [note]
    assert witness.heads_in(plain[:300]) == []


def test_the_words_of_a_mail_are_read_as_its_reader_sees_them() -> None:
    """Decoded text parts, nothing for junk."""
    mail = EmailMessage()
    mail.set_content("a" * 90 + "ü", cte="quoted-printable")
    assert ("a" * 90 + "ü").encode() in witness.text_parts(mail.as_bytes())
    assert witness.text_parts(b"\xff\x00") == b"\xff\x00"


def test_mails_without_a_head_have_none() -> None:
    """Junk, an empty file, a deep nest: no head and no exception."""
    nest = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2000)
    )
    for junk in (b"", b"\xff\x00", b"Subject: hi\n\nhello\n", nest):
        assert witness.heads_in(junk) == []


@pytest.fixture
def proven(store: Store, key: Key) -> bytes:
    """The proof of one case among others, with its words."""
    made = [
        entry(ticket=f"T-{n % 4}", case=f"T-{n % 4}-1", private={"n": f"word {n}"})
        for n in range(21)
    ]
    with store.transaction() as session:
        entries.append_entries(session, made)
    with store.reading() as session:
        return proof.write_proof(session, "T-2-1", key, disclose=True)


def test_a_case_is_proven_without_the_others(proven: bytes, key: Key) -> None:
    """Its five entries under the head of 21, its words, and nobody else's."""
    result = proof.check_proof(proven, key.vkey())
    assert result.head.size == 21
    assert [leaf["seq"] for leaf in result.entries] == [3, 7, 11, 15, 19]
    assert result.private[0] == {"n": "word 2"}
    assert b"T-1-1" not in proven
    assert b"word 3" not in proven


def test_a_proof_from_blocks_is_the_one_from_leaves(
    store: Store, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of four: kept as the ledger grows, caught up with where they were not, and left aside
    where somebody changed them.
    """
    monkeypatch.setattr(blocks, "BLOCK", 4)
    monkeypatch.setattr(blocks, "CATCH_UP", 2)
    made = [entry(ticket=f"T-{n % 9}", case=f"T-{n % 9}-1") for n in range(30)]
    with store.transaction() as session:
        entries.append_entries(session, made[:9])
        assert len(blocks.full_blocks(session)) == 2
        state.drop(session, blocks.KEY)
    sizes = []
    for new in made[9:]:
        with store.transaction() as session:
            entries.append_entries(session, [new])
            sizes.append(len(blocks.full_blocks(session)))
    assert sizes[-1] == 30 // 4
    with store.reading() as session:
        proofs = [proof.write_proof(session, f"T-{n}-1", key) for n in range(9)]
    with store.transaction() as session:
        state.drop(session, blocks.KEY)
    with store.reading() as session:
        assert [proof.write_proof(session, f"T-{n}-1", key) for n in range(9)] == proofs
    with store.transaction() as session:
        state.put(session, blocks.KEY, base64.b64encode(bytes(32 * 7)).decode())
    with store.reading() as session:
        assert [proof.write_proof(session, f"T-{n}-1", key) for n in range(9)] == proofs


def _bend(proven: bytes, bend: object) -> bytes:
    whole = json.loads(proven)
    bend(whole)  # type: ignore[operator]
    return json.dumps(whole).encode()


BENT = {
    "leaf": lambda w: w["entries"][0].update(
        leaf=w["entries"][0]["leaf"].replace('"n":1', '"n":2')
    ),
    "index": lambda w: w["entries"][0].update(index=3),
    "path": lambda w: w["entries"][0]["path"].pop(),
    "head": lambda w: w.update(head=w["head"].replace("\n21\n", "\n22\n")),
    "swap": lambda w: w["entries"][0].update(path=w["entries"][1]["path"]),
}


@pytest.mark.parametrize("name", BENT)
def test_a_bent_proof_proves_nothing(
    proven: bytes, key: Key, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither for us nor for the script that strangers run."""
    bent = _bend(proven, BENT[name])
    with pytest.raises(HeadRefused):
        proof.check_proof(bent, key.vkey())
    (tmp_path / "proof.json").write_bytes(bent)
    with pytest.raises(Exception):  # noqa: B017
        check_proof.main(str(tmp_path / "proof.json"), key.vkey())
    assert "proved" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "junk", [b"", b"{}", b"[]", b'{"format": "deskless-proof-1", "entries": []}']
)
def test_junk_is_no_proof(key: Key, junk: bytes) -> None:
    """Refused by name, whatever is missing."""
    with pytest.raises(HeadRefused):
        proof.check_proof(junk, key.vkey())


def test_changed_words_are_refused(proven: bytes, key: Key) -> None:
    """Words and salt must be those of the leaf; the case must be the one that is claimed."""
    with pytest.raises(HeadRefused, match="private words"):
        proof.check_proof(proven.replace(b"word 2", b"word 9"), key.vkey())
    with pytest.raises(HeadRefused, match="not T-9-1"):
        proof.check_proof(_bend(proven, lambda whole: whole.update(case="T-9-1")), key.vkey())


def test_the_script_for_strangers_runs_by_itself(proven: bytes, key: Key, tmp_path: Path) -> None:
    """With nothing of ours on the path: exit 0 and the leaves; exit 1 for another key."""
    (tmp_path / "proof.json").write_bytes(proven)
    script = Path(str(check_proof.__file__)).resolve()
    other = head.signing_key(tmp_path / "o.key", "deskless/acme").vkey()
    for vkey, code in ((key.vkey(), 0), (other, 1)):
        done = subprocess.run(
            [sys.executable, "-I", script, tmp_path / "proof.json", vkey],
            capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
    assert "NOT PROVED" in done.stderr


def test_no_entry_of_a_case_is_no_proof(store: Store, key: Key) -> None:
    """An unknown case is told."""
    with store.reading() as session, pytest.raises(ValueError, match="no entry of T-9-1"):
        proof.write_proof(session, "T-9-1", key)
