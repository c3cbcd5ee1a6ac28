"""The tree against published vectors and against its definition."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from dihya_audit.merkle import (
    EMPTY,
    Growing,
    consistency,
    extends,
    includes,
    inclusion,
    leaf_hash,
    node_hash,
    root,
    subtrees,
)  # fmt: skip
from hypothesis import given, settings
from hypothesis import strategies as st

# The eight leaves of the Certificate Transparency test tree, and the roots over the first 0 to 8 of them.
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [bytes.fromhex(text) for text in (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)]  # fmt: skip


def decode(*texts):
    return [base64.b64decode(text) for text in texts]


# Published in transparency-dev/merkle, testdata: consistency/1 and inclusion/2.
CONSISTENCY = decode(
    "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=",
    "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
    "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
)
INCLUSION = decode(
    "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
    "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
    "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
)
LEAF_5 = decode("QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=")[0]


def definition(hashes):
    """The Merkle tree hash, word for word as RFC 9162 section 2.1.1 defines it."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(definition(hashes[:split]), definition(hashes[split:]))


def grow(entries):
    """Return the tree over *entries* and a reader of its nodes."""
    tree, stored = Growing(), {}
    for number, entry in enumerate(entries):
        stored[0, number] = leaf_hash(entry)
        stored.update({(level, place): value for level, place, value in tree.add(stored[0, number])})
    return tree, lambda level, place: stored[level, place]


def test_roots_are_the_published_ones():
    """The roots over 0 to 8 leaves equal those of the Certificate Transparency test tree."""
    assert ROOTS[0] == EMPTY
    for size in range(9):
        tree, node = grow(LEAVES[:size])
        assert tree.root() == root(size, node) == ROOTS[size]


def test_published_proofs_are_made_and_accepted():
    """Our proofs are byte for byte the published ones, and the published ones verify."""
    _, node = grow(LEAVES)
    assert consistency(1, 8, node) == CONSISTENCY
    assert extends(1, ROOTS[1], 8, ROOTS[8], CONSISTENCY)
    assert inclusion(5, 8, node) == INCLUSION
    assert leaf_hash(LEAVES[5]) == LEAF_5
    assert includes(LEAF_5, 5, 8, INCLUSION, ROOTS[8])


@pytest.mark.parametrize(
    ("old", "old_root", "new", "new_root", "path"),
    [
        (1, ROOTS[1], 8, ROOTS[8], []),
        (1, ROOTS[1], 8, ROOTS[8], CONSISTENCY[:-1]),
        (1, ROOTS[1], 8, ROOTS[8], [*CONSISTENCY, b""]),
        (1, ROOTS[1], 8, ROOTS[8], [*CONSISTENCY, ROOTS[8]]),
        (1, ROOTS[1], 8, ROOTS[8], [ROOTS[1], *CONSISTENCY]),
        (1, ROOTS[8], 8, ROOTS[1], CONSISTENCY),
        (0, ROOTS[1], 8, ROOTS[8], CONSISTENCY),
        (2, ROOTS[1], 8, ROOTS[8], CONSISTENCY),
        (3, ROOTS[1], 8, ROOTS[8], CONSISTENCY),
        (1, ROOTS[1], 16, ROOTS[8], CONSISTENCY),
        (1, ROOTS[1], 4, ROOTS[8], CONSISTENCY),
        (0, ROOTS[0], 8, ROOTS[8], []),
        (0, ROOTS[0], 0, ROOTS[0], []),
        (8, ROOTS[8], 1, ROOTS[1], CONSISTENCY),
        (8, ROOTS[8], 8, ROOTS[7], []),
        (8, ROOTS[8], 8, ROOTS[8], CONSISTENCY),
    ],
)
def test_mutated_consistency_is_rejected(old, old_root, new, new_root, path):
    """Every published mutation of a consistency proof is rejected, and anything that starts at an empty tree."""
    assert not extends(old, old_root, new, new_root, path)


@pytest.mark.parametrize(
    ("leaf", "index", "size", "path", "expected"),
    [
        (LEAF_5, 4, 8, INCLUSION, ROOTS[8]),
        (LEAF_5, 6, 8, INCLUSION, ROOTS[8]),
        (LEAF_5, 7, 8, INCLUSION, ROOTS[8]),
        (LEAF_5, 5, 16, INCLUSION, ROOTS[8]),
        (LEAF_5, 5, 4, INCLUSION, ROOTS[8]),
        (LEAF_5, -1, 8, INCLUSION, ROOTS[8]),
        (ROOTS[8], 5, 8, INCLUSION, ROOTS[8]),
        (LEAF_5, 5, 8, INCLUSION, EMPTY),
        (LEAF_5, 5, 8, INCLUSION[:-1], ROOTS[8]),
        (LEAF_5, 5, 8, INCLUSION[1:], ROOTS[8]),
        (LEAF_5, 5, 8, [*INCLUSION, b""], ROOTS[8]),
        (LEAF_5, 5, 8, [ROOTS[8], *INCLUSION], ROOTS[8]),
        (ROOTS[8], 0, 8, [], ROOTS[8]),
    ],
)
def test_mutated_inclusion_is_rejected(leaf, index, size, path, expected):
    """Every published mutation of an inclusion proof is rejected."""
    assert not includes(leaf, index, size, path, expected)


