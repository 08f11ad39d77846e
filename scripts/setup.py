"""The part of `make setup` that is not packages: front-end files, compiled messages, bytecode."""

from __future__ import annotations

import compileall
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Runs every step; each is quick when its result is current."""
    for step in (["vendor.py"], ["messages.py", "compile"]):
        subprocess.run([sys.executable, HERE / step[0], *step[1:]], check=True)
    # a command that first compiles the product's own modules would start half a second later
    compileall.compile_dir(HERE.parent / "src", quiet=1)


if __name__ == "__main__":
    main()
