"""Runs of the harness: undisturbed, killed at named points, killed at random moments."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crashing.clerk import Clerk
from tests.crashing.installation import PARTS, Installation, copied, running
from tests.crashing.points import names

CLERKS = ("owner", "outsider", "town_clerk")
"""Clerks of three units; none sees another's tables, so none is asked about them."""
TITLE = "困难群众名册"
Rows = dict[str, dict[str, int]]
"""How often each row is there, by model (see ``invariants``)."""
Place = tuple[str, str]
"""Part (web, worker) and point."""


@dataclass
class Walk:
    """What one run came to: what is wrong, the rows at its end, and where its processes passed or ended."""

    wrong: list[str]
    rows: Rows
    seen: dict[str, set[str]]
    killed: set[Place] = field(default_factory=set)
    kills: int = 0
    promised: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def compare(self, calm: Walk) -> None:
        """Adds to what is wrong whatever differs from the rows of the undisturbed run."""
        self.wrong += differences(self.rows, calm.rows)


def differences(rows: Rows, calm: Rows) -> list[str]:
    """Which rows are there more often or less often than after the undisturbed run."""
    return [
        f"{model}: {rows.get(model, {}).get(line, 0)} instead of {lines.get(line, 0)}: {line[:300]}"
        for model, lines in calm.items()
        for line in sorted({*lines, *rows.get(model, {})})
        if lines.get(line, 0) != rows.get(model, {}).get(line, 0)
    ]


def walk(pattern: Installation, folder: Path, places: Iterable[Place] = (), clerks: int = 1) -> Walk:
    """The main job by so many clerks at once, with one kill at each of the places that is passed."""
    made = copied(pattern, folder, pattern.database_url)
    for part, point in places:  # before anything starts: some points are passed in starting
        made.tell("kill", part, point)
    with running(made) as installation:
        return _worked(installation, clerks)


def walk_everywhere(
    pattern: Installation, folder: Path, points: list[str], each: int, tell: Callable[[str, Walk], object]
) -> dict[str, Walk]:
    """An undisturbed run, then kills at all places that it passed (or at the ``points`` among them)."""
    calm = walk(pattern, folder / "calm")
    passed = calm.seen["web"] | calm.seen["worker"]
    calm.wrong += [f"not on the walk: {point}" for point in sorted(names() - passed)]
    tell("undisturbed", calm)
    walks = {"undisturbed": calm}
    for number, places in enumerate(groups(calm, points, each)):
        killed = walk(pattern, folder / f"run{number}", places)
        killed.compare(calm)
        missed = sorted(set(places) - killed.killed)
        killed.wrong += [f"never got there: {part} {point}" for part, point in missed]
        name = " ".join(f"{part}:{point}" for part, point in places)
        tell(name, killed)
        walks[name] = killed
    return walks


def groups(calm: Walk, points: list[str], each: int) -> list[list[Place]]:
    """The places to kill at, ``each`` of either part to a run, far apart from each other."""
    by_part = [
        [(part, point) for point in sorted(calm.seen[part]) if not points or point in points]
        for part in PARTS
    ]
    runs = max(-(-len(places) // each) for places in by_part)
    return [[place for places in by_part for place in places[number::runs]] for number in range(runs)]


def walk_at_random(pattern: Installation, folder: Path, kills: int, seed: int) -> Walk:
    """Clerks work while web and worker are killed at random moments, until there were so many kills."""
    chance = random.Random(seed)
    with running(copied(pattern, folder, pattern.database_url)) as installation:
        enough = threading.Event()
        killer = threading.Thread(target=_kill_at_random, args=(installation, chance, kills, enough))
        killer.start()
        walked = _worked(installation, len(CLERKS), enough)
        killer.join()
        walked.kills = kills
        return walked


def _kill_at_random(
    installation: Installation, chance: random.Random, kills: int, enough: threading.Event
) -> None:
    for _ in range(kills):
        time.sleep(chance.uniform(0.1, 4.0))
        installation.signal(chance.choice(PARTS), signal.SIGKILL)
    enough.set()


def _worked(installation: Installation, clerks: int, enough: threading.Event | None = None) -> Walk:
    """Has the clerks do the main job once, or over and over until it is ``enough``, then looks."""
    began = time.monotonic()
    failures: list[str] = []
    staff = [Clerk(installation.address, *installation.people[part]) for part in CLERKS[:clerks]]

    def work(number: int, clerk: Clerk) -> None:
        rounds = 0
        try:
            while rounds == 0 or (enough and not enough.is_set()):
                rounds += 1
                clerk.work(f"{TITLE}{'甲乙丙'[number]}" + (f"{rounds}" if enough else ""))
        except Exception as error:
            failures.append(f"{clerk.login}: {error!r}")

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(staff)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = [line for clerk in staff for line in clerk.ledger]
    seen = look(installation, ledger)
    killed = {(part, point) for part in PARTS for point in installation.told("killed", part)}
    return Walk(
        wrong=[*failures, *seen["wrong"]],
        rows=seen["rows"],
        seen={part: installation.told("seen", part) for part in PARTS},
        killed=killed,
        kills=len(killed),
        promised=len(ledger),
        faults=[fault for clerk in staff for fault in clerk.faults],
        seconds=time.monotonic() - began,
    )


def look(installation: Installation, ledger: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What a process of its own finds in the installation."""
    promised = installation.folder / "promised.json"
    promised.write_text(json.dumps(ledger), "utf-8")
    seen: dict[str, Any] = json.loads(installation.run("look", str(promised)).splitlines()[-1])
    return seen
