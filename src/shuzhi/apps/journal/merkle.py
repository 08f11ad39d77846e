"""The Merkle tree of RFC 9162 §2.1 over SM3: roots, proofs, and how to check them. Pure.

A tree is known to these functions by ``Node``: the hash of any complete subtree of 2 ** level
leaves. Who stores those hashes, and how many of them, is not decided here. In place of SHA-256,
which the RFC takes as its example, stands SM3; leaves are prefixed with 00, nodes with 01.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shuzhi.engine.digests import sm3

Node = Callable[[int, int], bytes]
"""(level, index) -> hash of the complete subtree over leaves index << level to (index + 1) << level."""

EMPTY = sm3(b"")
HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf (RFC 9162 §2.1.1)."""
    return sm3(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees (RFC 9162 §2.1.1)."""
    return sm3(b"\x01" + left + right)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree over hashes of one level; their number must be a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [sm3(b"\x01" + left + right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def split(size: int) -> int:
    """The largest power of two smaller than ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def range_root(start: int, end: int, node: Node) -> bytes:
    """The root over leaves ``start`` to ``end`` (not included), a range that the tree's splitting makes."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + split(size)
    return node_hash(range_root(start, middle, node), range_root(middle, end, node))


def root(size: int, node: Node) -> bytes:
    """The root over the first ``size`` leaves."""
    return range_root(0, size, node) if size else EMPTY


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root over ``size`` leaves (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} is not among the first {size}")
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The hashes that show that the tree over ``new`` leaves begins with that over ``old`` (§2.1.4.1).

    Empty where the sizes are equal. ``old`` is at least 1 and at most ``new``.
    """
    if not 0 < old <= new:
        raise IndexError(f"a tree of {old} leaves cannot come before one of {new}")
    start, end, path = 0, new, list[bytes]()
    complete = True  # whether the old tree's part here is a subtree that the checker knows
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(start, middle, node))
            start, complete = middle, False
    if not complete:
        path.append(range_root(start, end, node))
    return path[::-1]


def holds_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether ``path`` leads from the leaf's hash to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(sibling, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root_hash


def holds_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether ``path`` shows that the tree of ``new_root`` begins with that of ``old_root`` (§2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


class Frontier:
    """A tree that only grows, kept as the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def push(self, reached: bytes, level: int = 0) -> list[tuple[int, bytes]]:
        """Adds a leaf's hash, or the root of the next complete subtree of 2 ** level leaves.

        Returns (level, hash) of what was added and of each subtree over it that is complete now.
        """
        rest = self.size >> level
        self.size += 1 << level
        completed = [(level, reached)]
        while rest & 1:
            reached = node_hash(self._roots.pop(), reached)
            rest, level = rest >> 1, level + 1
            completed.append((level, reached))
        self._roots.append(reached)
        return completed

    def root(self) -> bytes:
        """The root over all leaves pushed so far."""
        if not self._roots:
            return EMPTY
        reached = self._roots[-1]
        for left in self._roots[-2::-1]:
            reached = node_hash(left, reached)
        return reached
