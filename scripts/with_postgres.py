"""Runs a command against a private PostgreSQL server: ``with_postgres.py COMMAND [ARGUMENT …]``.

The server lives in a temporary folder, listens on a socket in it and nowhere else, and is gone
with the command. ``SHUZHI_DATABASE_URL`` names it. ``initdb`` refuses root, so there the server
runs as the user ``postgres`` that Debian's package makes. The exit code is the command's;
77 where no server is installed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77
SERVER_USER = "postgres"
# Nothing here must survive a power cut: a third of the time goes without these.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def server_programs() -> Path | None:
    """The folder of the newest ``initdb`` and ``pg_ctl``; None where PostgreSQL is not installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = str(packaged[-1]) if packaged else shutil.which("initdb")
    return Path(found).parent if found else None


def as_server_user() -> list[str]:
    """What to put before a server's command: nothing, or a change of user where we are root."""
    return ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []


def run_server_program(programs: Path, folder: Path, *command: str, check: bool = True) -> None:
    """Runs one of the server's programs in ``folder``; raises CalledProcessError where it fails."""
    name, *arguments = command
    wanted = [*as_server_user(), str(programs / name), "-D", str(folder / "data"), *arguments]
    subprocess.run(wanted, check=check, stdout=subprocess.DEVNULL, cwd=folder)


def start(programs: Path, folder: Path, settings: str = FAST) -> None:
    """Makes a cluster in ``folder`` and starts it with these ``settings`` (``-c name=value …``)."""
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_USER)
    run_server_program(
        programs, folder, "initdb", "-U", SERVER_USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
    )
    options = f"-c listen_addresses='' -k {folder} {settings}"
    run_server_program(programs, folder, "pg_ctl", "-l", str(folder / "log"), "-o", options, "-w", "start")


def stop(programs: Path, folder: Path) -> None:
    """Ends the server at once: nothing in it is kept."""
    run_server_program(programs, folder, "pg_ctl", "-m", "immediate", "-w", "stop", check=False)


def main(command: list[str]) -> int:
    """The exit code of ``command``, run while the server is up."""
    programs = server_programs()
    if programs is None or not command:
        print("with_postgres: PostgreSQL is not installed (no initdb found)" if command else __doc__)
        return SKIPPED if command else 2
    # A terminated run must take its server with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = Path(tempfile.mkdtemp(prefix="shuzhi-pg-"))
    try:
        start(programs, folder)
        url = f"postgresql://{SERVER_USER}@/postgres?host={folder}"
        return subprocess.run(command, check=False, env=os.environ | {"SHUZHI_DATABASE_URL": url}).returncode
    finally:
        stop(programs, folder)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
