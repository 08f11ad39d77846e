"""The tree's hashes in the database: 256 to a row, so that a batch writes a row or two.

A tile of level 0 holds the hashes of 256 leaves; one of level 1 the roots of 256 full tiles of
level 0; and so on. Interior nodes are folded from a tile when they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from shuzhi.apps.journal.merkle import HASH_BYTES, fold
from shuzhi.apps.journal.models import Tile

WIDTH_BITS = 8
WIDTH = 1 << WIDTH_BITS
ROW_BYTES = WIDTH * HASH_BYTES


def append(size: int, leaves: Sequence[bytes]) -> None:
    """Adds the hashes of ``leaves`` to a tree of ``size`` leaves; in the caller's transaction."""
    level, place, hashes = 0, size, list(leaves)
    while hashes:
        completed: list[bytes] = []
        first = place >> WIDTH_BITS
        while hashes:
            index, used = divmod(place, WIDTH)
            taken, hashes = hashes[: WIDTH - used], hashes[WIDTH - used :]
            tile = _extend(level, index, b"".join(taken))
            place += len(taken)
            if place % WIDTH == 0:
                completed.append(fold(_split(tile)))
        level, place, hashes = level + 1, first, completed


def _extend(level: int, index: int, added: bytes) -> bytes:
    kept = Tile.objects.filter(level=level, index=index)
    before = kept.values_list("hashes", flat=True).first()
    whole = bytes(before or b"") + added
    if before is None:
        Tile.objects.create(level=level, index=index, hashes=whole)
    else:
        kept.update(hashes=whole)
    return whole


def _split(tile: bytes) -> list[bytes]:
    return [tile[i : i + HASH_BYTES] for i in range(0, len(tile), HASH_BYTES)]


class TileReader:
    """Any complete subtree's hash, from the stored tiles; each tile is read once."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root of the complete subtree of 2 ** level leaves; LookupError where it is not stored."""
        height, depth = divmod(level, WIDTH_BITS)
        tile, offset = divmod(index << depth, WIDTH)
        hashes = self._tile(height, tile)[offset : offset + (1 << depth)]
        if len(hashes) != 1 << depth:
            raise LookupError(f"the journal's tree lacks hashes of level {height}, tile {tile}")
        return fold(hashes)

    def _tile(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._tiles:
            kept = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
            self._tiles[level, index] = _split(bytes(kept or b""))
        return self._tiles[level, index]


class TileCheck:
    """Compares the stored tiles with hashes computed from the entries, in the order of the leaves."""

    def __init__(self) -> None:
        self._leaves: list[bytes] = []
        self._checked = 0  # leaves compared so far
        self._upper: dict[int, list[bytes]] = {}

    def push_leaves(self, leaves: Sequence[bytes]) -> None:
        """Takes the hashes of the next leaves."""
        self._leaves += leaves

    def push_upper(self, completed: Sequence[tuple[int, bytes]]) -> None:
        """Takes the subtrees that ``Frontier.push`` completed, in their order."""
        for level, reached in completed:
            if level and level % WIDTH_BITS == 0:
                self._upper.setdefault(level // WIDTH_BITS, []).append(reached)

    def changed_leaves(self, *, grew: bool) -> list[int]:
        """Places among the leaves pushed since the last call whose stored hash differs or is missing.

        Places beyond the last leaf are among them where hashes are stored for them, but not with
        ``grew``: the log was then added to since it was read. Call it after whole tiles and at the end.
        """
        start, count = self._checked, len(self._leaves)
        first, last = start // WIDTH, (start + count - 1) // WIDTH
        rows = Tile.objects.filter(level=0, index__gte=first, index__lte=last)
        stored = {index: bytes(hashes) for index, hashes in rows.values_list("index", "hashes")}
        # An absent row counts as a row of empty hashes, so that the later ones keep their places.
        kept = b"".join(stored.get(index, b"").ljust(ROW_BYTES, b"\0") for index in range(first, last))
        kept += stored.get(last, b"")
        hashes = _split(kept[: count * HASH_BYTES] if grew else kept)
        changed = (
            [start + n for n, (a, b) in enumerate(zip_longest(hashes, self._leaves)) if a != b]
            if hashes != self._leaves
            else []
        )
        self._checked += count
        self._leaves.clear()
        return changed

    def changed_rows(self, *, grew: bool) -> list[tuple[int, int]]:
        """(level, index) of rows above the leaves that are not as computed, and of rows too many."""
        wrong = set() if grew else self._surplus()
        for level, hashes in self._upper.items():
            stored = dict(Tile.objects.filter(level=level).values_list("index", "hashes"))
            for index in range(_rows(len(hashes))):
                known = b"".join(hashes[index * WIDTH : (index + 1) * WIDTH])
                kept = bytes(stored.get(index, b""))
                if (kept[: len(known)] if grew else kept) != known:
                    wrong.add((level, index))
        return sorted(wrong)

    def _surplus(self) -> set[tuple[int, int]]:
        lengths = {0: self._checked} | {level: len(hashes) for level, hashes in self._upper.items()}
        stored = Tile.objects.values_list("level", "index")
        return {
            (level, index) for level, index in stored if index >= _rows(lengths.get(level, 0)) or index < 0
        }


def _rows(hashes: int) -> int:
    return (hashes + WIDTH - 1) // WIDTH
