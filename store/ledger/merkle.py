"""The hash tree of RFC 6962, section 2.1: pure functions over bytes.

A tree of n leaves is grown by its frontier, the roots of its full subtrees from left to right, so
appending costs O(log n) and needs no old leaf. Every hash in a proof is the root of one range of
leaves `[low, high)`; `inclusion_path` names those ranges, `subtree_roots` finds their roots in one
pass. Verification follows RFC 9162, section 2.1.3.2.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

EMPTY = sha256(b"").digest()
WIDTH = 32

Range = tuple[int, int]
Node = tuple[int, int, bytes]
"""A full subtree over the leaves `[low, high)`, and its root."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes (prefix 0x00)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (prefix 0x01)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """A tree by its size and the roots of its full subtrees, largest (leftmost) first."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, packed: bytes) -> Self:
        """The frontier that `packed` wrote. Raises ValueError when the two do not fit."""
        if size < 0 or len(packed) != WIDTH * size.bit_count():
            raise ValueError(f"a frontier of {len(packed)} bytes is none of a tree of {size}")
        return cls(size, [packed[at : at + WIDTH] for at in range(0, len(packed), WIDTH)])

    def packed(self) -> bytes:
        """The hashes in one piece."""
        return b"".join(self.hashes)

    def append(self, hashed: bytes) -> None:
        """Add one leaf, given by its leaf hash."""
        size = self.size
        while size & 1:
            hashed = node_hash(self.hashes.pop(), hashed)
            size >>= 1
        self.hashes.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return EMPTY
        top = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            top = node_hash(left, top)
        return top


def tree_root(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for hashed in hashes:
        frontier.append(hashed)
    return frontier.root()


def _split(low: int, high: int) -> int:
    # The largest power of two smaller than the number of leaves goes to the left.
    return low + (1 << ((high - low - 1).bit_length() - 1))


def inclusion_path(index: int, size: int) -> list[Range]:
    """The subtrees whose roots prove leaf `index` in a tree of `size`, from the leaf upwards.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    low, high, ranges = 0, size, []
    while high - low > 1:
        middle = _split(low, high)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def leaf_nodes(hashes: Iterable[bytes], low: int = 0) -> Iterator[Node]:
    """Leaf hashes as nodes, the first of them being leaf `low`."""
    for index, hashed in enumerate(hashes, start=low):
        yield index, index + 1, hashed


def subtree_roots(nodes: Iterable[Node], wanted: Collection[Range]) -> dict[Range, bytes]:
    """The roots of the `wanted` subtrees of a tree, found in one pass.

    `nodes` are the tree from left to right, in leaves or in larger full subtrees of it; what is
    wanted inside one of those cannot be found and is left out.
    """
    want, roots = set(wanted), {}
    stack: list[Node] = []

    def push(low: int, high: int, hashed: bytes) -> None:
        if (low, high) in want:
            roots[low, high] = hashed
        stack.append((low, high, hashed))

    for node in nodes:
        push(*node)
        while len(stack) > 1 and _are_siblings(stack[-2], stack[-1]):
            _, high, right = stack.pop()
            low, _, left = stack.pop()
            push(low, high, node_hash(left, right))
    # What is left leans to the right: the only subtrees that are not full.
    while len(stack) > 1:
        _, high, right = stack.pop()
        low, _, left = stack.pop()
        push(low, high, node_hash(left, right))
    return roots


def _are_siblings(left: Node, right: Node) -> bool:
    """Whether two neighbours are the halves of one full subtree."""
    width = right[1] - right[0]
    return left[1] - left[0] == width and left[0] % (2 * width) == 0


def included(hashed: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to; None when the proof has the wrong shape."""
    if not 0 <= index < size:
        return None
    at, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            hashed = node_hash(sibling, hashed)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        at, last = at >> 1, last >> 1
    return hashed if last == 0 else None
