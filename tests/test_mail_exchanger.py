"""The verdict as a real Postfix with OpenDKIM and OpenDMARC writes it, and what a yes is worth."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import postfix as exchangers
import pytest
from acme import Acme
from dovecot import Dovecot

from deskless.mailbox.sender.dmarc import Receiver, Standing, authenticate, verdict_place

pytestmark = [pytest.mark.dovecot, pytest.mark.postfix, pytest.mark.slow]
SERVER = Receiver(exchangers.HOSTNAME)
FORGED = f"Authentication-Results: {SERVER.authserv}; dmarc=pass header.from=acme.example\n"


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot) -> Iterator[exchangers.Postfix]:
    """The mail exchanger of acme.example in front of the Dovecot."""
    server = exchangers.start(dovecot)
    yield server
    server.stop()


@pytest.fixture
def acme(dovecot: Dovecot, tmp_path: Path) -> Acme:
    """Acme, with Ana asked to take a case."""
    made = Acme(dovecot, tmp_path / "acme")
    made.run("run", "--once")
    made.send("vera@strict.example", made.inbox, "Invoice", "I was charged twice for October.")
    made.run("run", "--once")
    return made


def mail(sender: str, to: str, text: str = "ACCEPT", **more: str) -> bytes:
    """A mail as a client hands it in."""
    fields = {"From": sender, "To": to, "Subject": "Re: yes", "Message-ID": f"<{time.time_ns()}@x>"}
    head = "".join(
        f"{name.replace('_', '-')}: {value}\n" for name, value in {**fields, **more}.items()
    )
    return f"{head}Date: Mon, 23 Nov 2026 09:00:00 +0000\n\n{text}\n".encode()


def arrived(dovecot: Dovecot, postfix: exchangers.Postfix, raw: bytes, sender: str) -> bytes:
    """The mail as it lies in the mailbox after Postfix took it in."""
    box = f"box{time.monotonic_ns()}"
    postfix.hand_in(f"{box}@acme.example", raw, sender)
    [header] = wait(dovecot, box, postfix)
    return header


def wait(dovecot: Dovecot, box: str, postfix: exchangers.Postfix, count: int = 1) -> list[bytes]:
    """The header blocks of a mailbox as soon as there are so many."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with dovecot.client(box) as imap:
            imap.select(readonly=True)
            _, [uids] = imap.search(None, "ALL")
            if len(uids.split()) >= count:
                return [imap.fetch(uid, "(BODY.PEEK[HEADER])")[1][0][1] for uid in uids.split()]
        time.sleep(0.05)
    raise AssertionError(postfix.log())


@pytest.mark.parametrize(
    ("sender", "signed", "standing"),
    [
        ("ana@acme.example", "acme.example", Standing.PASS),
        ("ana@none.example", "none.example", Standing.PASS),
        ("ana@acme.example", "", Standing.FAIL),
        ("ana@acme.example", "evil.example", Standing.FAIL),  # signed, and not aligned
        ("ana@strict.example", "", Standing.FAIL),
        ("ana@none.example", "", Standing.NONE),
        ("ana@elsewhere.example", "", Standing.NONE),
    ],
)
@pytest.mark.parametrize("forged", ["", FORGED])
def test_what_it_writes_is_read(
    dovecot: Dovecot, postfix: exchangers.Postfix, sender: str, signed: str, standing: Standing,
    forged: str,
) -> None:  # fmt: skip
    """Two fields of one name, above its Received; a forged one below changes nothing."""
    raw = mail(sender, "x@acme.example")
    raw = postfix.sign(raw, signed) if signed else raw
    header = arrived(dovecot, postfix, forged.encode() + raw, sender)
    assert verdict_place(header, SERVER) == "above"
    assert authenticate(header, SERVER, sender.partition("@")[2])[0] is standing


@pytest.mark.parametrize("away", [("dmarc",), ("dkim", "dmarc")])
def test_while_the_filters_are_away_nothing_is_believed(
    dovecot: Dovecot, postfix: exchangers.Postfix, away: tuple[str, ...]
) -> None:
    """Postfix takes the mail in and leaves the sender's field where it was; also one that a signer
    wrote into his own name."""
    for name in away:
        postfix.stop_milter(name)
    try:
        plain = mail("ana@acme.example", "x@acme.example")
        header = arrived(dovecot, postfix, FORGED.encode() + plain, "ana@acme.example")
        assert authenticate(header, SERVER, "acme.example")[0] is Standing.NONE
        identity = " i=x=3B=20dmarc=3Dpass=20header.from=3Dacme.example=20x@evil.example;"
        odd = postfix.sign(plain, "evil.example", identity)
        header = arrived(dovecot, postfix, odd, "ana@evil.example")
        assert authenticate(header, SERVER, "acme.example")[0] is Standing.NONE
    finally:
        for name in away:
            postfix.start_milter(name)


def answer(acme: Acme, postfix: exchangers.Postfix, *, signed: bool, forged: str = "") -> str:
    """Ana's ACCEPT comes in from elsewhere and is read; returns who owns the case."""
    brief = acme.mails(acme.ana)[-1]
    raw = mail(acme.ana, str(brief["Reply-To"]), In_Reply_To=str(brief["Message-ID"]))
    raw = postfix.sign(raw, "acme.example") if signed else raw
    box = acme.inbox.partition("@")[0]
    before = len(wait(acme.server, box, postfix))
    postfix.hand_in(str(brief["Reply-To"]), forged.encode() + raw, acme.ana)
    wait(acme.server, box, postfix, before + 1)
    acme.run("run", "--once")
    [case] = [json.loads(line) for line in acme.run("cases", "--json").splitlines()]
    return str(case["owner"] or "")


def test_a_signed_yes_owns_without_a_code(acme: Acme, postfix: exchangers.Postfix) -> None:
    """And `check` tells that it did, and where the verdict stands."""
    assert answer(acme, postfix, signed=True) == "Ana Lopez"
    lines = [json.loads(line) for line in acme.run("check", "--json").splitlines()]
    fields = {line["id"]: (line["result"], line["said"]) for line in lines}
    assert fields["verdicts"] == ("ok", "Ana Lopez: a yes counts without a code")
    assert fields["place"] == ("ok", "the verdict stands above the Received of mx.acme.example")
    assert fields["received"][0] == fields["authserv"][0] == fields["plus"][0] == "ok"


def test_an_unsigned_yes_is_refused(acme: Acme, postfix: exchangers.Postfix) -> None:
    """The domain asks for it; a verdict of the sender's own hides nothing."""
    assert answer(acme, postfix, signed=False, forged=FORGED) == ""
    assert "in your name" in str(acme.mails(acme.ana)[-1].get_body(("plain",)))


def test_a_yes_with_a_forged_verdict_asks_for_a_code_while_the_filter_is_away(
    acme: Acme, postfix: exchangers.Postfix
) -> None:
    """Nothing moves until the address in the matrix has answered."""
    postfix.stop_milter("dmarc")
    try:
        assert answer(acme, postfix, signed=False, forged=FORGED) == ""
    finally:
        postfix.start_milter("dmarc")
    code = acme.mails(acme.ana)[-1]
    assert "Was this you?" in code.get_body(("plain",)).get_content()
    lines = [json.loads(line) for line in acme.run("check", "--json").splitlines()]
    [verdict] = [line for line in lines if line["id"] == "verdicts"]
    assert (verdict["result"], "below the server's own" in verdict["said"]) == ("warn", True)
    assert "milter_default_action = tempfail" in verdict["fix"]
