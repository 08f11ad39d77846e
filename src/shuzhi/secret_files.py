"""Files that hold a secret: written once, whole, for their owner's eyes only."""

from __future__ import annotations

from pathlib import Path

from shuzhi.whole_files import one_at_a_time, write_whole


def keep_once(path: Path, content: bytes) -> bool:
    """Puts ``content`` at ``path`` (mode 0600) unless something is there; whether it did.

    The file appears in one step and is on the disk before it does: processes that start together
    agree on the first one's, and none of them ever reads half of it.
    """
    with one_at_a_time(path.parent):
        if path.exists():
            return False
        write_whole(path, content, mode=0o600)
    return True
