"""The part of `make setup` that is not packages: front-end files and compiled messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Runs both steps; each is quick when its result is current."""
    for step in (["vendor.py"], ["messages.py", "compile"]):
        subprocess.run([sys.executable, HERE / step[0], *step[1:]], check=True)


if __name__ == "__main__":
    main()
