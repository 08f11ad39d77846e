"""Every text for people has a Chinese translation, with the same placeholders."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import messages  # type: ignore[import-not-found]  # noqa: E402
import vendor  # type: ignore[import-not-found]  # noqa: E402


@pytest.fixture(scope="module")
def faults() -> list[str]:
    """What is wrong with the translations of the whole product."""
    return list(messages.problems())


@pytest.mark.parametrize("area", messages.AREAS)
def test_every_text_of_an_area_is_translated(faults: list[str], area: str) -> None:
    assert [fault for fault in faults if fault.startswith(f"{area}:")] == []


def test_texts_are_found_in_calls_attributes_and_templates(tmp_path: Path) -> None:
    module, page = tmp_path / "one.py", tmp_path / "one.html"
    module.write_text(
        'class Odd(Exception):\n    text = "An {odd} thing."\n\n'
        'first = _("First") + N_("Second " "half")\nmany = ngettext("a row", "{n} rows", 2)\n',
        "utf-8",
    )
    page.write_text(
        "<p>{% translate 'Third' %}\n  {% blocktranslate count n=n %}one{% plural %}{{ n }} of them"
        '{% endblocktranslate %}</p>{% include "x" with a=_("Fourth") %}',
        "utf-8",
    )
    found = {msgid for path in (module, page) for _name, _line, msgid, _context in messages.of_file(path)}
    assert found == {
        "An {odd} thing.",
        "First",
        "Second half",
        ("a row", "{n} rows"),
        "Third",
        ("one", "%(n)s of them"),
        "Fourth",
    }


def test_a_translation_that_asks_for_other_values_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "portal"
    po = folder / messages.PO
    po.parent.mkdir(parents=True)
    (folder / "page.py").write_text('_("Hello {name}")\n_("Bye")\n', "utf-8")
    po.write_text('msgid "Hello {name}"\nmsgstr "你好{nmae}"\n', "utf-8")
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    faults = list(messages.problems())
    assert len(faults) == 2
    assert "other placeholders" in faults[0]
    assert "no translation of 'Bye'" in faults[1]


def test_the_front_end_files_lost_their_source_maps_and_are_what_the_record_says() -> None:
    css = (vendor.VENDOR / "tabler.min.css").read_bytes()
    assert b"sourceMappingURL" not in css
    assert vendor.is_current(vendor.wanted())


def test_a_changed_front_end_file_is_brought_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.css").write_bytes(b"a{}")
    record = tmp_path / "vendor.json"
    digest = vendor.digest(tmp_path / "a.css")
    record.write_text(f'{{"made_from": "lock", "sha256": {{"a.css": "{digest}"}}}}', "ascii")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    monkeypatch.setattr(vendor, "RECORD", record)
    assert vendor.is_current("lock")
    assert not vendor.is_current("newer lock")
    (tmp_path / "a.css").write_bytes(b"a{color:red}")
    assert not vendor.is_current("lock")
