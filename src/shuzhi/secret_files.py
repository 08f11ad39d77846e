"""Files that hold a secret: written once, whole, for their owner's eyes only."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def keep_once(path: Path, content: bytes) -> bool:
    """Puts ``content`` at ``path`` (mode 0600) unless something is there; whether it did.

    The file appears in one step and is on the disk before it does: processes that start together
    agree on the first one's, and none of them ever reads half of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return False
    return True
