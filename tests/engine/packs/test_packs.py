"""Built-in packs are sound, their examples hold, and a bad pack is told where and why."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import shuzhi.packs
from shuzhi.engine.documents import DocumentError, Problem
from shuzhi.engine.packs.examples import Example, run_example
from shuzhi.engine.packs.folders import NoPackError
from shuzhi.engine.packs.pack import Pack, check_pack, load_pack, read_pack
from shuzhi.engine.work.calendar import china
from shuzhi.engine.work.limits import DEFAULT, OfficeTime

BUILT_IN = Path(shuzhi.packs.__file__).parent
PACKS = sorted(p.parent for p in BUILT_IN.glob("*/pack.yaml"))
OFFICE = OfficeTime(china(), ZoneInfo("Asia/Shanghai"))
EXAMPLES = [(pack, example) for pack in map(load_pack, PACKS) for example in pack.examples]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the problem-data pack that a test may spoil."""
    return Path(shutil.copytree(BUILT_IN / "problem-data", tmp_path / "pack"))


def spoil(folder: Path, path: str, old: str, new: str) -> tuple[Problem, ...]:
    file = folder / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return check_pack(folder, OFFICE)


@pytest.mark.parametrize("pack", PACKS, ids=lambda p: p.name)
def test_a_built_in_pack_has_no_mistake(pack: Path) -> None:
    assert [str(p) for p in check_pack(pack, OFFICE)] == []


@pytest.mark.parametrize(("pack", "example"), EXAMPLES, ids=[e.name for _, e in EXAMPLES])
def test_an_example_of_a_pack_comes_out_as_written(pack: Pack, example: Example) -> None:
    assert [str(p) for p in run_example(pack.lifecycles[example.lifecycle], example, OFFICE)] == []


def test_a_lifecycle_without_an_example_is_not_shipped() -> None:
    for pack in map(load_pack, PACKS):
        assert {e.lifecycle for e in pack.examples} == set(pack.lifecycles)


def test_every_step_of_problem_data_is_taken_in_some_example() -> None:
    pack = load_pack(BUILT_IN / "problem-data")
    taken = {act.step for e in pack.examples for act in e.acts if "refused" not in act.expected.wanted}
    assert set(pack.lifecycles["problem-data"].steps) - taken == set()


def test_a_guess_says_that_it_is_no_regulation() -> None:
    for pack in map(load_pack, PACKS):
        for lifecycle in pack.lifecycles.values():
            for limit in lifecycle.limits.values():
                assert limit.source.mark != "G" or limit.source.text == DEFAULT


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "key"),
    [
        ("pack.yaml", "urn:shuzhi:pack:problem-data", "problem data", "pack.urn", "urn"),
        ("pack.yaml", "1.0.0", "one", "pack.version", "version"),
        ("pack.yaml", "provider", "provder", "document.unknown_key", "provder"),
        ("pack.yaml", "zh-hans", "fr", "document.value", "locale"),
        ("texts/en.yaml", "    to_fix: To be mended\n", "", "pack.wording_missing",
         "problem-data.states.to_fix"),
        ("texts/en.yaml", "to_fix: To", "to_fxi: To", "pack.wording_spare", "problem-data.states.to_fxi"),
        ("cases/problem-data.yaml", "state: to_fix, due: 2026-12-01", "state: to_fix, due: 2026-12-02",
         "example.differs", "expect.due"),
        ("cases/problem-data.yaml", "step: confirm", "step: confrm", "example.differs", "expect.refused"),
        ("cases/problem-data.yaml", "lifecycle: problem-data", "lifecycle: problem", "example.lifecycle",
         "lifecycle"),
        ("cases/problem-data.yaml", "2026-11-23T16:50", "Monday", "example.time", "examples[0].opened"),
        ("lifecycles/problem-data.yaml", "guard: passes", "guard: passed", "document.value",
         "steps.recheck_passed.guard"),
        ("lifecycles/problem-data.yaml", "to: closed_withdrawn", "to: closed_fixed", "lifecycle.unreachable",
         "states.closed_withdrawn"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_and_key(
    folder: Path, path: str, old: str, new: str, code: str, key: str
) -> None:
    found = spoil(folder, path, old, new)
    assert (path, code, key) in {(p.file, p.code, p.key) for p in found}, [str(p) for p in found]
    assert all(p.line >= 1 and p.sentence("en") for p in found)


def test_the_likely_word_is_offered(folder: Path) -> None:
    (missing, spare) = spoil(folder, "texts/en.yaml", "to_fix: To", "to_fxi: To")
    assert missing.code == "pack.wording_missing"
    assert spare.near == "problem-data.states.to_fix"


def test_a_flaw_of_the_whole_is_told_with_its_line(folder: Path) -> None:
    found = spoil(folder, "lifecycles/problem-data.yaml", "to: closed_withdrawn", "to: closed_fixed")
    lines = (folder / "lifecycles/problem-data.yaml").read_text("utf-8").splitlines()
    (flaw,) = (p for p in found if p.code == "lifecycle.unreachable")
    assert "closed_withdrawn" in lines[flaw.line - 1]


def test_files_that_have_no_place_are_named(folder: Path) -> None:
    (folder / "lifecycle").mkdir()
    (folder / "lifecycle" / "x.yaml").write_text("a: 1")
    (folder / "texts" / "fr.yaml").write_text("a: 1")
    (folder / "README.md").write_text("notes are welcome")
    assert {p.file for p in check_pack(folder, OFFICE)} == {"lifecycle/x.yaml", "texts/fr.yaml"}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xc4\xe3\xba\xc3", b"a" * 2_000_000])
def test_what_is_no_text_is_told_as_such(folder: Path, content: bytes) -> None:
    (folder / "texts" / "en.yaml").write_bytes(content)
    (problem,) = check_pack(folder, OFFICE)
    assert problem.file == "texts/en.yaml"
    assert problem.code in {"pack.not_text", "pack.too_large"}


def test_a_folder_without_a_pack_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoPackError, match=r"pack\.yaml"):
        check_pack(tmp_path, OFFICE)
    with pytest.raises(NoPackError):
        check_pack(tmp_path / "nowhere", OFFICE)


def test_a_named_pipe_in_the_folder_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "texts" / "pipe.yaml")
    assert check_pack(folder, OFFICE) == ()


def test_a_pack_read_from_its_own_texts_is_the_same(folder: Path) -> None:
    pack = load_pack(folder)
    assert read_pack(pack.files) == pack
    assert (
        read_pack({**pack.files, "pack.yaml": pack.files["pack.yaml"] + "# changed\n"}).digest != pack.digest
    )


def test_a_word_falls_back_to_the_packs_own_language() -> None:
    pack = load_pack(BUILT_IN / "problem-data")
    assert pack.word("problem-data.states.to_fix", "en") == "To be mended"
    assert pack.word("problem-data.states.to_fix", "zh-hans") == "待整改"
    assert pack.word("problem-data.states.to_fix", "fr") == "待整改"
    assert pack.word("nothing", "en") == "nothing"


def test_an_empty_pack_does_nothing_and_is_told() -> None:
    head = "urn: urn:a1:pack:b\nversion: 1.0.0\ntitle: T\nlocale: en\nprovider: p\nlicence: MIT\n"
    with pytest.raises(DocumentError, match="no lifecycle"):
        read_pack({"pack.yaml": head, "texts/en.yaml": "title: T"})
