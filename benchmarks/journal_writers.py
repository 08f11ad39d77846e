"""Steps on cases by four writers on PostgreSQL, with the journal and without it, in slots that alternate.

The server is durable (a commit waits for the disk), as an installation's is. All writers keep the same
slots, so what else the machine does falls on both sides alike. A sealer runs all the time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from scripts.with_postgres import SERVER_USER, server_programs, start, stop

from benchmarks.figures import Row, at_least, figure

WRITERS = 4
SLOT_S = 1.5
PAIRS = 12
BAR = 0.85
LEAD_S = 8.0
"""Until every writer has started and warmed up."""


def main() -> list[Row]:
    """The rate with the journal against the rate without."""
    name = f"journal: steps of {WRITERS} writers on PostgreSQL, with / without"
    programs = server_programs()
    if programs is None:
        return [figure(name, "not measured", "", "PostgreSQL is not installed")]
    folder = Path(tempfile.mkdtemp(prefix="shuzhi-bench-"))
    try:
        start(programs, folder, "-c shared_buffers=128MB")
        url = f"postgresql://{SERVER_USER}@/postgres?host={folder}"
        with tempfile.TemporaryDirectory(prefix="shuzhi-bench-") as home:
            told = {"SHUZHI_HOME": home, "SHUZHI_DATABASE_URL": url, "SHUZHI_SECRET_KEY": ""}
            return [_measured(name, os.environ | told)]
    finally:
        stop(programs, folder)
        shutil.rmtree(folder, ignore_errors=True)


def _measured(name: str, environment: dict[str, str]) -> Row:
    me = [sys.executable, "-m", "benchmarks.journal_writers"]
    subprocess.run([*me, "found"], env=environment, check=True, stdout=subprocess.DEVNULL)
    begin = str(time.time() + LEAD_S)
    acts = [("seal", "0"), *(("write", str(number)) for number in range(WRITERS))]
    processes = [
        subprocess.Popen([*me, *act, begin], env=environment, stdout=subprocess.PIPE, text=True)
        for act in acts
    ]
    printed = [process.communicate()[0] for process in processes]
    assert not any(process.returncode for process in processes), "a writer broke"
    slots = [json.loads(text) for text in printed[1:]]
    sums = [sum(counts) for counts in zip(*slots, strict=True)]
    bare, full = sum(sums[::2]), sum(sums[1::2])
    seconds = PAIRS * SLOT_S
    note = (
        f"{full / seconds:.0f}/s against {bare / seconds:.0f}/s, {PAIRS} pairs of {SLOT_S} s, commits durable"
    )
    return at_least(name, round(full / bare, 3), BAR, "", note)


def found() -> None:
    """The named world and a case for each writer."""
    from shuzhi.serving import prepare_home

    prepare_home()
    from shuzhi.apps.cases.services import Opening, case_act, case_open
    from shuzhi.apps.records.actors import SYSTEM
    from shuzhi.demo.world import build_world

    world = build_world(today=date(2026, 1, 5), randomness=Random(1))
    for number in range(WRITERS):
        opening = Opening(
            kind="problem-data",
            subject=("bench", str(number)),
            organisation=world.department.public_id,
            facts={"failing": 3, "evaluated": 100, "urgency": "ordinary"},
        )
        case = case_open(actor=SYSTEM, opening=opening)
        case_act(actor=world.owner.actor, case=case.public_id, step="confirm", version=case.version)


def write(number: int, begin: float) -> None:
    """Says a case to be mended and takes it back, over and over; steps by slot, the first without journal."""
    import django

    django.setup()
    from shuzhi.apps.cases import recording
    from shuzhi.apps.cases.models import Case
    from shuzhi.apps.cases.services import case_act
    from shuzhi.apps.people.models import DutyHolding
    from shuzhi.apps.people.selectors import actor_for

    holding = DutyHolding.objects.select_related("account", "organisation").get(account__login="jingban")
    actor = actor_for(holding.account, holding)
    case = Case.objects.get(subject_id=str(number))
    forms: dict[str, dict[str, object]] = {"report_mended": {"cause": "source_entry"}, "take_back": {}}
    kept: Any = vars(recording)["journal"]

    def bare_record_all(*, notes: list[Any], **_: object) -> list[SimpleNamespace]:
        return [SimpleNamespace(id=0) for _note in notes]

    bare: Any = SimpleNamespace(Note=kept.Note, record_all=bare_record_all)

    def step() -> None:
        nonlocal case
        name = "report_mended" if case.state == "to_fix" else "take_back"
        case = case_act(actor=actor, case=case.public_id, step=name, form=forms[name], version=case.version)

    print(
        json.dumps(
            _slots(
                step,
                begin,
                lambda with_journal: setattr(recording, "journal", kept if with_journal else bare),
            )
        )
    )


def _slots(step: Callable[[], None], begin: float, choose: Callable[[bool], None]) -> list[int]:
    choose(True)
    while time.time() < begin:
        step()
    counts = []
    for slot in range(2 * PAIRS):
        choose(slot % 2 == 1)
        counts.append(0)
        while time.time() < begin + (slot + 1) * SLOT_S:
            step()
            counts[-1] += 1
    return counts


def seal(_number: int, begin: float) -> None:
    """Seals once a second, as a worker does."""
    import django

    django.setup()
    from shuzhi.apps.journal.services import seal_batch

    while time.time() < begin + 2 * PAIRS * SLOT_S:
        seal_batch()
        time.sleep(1.0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.settings")
    if sys.argv[1] == "found":
        found()
    else:
        {"write": write, "seal": seal}[sys.argv[1]](int(sys.argv[2]), float(sys.argv[3]))
