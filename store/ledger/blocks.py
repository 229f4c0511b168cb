"""The roots of full blocks of the ledger's tree, kept so that a proof need not hash every leaf.

They are worked out from the leaf hashes and prove nothing by themselves: whoever reads them checks
the result against the tree's root. A ledger of before they were kept is caught up with as it grows.
"""

import base64
from collections.abc import Collection, Iterator

from sqlalchemy import select

from deskless.store import state
from deskless.store.engine.rows import is_mine, run_statement
from deskless.store.engine.session import Session
from deskless.store.engine.tables import EntryRow
from deskless.store.ledger import merkle
from deskless.store.ledger.merkle import WIDTH, Node

BLOCK = 1024
"""Leaves of a block: reading one costs about a millisecond, and so do a million leaves' blocks."""
KEY = "ledger:blocks"
"""Where the roots are kept, one after the other, in base64."""
CATCH_UP = 64
"""Blocks that are worked out at once at most, so that an old ledger holds nobody up."""
PAGE = 10_000


def full_blocks(session: Session) -> list[bytes]:
    """The roots of the full blocks that are kept, from the first entry on."""
    packed = base64.b64decode(state.get(session, KEY, ""))
    return [packed[at : at + WIDTH] for at in range(0, len(packed), WIDTH)]


def keep_blocks(session: Session, before: int, size: int) -> None:
    """Keep the blocks that became full while the ledger grew from `before` to `size` entries."""
    if before // BLOCK == size // BLOCK:
        return
    roots = full_blocks(session)
    for number in range(len(roots), min(size // BLOCK, len(roots) + CATCH_UP)):
        roots.append(merkle.tree_root(leaf_hashes(session, number * BLOCK, (number + 1) * BLOCK)))
    state.put(session, KEY, base64.b64encode(b"".join(roots)).decode())


def tree_nodes(session: Session, size: int, opened: Collection[int]) -> Iterator[Node]:
    """The tree of `size` leaves from left to right: blocks as one node each, but leaf by leaf those
    numbered in `opened` and whatever is not kept as a block.
    """
    roots = full_blocks(session)[: size // BLOCK]
    for number, root in enumerate(roots):
        low, high = number * BLOCK, (number + 1) * BLOCK
        if number in opened:
            yield from merkle.leaf_nodes(leaf_hashes(session, low, high), low)
        else:
            yield low, high, root
    rest = len(roots) * BLOCK
    yield from merkle.leaf_nodes(leaf_hashes(session, rest, size), rest)


def leaf_hashes(session: Session, low: int, high: int) -> Iterator[bytes]:
    """The hashes of the leaves `[low, high)`, counted from 0; in pages."""
    rows = EntryRow
    query = select(rows.c.seq, rows.c.leaf_hash).where(is_mine(session, rows), rows.c.seq <= high)
    query = query.order_by(rows.c.seq).limit(PAGE)
    after = low
    while page := run_statement(session, query.where(rows.c.seq > after)).all():
        for row in page:
            yield bytes(row.leaf_hash)
        after = page[-1].seq
