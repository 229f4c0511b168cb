"""A proof that a case's entries stand in the signed ledger, without showing any other entry.

The file is JSON: the signed head, and for each entry its leaf, its index (from 0) and the hashes
from the leaf to the root (base64). With `disclose` it also opens the private words. `check_proof`
needs nothing but the file and the public key; `check_proof.py` is the same as a script for
strangers.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from deskless.store.engine.rows import Json, is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import EntryRow, SecretRow
from deskless.store.ledger import blocks, head, merkle
from deskless.store.ledger.entries import Entry, Span, commitment, frontier, read_entries
from deskless.store.ledger.head import HeadRefused

FORMAT = "deskless-proof-1"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a good proof shows: the head it stands under, and the entries' leaves in order."""

    head: head.LedgerHead
    entries: tuple[Json, ...]
    private: tuple[Json | None, ...]


def write_proof(session: Session, case: str, key: head.Key, *, disclose: bool = False) -> bytes:
    """The proof file for a case, under the ledger's head as it stands.

    Raises ValueError when the ledger has no entry of that case.
    """
    entries = list(read_entries(session, Span(case=case)))
    if not entries:
        raise ValueError(f"no entry of {case} in the ledger")
    size = frontier(session).size
    paths = {entry.seq: merkle.inclusion_path(entry.seq - 1, size) for entry in entries}
    roots = _roots(session, entries, paths)
    shown = _secrets(session, case) if disclose else {}
    proofs = [
        {
            "index": entry.seq - 1,
            "leaf": entry.leaf.decode(),
            "path": [base64.b64encode(roots[each]).decode() for each in paths[entry.seq]],
            **shown.get(entry.seq, {}),
        }
        for entry in entries
    ]
    note = head.sign_head(head.current_head(session, key.name), key).decode()
    whole = {"format": FORMAT, "case": case, "head": note, "entries": proofs}
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def _roots(
    session: Session, entries: list[Entry], paths: dict[int, list[merkle.Range]]
) -> dict[merkle.Range, bytes]:
    """The hashes of these paths: from the blocks that are kept, or, where those do not add up to
    the tree, from every leaf.
    """
    tree = frontier(session)
    wanted = {each for path in paths.values() for each in path}
    opened = {(entry.seq - 1) // blocks.BLOCK for entry in entries}
    roots = merkle.subtree_roots(blocks.tree_nodes(session, tree.size, opened), wanted)
    for entry in entries:
        path = [roots.get(each, b"") for each in paths[entry.seq]]
        if merkle.included(entry.leaf_hash, entry.seq - 1, tree.size, path) != tree.root():
            leaves = blocks.leaf_hashes(session, 0, tree.size)
            return merkle.subtree_roots(merkle.leaf_nodes(leaves), wanted)
    return roots


def _secrets(session: Session, case: str) -> dict[int, Json]:
    rows, private = EntryRow, SecretRow
    beside = (rows.c.org_id == private.c.org_id) & (rows.c.seq == private.c.seq)
    query = select(private.c.seq, private.c.salt, private.c.content)
    query = query.select_from(rows.join(private, beside))
    result = run_statement(session, query.where(is_mine(session, rows), rows.c.case_key == case))
    return {row.seq: {"salt": bytes(row.salt).hex(), "private": row.content} for row in result}


def check_proof(proof: bytes, vkey: str) -> Proven:
    """What a proof file proves under a verifier key. Raises HeadRefused when it proves nothing."""
    try:
        whole = json.loads(proof)
        if whole["format"] != FORMAT:
            raise HeadRefused(f"not a {FORMAT} file")
        signed = head.open_head(whole["head"].encode(), vkey)
        leaves = [_proven(entry, whole["case"], signed) for entry in whole["entries"]]
    except HeadRefused:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise HeadRefused(f"not a proof file: {error!r}") from error
    if not leaves:
        raise HeadRefused("the file holds no entry")
    return Proven(signed, tuple(each[0] for each in leaves), tuple(each[1] for each in leaves))


def _proven(entry: dict[str, Any], case: str, signed: head.LedgerHead) -> tuple[Json, Json | None]:
    leaf, index = entry["leaf"].encode(), entry["index"]
    path = [base64.b64decode(each, validate=True) for each in entry["path"]]
    if merkle.included(merkle.leaf_hash(leaf), index, signed.size, path) != signed.root:
        raise HeadRefused(f"entry {index + 1} does not stand under the signed head")
    values = json.loads(leaf)
    if values["case"] != case:
        raise HeadRefused(f"entry {index + 1} is about {values['case']}, not {case}")
    if "private" not in entry:
        return values, None
    if commitment(bytes.fromhex(entry["salt"]), entry["private"]) != values["private"]:
        raise HeadRefused(f"the private words of entry {index + 1} are not those it was made with")
    return values, json.loads(entry["private"])
