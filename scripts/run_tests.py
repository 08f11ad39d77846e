"""`make test`: the whole suite on SQLite, then the records' part on PostgreSQL where a server is found.

Says what it skipped and why; with CI set, a missing browser or server is a failure.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDS = ["tests/apps", "tests/demo", "tests/operations", "tests/sources"]


def main() -> int:
    """Runs both passes; the exit code is that of the first that failed."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    server = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or shutil.which("initdb")
    missing = [name for name, found in (("Chromium", browser), ("PostgreSQL", server)) if not found]
    if missing and os.environ.get("CI"):
        print(f"CI needs {' and '.join(missing)}: install it in .ci/run", file=sys.stderr)
        return 1
    pytest = [sys.executable, "-m", "pytest", "-q", *sys.argv[1:]]
    code = subprocess.run([*pytest, "-n", "2"], cwd=ROOT).returncode
    if code:
        return code
    if server:
        print("\nThe records once more, on PostgreSQL:", flush=True)
        wrapped = [sys.executable, ROOT / "scripts" / "with_postgres.py", *pytest, *RECORDS]
        code = subprocess.run(wrapped, cwd=ROOT).returncode
    for name in missing:
        print(f"Skipped: what needs {name}, which this machine does not have.")
    return code


if __name__ == "__main__":
    sys.exit(main())