ARGON_CONSISTENCY = decode(
    "80Sfbj6UQEdVSZCSIgh9NMPj3vCBzcc1A48B2crJSWg=", "FZcrgAHUk6nNPviJZq8kEK6jCG1d18pJOFE45ZDc1TQ=",
    "Q67reWXmPBo1UfmwBap4Xi9PMPfFdUSSw3WGlRZdG7k=", "eJ7CyhR4PxzBxDIsWgrVYW1eFUb9ndgf46tFmiqVrxA=",
    "QrDwp062Grm5WY8KdrhFsBuuNjGzRox2Jb8PmVL5OYw=", "XM4YMjMEdLH/XJam/ZWyaP14k3cmsOtnPsOWQ54lW1s=",
    "SGiBh+jOTGccXU48ZzgQ88lRcBmtB4wz4oSDndv2QTg=", "WAS6txqNLYKGL1GdBdpqmV42TTfn6cJsuDsqLXuTCNI=",
    "QFmRS0rirUA7ZN3lxFjDncV+E1OCrn3NUB4RCp+5fzc=", "Hdbp7It2XBNZmNDBpCN/KPd7vfVqxgzwOosqVIaEA9E=",
    "mxvHL0ZiblBdD7j7pIa1jlfB0gSqfJ6oX0UGo7L0VsU=", "q5hjyvoW6TL/PThgcitpDcSTrnKX2p1+aqscqH2euRA=",
    "jTOWDqt3IHj2NVFeezyBz2ofpru+ztEywqKUAfFclKI=", "GIRn0w3HqJdvU9j1WVD//eR6lk2AaTVjyzjsJNP8U88=",
    "x52GJvxG81fnQBrgOTbll1A5tz95/LXK0Ag1NhB0r1I=", "6/0OqrcTgc3o5dD5PymmoC96lB9yLPFuTHVvLy8fSGk=",
    "Gf+iKLfcXO5l4JEFmsZvSdG5q1uEeWPfYLrds6pmjz0=", "DGuaco+McyM3AfRSF6qX7RwSetwe2ieYJmxw5e9rVx0=",
    "2tQJ9V32hnYp+fdpP6TcjmgJmLeNVOMKM0Ml1kk4cNU=", "3PapK+IkyJr8I9yAErAmzuZezzLMzsg+PfeRCgNW8NQ=",
    "s6xiYeejb+wtqHA+URJZ2I/SCPyIW8coP6aB00FJbMY=", "z9lSpmdTcr5M5ZzKlc4EPh3SrSypKFdk6JUF/UccaZU=",
    "GXIElfmnRuWfbA4z7ubV/UwlpSRUbUeec7oL5HDDnh0=", "pR0SH/NYP6s9+8azWwaeUXA4Ze/3WCIgMfh5YW6wvcE=",
    "f3GuAKYVrF8RBg3s15jvA/YvV9oAliWtzP/imwPhQVA=", "WHn8zDxlVgkV+lSlmzaOdfSBrTHoRr5nT3d76q0KKWE=",
    "f2uV2ZxVgULzLPKuZcowRY3ZY7fRlX59iDBjV1R8kNQ=", "NzQVjJsvQwbi7WStMr9oFkh9VbHfK7LB6o7WwAqwNTs=",
    "C0LttBeYHZHgL+032JIcJC3CTBIyza/hsbmJUgJfmDI=", "nixU5CWTFVDlF4BGdcU6kA7WSYurEpe9jRWc+F/7sOc=",
)  # fmt: skip
ARGON_OLD, ARGON_NEW = decode(
    "AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=", "dwlueapdd7LaOEnX2W2Wp9v2XE+KzejHRQGHwEx0oaM="
)


def test_a_real_certificate_log_verifies():
    """The answer of Google's Argon 2020 log from 3,654,490 to 961,984,013 entries verifies, and no other size does."""
    assert extends(3_654_490, ARGON_OLD, 961_984_013, ARGON_NEW, ARGON_CONSISTENCY)
    assert not extends(3_654_491, ARGON_OLD, 961_984_013, ARGON_NEW, ARGON_CONSISTENCY)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_every_proof_of_every_tree_verifies(entries, data):
    """Roots follow the definition, and each inclusion and consistency proof verifies for its place and no other."""
    tree, node = grow(entries)
    hashes = [leaf_hash(entry) for entry in entries]
    size = len(entries)
    assert tree.root() == root(size, node) == definition(hashes)
    if not size:
        return
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, size, node)
    assert includes(hashes[index], index, size, path, tree.root())
    assert not includes(node_hash(hashes[index], b""), index, size, path, tree.root())
    old = data.draw(st.integers(1, size))
    proof = consistency(old, size, node)
    assert extends(old, definition(hashes[:old]), size, tree.root(), proof)
    assert not extends(old, leaf_hash(b"another"), size, tree.root(), proof)
    for number in range(len(proof)):
        broken = [*proof[:number], bytes(32), *proof[number + 1 :]]
        assert not extends(old, definition(hashes[:old]), size, tree.root(), broken)


@given(st.integers(0, 10_000))
def test_subtrees_cover_the_leaves_once(size):
    """The complete subtrees of a tree lie side by side, the largest first, one for each bit of its size."""
    parts = list(subtrees(0, size))
    assert len(parts) == size.bit_count()
    end = 0
    for level, place in parts:
        assert place << level == end
        end += 1 << level
    assert end == size


def test_a_tree_goes_on_from_its_edge():
    """A tree that is taken up again from the hashes of its edge gives the same root."""
    tree, node = grow(LEAVES[:5])
    again = Growing(5, [node(level, place) for level, place in subtrees(0, 5)])
    for entry in LEAVES[5:]:
        again.add(leaf_hash(entry))
    assert again.root() == ROOTS[8]
    with pytest.raises(ValueError, match="complete subtrees"):
        Growing(5, [])


def test_proofs_of_nothing_are_refused():
    """There is no inclusion proof beyond the end and no consistency proof from zero."""
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion(3, 3, lambda level, place: b"")
    with pytest.raises(ValueError, match="no proof"):
        consistency(0, 3, lambda level, place: b"")
