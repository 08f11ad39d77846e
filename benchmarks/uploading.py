"""A large file through real HTTP: the connection dropped in mid-part, reset in mid-part, the server killed.

``main() -> list[Row]`` (see ``figures``); ``python -m benchmarks.uploading [MB]`` prints them.
``send_broken`` is the same for the tests, with a smaller file.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, at_most, figure, print_table

SIZE_MB, MEMORY_BAR_MB = 1024, 512
PIECE_BYTES = 1 << 20
PART_PIECES = 8
PATIENCE_S = 90.0
ROOT = Path(__file__).resolve().parent.parent
NAME, MODIFIED = "大表.csv", "1763900000000"


@dataclass
class Server:
    """The portal's processes on a home of their own, in one group so that all can be killed at once."""

    folder: Path
    port: int = 0
    peaks_mb: list[float] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SHUZHI_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return kept | {"SHUZHI_HOME": str(self.folder / "home")}

    def found(self) -> dict[str, str]:
        """Makes the home with its people; login, password and organisation of a clerk."""
        command = [sys.executable, "-m", "benchmarks.uploading", "found"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)
        clerk: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
        return clerk

    def start(self) -> None:
        """Returns when it answers."""
        self.port = self.port or _free_port()
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shuzhi", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE_S
        while not _answers(self.port):
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text("utf-8")[-2000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """Ends all of it as a power cut would; notes before how much memory it had at most."""
        if self._process is None:
            return
        self.peaks_mb.append(_peak_mb(self._process.pid))
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


@dataclass
class Sender:
    """A signed-in clerk who sends by tus 1.0; each request has a connection of its own."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, clerk: dict[str, str]) -> None:
        """Opens a session."""
        self.ask("GET", "/account/login/")
        form = {"login": clerk["login"], "password": clerk["password"], "next": "/uploads/"}
        status, headers, _ = self.post("/account/login/", form)
        if status != 302 or "login" in headers.get("location", ""):
            raise RuntimeError("signing in was refused")

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case name, and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body or None, self.headers() | (headers or {}))
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def post(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Sends a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urllib.parse.urlencode(form).encode(), kind)

    def headers(self) -> dict[str, str]:
        """Session, token and the protocol's version."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        token = self.cookies.get("csrftoken", "")
        return {"Cookie": cookies, "X-CSRFToken": token, "Tus-Resumable": "1.0.0"}

    def begin(self, size: int) -> tuple[str, int]:
        """The address of the file and how much of it has come."""
        said = {"filename": NAME, "modified": MODIFIED, "no_secrets": "on"}
        pairs = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())
        headers = {"Upload-Length": str(size), "Upload-Metadata": pairs}
        status, told, body = self.ask("POST", "/uploads/parts/", headers=headers)
        if status != 201:
            raise RuntimeError(f"{status} {body[:300]!r}")
        return told["location"], int(told["upload-offset"])

    def part(self, url: str, offset: int, body: bytes) -> int:
        """Sends a part; how much has come then."""
        status, told, said = self.ask("PATCH", url, body, _part_headers(offset))
        if status != 204:
            raise RuntimeError(f"{status} {said[:300]!r}")
        return int(told["upload-offset"])

    def half_a_part(self, url: str, offset: int, body: bytes, *, reset: bool) -> None:
        """Announces a part, sends half of it and is gone, with or without a last word."""
        head = {"Host": f"127.0.0.1:{self.server.port}", "Content-Length": str(len(body))}
        lines = [f"{name}: {text}" for name, text in (self.headers() | _part_headers(offset) | head).items()]
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) as plain:
            plain.sendall("\r\n".join([f"PATCH {url} HTTP/1.1", *lines, "", ""]).encode())
            plain.sendall(body[: len(body) // 2])
            time.sleep(0.2)
            if reset:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it: hashes of what was sent and of what was kept; bytes that had to be sent again."""

    seconds: float
    peak_mb: float
    sent: str
    kept: str
    uploads: int
    again_bytes: int


def pieces(start: int, stop: int) -> Iterator[bytes]:
    """The file's MBs from ``start`` to before ``stop``: rows of a table, no two MBs alike."""
    row = "330109,张三丰,浙江省杭州市萧山区人民路,经现场走访情况属实\n".encode()
    filler = row * (PIECE_BYTES // len(row) + 1)
    for number in range(start, stop):
        yield (f"{number:08d},".encode() + filler)[: PIECE_BYTES - 1] + b"\n"


def send_broken(folder: Path, size_mb: int) -> Sent:
    """Sends the file with a dropped connection, a reset one and a killed server, and hands it in."""
    server = Server(folder)
    clerk = server.found()
    try:
        server.start()
        sender = Sender(server)
        sender.sign_in(clerk)
        began = time.perf_counter()
        url, again = _send(sender, size_mb)
        handed = _hand_in(sender, clerk, url)
        seconds = time.perf_counter() - began
        uploads = len(set(re.findall(rb"/uploads/(up_\w+)/", sender.ask("GET", "/uploads/")[2])))
    finally:
        server.kill()
    kept = _kept(folder / "home" / "files", size_mb << 20)
    digest = hashlib.sha256()
    for piece in pieces(0, size_mb):
        digest.update(piece)
    return Sent(seconds, max(server.peaks_mb), digest.hexdigest(), kept, uploads * handed, again)


def _send(sender: Sender, size_mb: int) -> tuple[str, int]:
    """Part by part, breaking off at a quarter, at half and at three quarters; the bytes sent in vain."""
    size = size_mb << 20
    breaks = [size // 4, size // 2, size * 3 // 4]
    url, come = sender.begin(size)
    again = 0
    while come < size:
        first = come >> 20
        body = b"".join(pieces(first, min(first + PART_PIECES + 1, size_mb)))[come - (first << 20) :]
        if breaks and come >= breaks[0]:
            breaks.pop(0)
            sender.half_a_part(url, come, body, reset=len(breaks) == 1)
            if not breaks:
                sender.server.kill()
                sender.server.start()
            before, come = come, _settled(sender, size)
            again += before + len(body) // 2 - come
            continue
        come = sender.part(url, come, body)
    return url, again


def _settled(sender: Sender, size: int) -> int:
    """How much has come, once the broken request has ended; asked as a page loaded anew would."""
    told = -1
    while told != (told := sender.begin(size)[1]):
        time.sleep(0.2)
    return told


def _hand_in(sender: Sender, clerk: dict[str, str], url: str) -> int:
    """Sends the form, twice as if the answer had got lost; 1 where both lead to the same upload."""
    form = {"reception": url.rstrip("/").rpartition("/")[2], "title": "大表", "no_secrets": "on"}
    form |= {"organisation": clerk["organisation"], "csrfmiddlewaretoken": sender.cookies["csrftoken"]}
    first, again = (sender.post("/uploads/new/", form) for _ in range(2))
    return int(first[0] == 302 and first[1]["location"] == again[1].get("location"))


def _kept(store: Path, size: int) -> str:
    """The hash of the one stored file of this size, of its bytes and not of its name."""
    (found,) = [path for path in store.glob("[0-9a-f][0-9a-f]/*") if path.stat().st_size == size]
    with found.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _part_headers(offset: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}


def _free_port() -> int:
    with socket.socket() as plain:
        plain.bind(("127.0.0.1", 0))
        return int(plain.getsockname()[1])


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/account/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _peak_mb(session: int) -> float:
    """The sum over the session's processes of the most memory each ever had."""
    total = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == session:
                found = re.search(r"VmHWM:\s+(\d+)", (process / "status").read_text())
                total += int(found[1]) / 1024 if found else 0.0
        except OSError:  # it ended meanwhile
            continue
    return total


def found_home() -> None:
    """Makes the home that SHUZHI_HOME names and prints its clerk (JSON)."""
    from datetime import date
    from random import Random

    from shuzhi.serving import prepare_home

    prepare_home()
    from shuzhi.demo.world import build_world

    world = build_world(today=date(2026, 1, 5), randomness=Random(1))
    clerk = {"login": world.owner.login, "password": world.owner.password}
    print(json.dumps(clerk | {"organisation": world.department.public_id}))


def main(size_mb: int = SIZE_MB) -> list[Row]:
    """The file sent once over three breaks, and what became of it."""
    with TemporaryDirectory(prefix="shuzhi-bench-") as folder:
        sent = send_broken(Path(folder), size_mb)
    named = f"upload of {size_mb:,} MB, broken three times"
    wrong = int(sent.sent != sent.kept) + abs(sent.uploads - 1)
    return [
        figure(named, round(sent.seconds, 1), "s", "one restart of the killed server included"),
        at_most(f"{named}: server's peak memory", round(sent.peak_mb), MEMORY_BAR_MB, "MB", "all processes"),
        at_most(f"{named}: lost, changed or doubled", wrong, 0),
        figure(f"{named}: sent in vain", round(sent.again_bytes / 2**20, 1), "MB"),
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["found"]:
        found_home()
    else:
        sys.exit(0 if print_table(main(*map(int, sys.argv[1:]))) else 1)
