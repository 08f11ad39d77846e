"""The walk in one process, for the suite: ``python -m tests.crashing.quick FOLDER POINT …``.

Web and worker are threads of a child that is forked when everything is imported, so a kill costs two
seconds instead of twenty; it takes both at once. Each point: a child works and ends there by SIGKILL, the
next one begins anew, works to the end and looks. Prints one line of JSON for the undisturbed run and one
for each point.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crashing.arming import CONTROL, arm
from tests.crashing.clerk import PART, Clerk, NoAnswerError, Page

LEASE_S = 1.0
HEAVY = ("duckdb", "ibis", "pyarrow.parquet", "shuzhi.engine.data.inspection", "pypinyin")


class NearClerk(Clerk):
    """A clerk in the same process as the portal; what was promised is on the disk at once."""

    def __init__(self, login: str, password: str, notes: Path) -> None:
        from django.test import Client

        super().__init__("", login, password, patience_s=30.0)
        self._client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
        self._notes = notes

    def promised(self, what: str, public_id: str, more: str) -> None:
        with self._notes.open("a", encoding="utf-8") as notes:
            notes.write(json.dumps([what, public_id, more]) + "\n")

    def _ask(self, path: str, body: bytes | None = None, media: str = "") -> Page:
        sent: dict[str, Any] = {"data": body, "content_type": media} if body is not None else {}
        answer: Any = (self._client.post if body is not None else self._client.get)(path, follow=True, **sent)
        chain = getattr(answer, "redirect_chain", [])
        return Page(answer.status_code, (chain[-1][0] if chain else path).partition("?")[0], answer.text)

    def tus(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> dict[str, str]:
        told = {"Tus-Resumable": "1.0.0"} | headers
        answer = self._client.generic(method, path, body, PART, headers=told)
        if answer.status_code >= 400:
            raise NoAnswerError(f"{answer.status_code} {path}: {answer.content[:300]!r}")
        return {name.lower(): value for name, value in answer.headers.items()}


def main(folder: Path, points: list[str]) -> None:
    """Runs from the founded installation in ``folder``/pattern, one after the other, in one home."""
    pattern, now = folder / "pattern", folder / "now"
    _prepare(now)
    people = json.loads((pattern / "people.json").read_text("utf-8"))
    for point in ("", *points):
        from tests.crashing.installation import Installation, copied

        shutil.rmtree(now, ignore_errors=True)
        copied(Installation(pattern), now)
        (now / "tmp").mkdir(exist_ok=True)
        if point:
            told = now / "control" / "kill" / "both" / point
            told.parent.mkdir(parents=True)
            told.touch()
            ended = _child(lambda: _work(now, people["owner"]))
            killed = os.WIFSIGNALED(ended)
        again = _child(lambda: _work_and_look(now, people["owner"]))
        seen = json.loads((now / "seen.json").read_text("utf-8")) if again == 0 else {"wrong": ["it broke"]}
        if not point and again:
            sys.exit("the undisturbed run broke")
        passed = sorted(path.name for path in (now / "control" / "seen" / "both").iterdir())
        print(
            json.dumps({"point": point, "killed": bool(point) and killed, "passed": passed, **seen}),
            flush=True,
        )


def _prepare(now: Path) -> None:
    os.environ |= {
        "SHUZHI_HOME": str(now / "home"),
        "SHUZHI_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.crashing.settings",
        CONTROL: str(now / "control"),
        "TMPDIR": str(now / "tmp"),
    }
    os.environ.pop("SHUZHI_SECRET_KEY", None)
    import django

    django.setup()
    for name in (*HEAVY, "shuzhi.portal.urls", "shuzhi.apps.jobs.worker"):
        importlib.import_module(name)
    from shuzhi.apps.jobs.registry import kinds

    kinds()


def _child(act: Callable[[], None]) -> int:
    """Runs the act in a process of its own group; how that ended."""
    child = os.fork()
    if child == 0:
        os.setpgrp()
        code = 1
        try:
            act()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitpid(child, 0)[1]


def _work(now: Path, person: list[str]) -> None:
    from shuzhi.apps.jobs.worker import run_worker
    from shuzhi.serving import prepare_home
    from tests.crashing.walking import TITLE

    arm("both")
    prepare_home()
    from django.conf import settings

    settings.SECRET_KEY = settings.CONFIGURATION.secret()
    stop = threading.Event()
    options = {"poll_s": 0.05, "lease_s": LEASE_S}
    worker = threading.Thread(target=run_worker, args=(stop,), kwargs=options, daemon=True)
    worker.start()
    NearClerk(person[0], person[1], now / "promised.jsonl").work(f"{TITLE}甲")
    from tests.crashing.invariants import come_to_rest

    come_to_rest()
    stop.set()
    worker.join(30)


def _work_and_look(now: Path, person: list[str]) -> None:
    from tests.crashing.invariants import examine

    _work(now, person)
    promised = [json.loads(line) for line in (now / "promised.jsonl").read_text("utf-8").splitlines()]
    (now / "seen.json").write_text(json.dumps(examine(promised), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
