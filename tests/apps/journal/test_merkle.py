"""The tree against the definitions of RFC 9162, written here a second time and as plainly as there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.apps.journal import merkle
from shuzhi.engine.digests import sm3

Data = Sequence[bytes]
sizes = st.integers(1, 300)


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree_hash(data: Data) -> bytes:
    """MTH, §2.1.1."""
    if not data:
        return sm3(b"")
    if len(data) == 1:
        return sm3(b"\x00" + data[0])
    k = largest_power_below(len(data))
    return sm3(b"\x01" + tree_hash(data[:k]) + tree_hash(data[k:]))


def path(m: int, data: Data) -> list[bytes]:
    """PATH, §2.1.3.1."""
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    if m < k:
        return [*path(m, data[:k]), tree_hash(data[k:])]
    return [*path(m - k, data[k:]), tree_hash(data[:k])]


def proof(m: int, data: Data) -> list[bytes]:
    """PROOF, §2.1.4.1."""
    return subproof(m, data, True)


def subproof(m: int, data: Data, known: bool) -> list[bytes]:
    if m == len(data):
        return [] if known else [tree_hash(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*subproof(m, data[:k], known), tree_hash(data[k:])]
    return [*subproof(m - k, data[k:], False), tree_hash(data[:k])]


def entries(size: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(size)]


def node_of(data: Data) -> merkle.Node:
    return lambda level, index: tree_hash(data[index << level : (index + 1) << level])


def test_sm3_gives_the_examples_of_the_standard() -> None:
    # GB/T 32905-2016, annex A
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_the_root_of_nothing_is_the_digest_of_nothing() -> None:
    assert merkle.root(0, node_of([])) == merkle.Frontier().root() == sm3(b"")


@given(sizes)
def test_the_root_and_the_frontier_agree_with_the_definition(size: int) -> None:
    data = entries(size)
    frontier = merkle.Frontier()
    complete = {}
    for leaf in data:
        for level, reached in frontier.push(merkle.leaf_hash(leaf)):
            complete[level] = reached
    assert merkle.root(size, node_of(data)) == frontier.root() == tree_hash(data)
    for level, last in complete.items():
        first = (size >> level) - 1 << level
        assert last == tree_hash(data[first : first + (1 << level)])


@given(sizes, st.data())
def test_an_inclusion_proof_is_the_defined_one_and_holds(size: int, choose: st.DataObject) -> None:
    index = choose.draw(st.integers(0, size - 1))
    data = entries(size)
    found = merkle.inclusion_proof(index, size, node_of(data))
    assert found == path(index, data)
    leaf, root = merkle.leaf_hash(data[index]), tree_hash(data)
    assert merkle.holds_inclusion(leaf, index, size, found, root)
    assert not merkle.holds_inclusion(merkle.leaf_hash(b"other"), index, size, found, root)
    assert not merkle.holds_inclusion(leaf, index, size, [*found, leaf], root)
    if found:
        assert not merkle.holds_inclusion(leaf, index, size, found[:-1], root)


@given(sizes, st.data())
def test_a_consistency_proof_is_the_defined_one_and_holds(size: int, choose: st.DataObject) -> None:
    old = choose.draw(st.integers(1, size))
    data = entries(size)
    found = merkle.consistency_proof(old, size, node_of(data))
    assert found == proof(old, data)
    before, now = tree_hash(data[:old]), tree_hash(data)
    assert merkle.holds_consistency(old, size, found, before, now)
    forged = tree_hash([b"forged", *data[1:old]])
    assert not merkle.holds_consistency(old, size, found, forged, now)
    assert not merkle.holds_consistency(old, size, [*found, now], before, now)


@given(st.integers(2, 200), st.data())
def test_one_changed_hash_breaks_a_proof(size: int, choose: st.DataObject) -> None:
    index, old = choose.draw(st.integers(0, size - 1)), choose.draw(st.integers(1, size - 1))
    data = entries(size)
    root = tree_hash(data)
    for proved in (
        merkle.inclusion_proof(index, size, node_of(data)),
        merkle.consistency_proof(old, size, node_of(data)),
    ):
        place = choose.draw(st.integers(0, len(proved) - 1))
        spoiled = [h if number != place else sm3(h) for number, h in enumerate(proved)]
        leaf = merkle.leaf_hash(data[index])
        assert not merkle.holds_inclusion(leaf, index, size, spoiled, root)
        assert not merkle.holds_consistency(old, size, spoiled, tree_hash(data[:old]), root)


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(3, 3, node_of(entries(3)))
    with pytest.raises(IndexError):
        merkle.consistency_proof(4, 3, node_of(entries(3)))
    assert not merkle.holds_inclusion(b"", 3, 3, [], b"")
    assert not merkle.holds_consistency(0, 3, [], b"", b"")
