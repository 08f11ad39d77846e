"""From the offline bundle to the log-in page: unpacked, checked, installed and started with no network.

The commands see an empty environment and, where the machine lets us (Linux, as root), loopback alone. The
bundle itself is made beforehand and needs the package registries or their caches.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, at_most, figure
from benchmarks.starting import cut_off

ROOT = Path(__file__).resolve().parent.parent
PORT = 8766
PATIENCE_S = 300
PAGES = ("/account/login/", "/static/vendor/tabler.min.css")


def main() -> list[Row]:
    """The figures of installing."""
    with TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        made = subprocess.run(
            [sys.executable, "scripts/bundle.py", folder], cwd=ROOT, capture_output=True, text=True
        )
        bundles = list(Path(folder).glob("*.tar"))
        if made.returncode or not bundles:
            return [
                figure("bundle to log-in page", "failed", "", "the bundle was not made: no registry reached")
            ]
        size_mb = round(bundles[0].stat().st_size / 1e6)
        cut = cut_off()
        note = "network cut off" if cut else "this machine does not let us cut the network off"
        began = time.perf_counter()
        with installed(bundles[0], Path(folder) / "machine", cut) as process:
            wait_for_pages(process, cut)
            seconds = time.perf_counter() - began
    return [
        figure("offline bundle", size_mb, "MB", "program and libraries for one system and Python"),
        at_most("bundle to log-in page", round(seconds), 180, "s", f"unpack, check, install, start; {note}"),
    ]


@contextmanager
def installed(bundle: Path, machine: Path, cut: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The installation as its only processes; they are ended at the end of the block."""
    machine.mkdir()
    steps = (
        f"tar xf {bundle} && cd shuzhi-*/ && ./install.sh {machine}/opt >&2"
        f" && exec {machine}/opt/current/bin/shuzhi serve --with-worker --port {PORT} --home {machine}/home"
    )
    bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(machine), "PYTHON": sys.executable}
    if Path(sys.prefix) != Path(sys.base_prefix):  # the machine's own Python, not this environment's
        bare["PYTHON"] = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}")
    process = subprocess.Popen([*cut, "sh", "-c", steps], cwd=machine, env=bare, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for_pages(process: subprocess.Popen[bytes], cut: list[str]) -> None:
    """Returns when log-in page and style come, asked from inside the installation's own network."""
    until = time.monotonic() + PATIENCE_S
    asked = " ".join(repr(f"http://127.0.0.1:{PORT}{page}") for page in PAGES)
    code = f"import urllib.request\nfor url in ({asked.replace(' ', ', ')}): urllib.request.urlopen(url)"
    inside = ["nsenter", "-t", str(process.pid), "-n"] if cut else []
    while subprocess.run([*inside, sys.executable, "-c", code], capture_output=True).returncode:
        if time.monotonic() > until or process.poll() is not None:
            raise RuntimeError("the installed platform did not start")
        time.sleep(0.2)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    print(main())
