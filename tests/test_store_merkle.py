"""The hash tree against the standard's own examples and against its definition, written naively."""

from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from deskless.store.ledger import merkle

# The reference tree of the Certificate Transparency code base (merkle_tree_test.cc).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243",
        "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1: MTH(D[n]), word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1: PATH(m, D[n]), word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def inclusion(index: int, hashes: list[bytes]) -> list[bytes]:
    """The proof that a leaf stands in a tree, as `store.ledger.proof` makes it."""
    ranges = merkle.inclusion_path(index, len(hashes))
    result = merkle.subtree_roots(merkle.leaf_nodes(hashes), ranges)
    return [result[each] for each in ranges]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_its_known_roots(size: int) -> None:
    """Each size from 0 to 8."""
    assert merkle.tree_root(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_reference_tree_has_its_known_inclusion_proofs(index: int, size: int) -> None:
    """Hash for hash."""
    proof = inclusion(index, HASHES[:size])
    assert [each.hex() for each in proof] == INCLUSION[index, size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_root_is_what_the_standard_defines(leaves: list[bytes]) -> None:
    """The frontier form equals the recursive definition, and survives packing at any size."""
    tree = merkle.Frontier()
    for leaf in leaves:
        tree = merkle.Frontier.read(tree.size, tree.packed())
        tree.append(merkle.leaf_hash(leaf))
    assert tree.root() == naive_root(leaves)


@given(st.data(), st.integers(1, 70))
def test_every_inclusion_proof_is_the_standards_and_leads_to_the_root(
    data: st.DataObject, size: int
) -> None:
    """PATH by ranges equals PATH by recursion, and verifies."""
    leaves = [bytes([n]) for n in range(size)]
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, hashes)
    assert proof == naive_path(index, leaves)
    assert merkle.included(hashes[index], index, size, proof) == naive_root(leaves)


@given(st.data(), st.integers(1, 70), st.sampled_from((2, 4, 8)))
def test_blocks_give_the_same_roots_as_their_leaves(
    data: st.DataObject, size: int, width: int
) -> None:
    """Whole blocks as one node each but for the one that is looked into."""
    hashes = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    nodes: list[merkle.Node] = []
    for low in range(0, size, width):
        block = hashes[low : low + width]
        if len(block) < width or low <= index < low + width:
            nodes += merkle.leaf_nodes(block, low)
        else:
            nodes.append((low, low + width, merkle.tree_root(block)))
    ranges = merkle.inclusion_path(index, size)
    roots = merkle.subtree_roots(nodes, ranges)
    assert [roots[each] for each in ranges] == inclusion(index, hashes)


@given(st.data(), st.integers(2, 40))
def test_no_proof_survives_a_change(data: st.DataObject, size: int) -> None:
    """A flipped bit, a missing or added hash, another index or size: never the same root."""
    hashes = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    proof, top = inclusion(index, hashes), merkle.tree_root(hashes)
    at = data.draw(st.integers(0, len(proof) - 1))
    bent = [*proof[:at], bytes([proof[at][0] ^ 1, *proof[at][1:]]), *proof[at + 1 :]]
    for wrong in (bent, proof[:-1], [*proof, top]):
        assert merkle.included(hashes[index], index, size, wrong) != top
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    assert merkle.included(hashes[index], other, size, proof) != top
    assert merkle.included(hashes[index], size, size, proof) is None


def test_proofs_of_what_is_not_there_are_refused() -> None:
    """A leaf beyond the end, a frontier of the wrong length."""
    with pytest.raises(ValueError, match="leaf 3 is not in a tree of 3"):
        merkle.inclusion_path(3, 3)
    with pytest.raises(ValueError, match="none of a tree of 3"):
        merkle.Frontier.read(3, b"x" * 32)
    assert b64encode(merkle.Frontier().root()).decode().startswith("47DEQpj8")
