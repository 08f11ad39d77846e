"""Schemes are data: levels, defaults, subjects, combinations, volumes, each with its source."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from shuzhi.engine.data.grading import (
    ColumnGrade,
    SchemeError,
    load_categories,
    load_facets,
    load_scheme,
    read_scheme,
    roll_up,
    scheme_names,
)
from tests.engine.grading.conftest import Grade

TEXT = files("shuzhi.engine.data.grading").joinpath("schemes/db33-2351.yaml").read_text("utf-8")


def columns(*graded: tuple[str, str]) -> tuple[ColumnGrade, ...]:
    return tuple(ColumnGrade(c.split(".")[1], c, level, 1.0) for c, level in graded)


def test_two_schemes_are_shipped_and_named_in_the_error() -> None:
    assert set(scheme_names()) == {"DB33-2351", "GBT43697-general"}
    with pytest.raises(SchemeError, match="DB33-2351"):
        load_scheme("no such")


@pytest.mark.parametrize("name", ["DB33-2351", "GBT43697-general"])
def test_every_category_has_a_level_and_every_rule_its_source(name: str) -> None:
    scheme = load_scheme(name)
    for code in load_categories():
        assert scheme.rank(scheme.level(code)[0]) >= 1
    marks = {rule.mark for rule in (*scheme.levels, *scheme.combinations, *scheme.volumes)}
    assert marks <= {"S", "K", "G"}


def test_a_guess_says_that_it_is_no_regulation() -> None:
    document = yaml.safe_load(TEXT)
    guessed = [document["defaults"], *document["combinations"], *document["volumes"]]
    guessed = [entry for entry in guessed if entry["mark"] == "G"]
    assert guessed
    assert all("not a regulation" in entry["note"] for entry in guessed)


def test_a_scheme_of_ones_own_can_be_loaded(grade: Grade) -> None:
    document = yaml.safe_load(TEXT)
    document["id"] = "own"
    document["defaults"]["L4"].append("person.mobile")
    scheme = read_scheme(yaml.safe_dump(document, allow_unicode=True), "own.yaml")
    assert grade({"手机号": ["13800138000", "13912345678"]}, scheme=scheme).level == "L4"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"unknown": {"level": "L7", "mark": "G"}}, "L7"),
        ({"defaults": {"L1": ["no.such"]}}, "no.such"),
        ({"surprise": 1}, "surprise"),
        ({"levels": 3}, "levels"),
    ],
)
def test_a_wrong_scheme_is_refused_with_the_place(change: dict[str, object], named: str) -> None:
    document = yaml.safe_load(TEXT) | change
    with pytest.raises(SchemeError, match=named):
        read_scheme(yaml.safe_dump(document), "mine.yaml")


def test_what_is_not_yaml_is_refused() -> None:
    with pytest.raises(SchemeError, match=r"mine\.yaml"):
        read_scheme("a: [", "mine.yaml")


def test_a_mistake_in_a_scheme_is_told_with_its_line_and_key() -> None:
    lines = TEXT.splitlines()
    place = next(n for n, line in enumerate(lines) if "rank:" in line)
    lines[place] = lines[place].replace("rank:", "rnak:")
    with pytest.raises(SchemeError, match=rf"mine\.yaml:{place + 1}: levels\.0\.rnak: "):
        read_scheme("\n".join(lines), "mine.yaml")
    with pytest.raises(SchemeError, match=r"twice"):
        read_scheme(f"{TEXT}\nid: again\n", "mine.yaml")


def test_the_table_takes_the_highest_level_of_its_columns() -> None:
    grade = roll_up(columns(("org.name", "L1"), ("person.name", "L3")), load_scheme())
    assert grade.level == "L3"
    assert [r.code for r in grade.reasons] == ["table.columns"]


def test_an_identifier_beside_an_illness_asks_for_the_highest() -> None:
    held = columns(("person.name", "L3"), ("health.blood_type", "L3"))
    grade = roll_up(held, load_scheme())
    assert grade.level == "L4"
    assert grade.combinations[0].columns == ("name", "blood_type")


def test_a_bank_card_alone_is_not_its_own_companion() -> None:
    assert roll_up(columns(("finance.bank_card", "L4")), load_scheme()).combinations == ()


def test_a_named_officer_does_not_make_places_secret() -> None:
    places = [("place.longitude", "L2"), ("place.latitude", "L2")]
    assert roll_up(columns(("person.name", "L1"), *places), load_scheme()).level == "L2"
    assert roll_up(columns(("person.name", "L3"), *places), load_scheme()).level == "L4"


def test_three_quasi_identifiers_ask_for_the_third_level() -> None:
    quasi = [("person.sex", "L2"), ("person.age", "L2"), ("place.postcode", "L2")]
    assert roll_up(columns(*quasi), load_scheme()).level == "L3"
    assert roll_up(columns(*quasi[:2]), load_scheme()).level == "L2"
    assert roll_up(columns(*quasi, ("person.mobile", "L3")), load_scheme()).combinations == ()


@pytest.mark.parametrize(
    ("subjects", "level", "flags"),
    [
        (99_999, "L3", ()),
        (1_000_000, "L4", ("important_data_review",)),
        (10_000_000, "L4", ("important_data_review", "important_data_handler")),
    ],
)
def test_many_persons_raise_the_table(subjects: int, level: str, flags: tuple[str, ...]) -> None:
    grade = roll_up(columns(("person.name", "L3")), load_scheme(), subjects=subjects)
    assert (grade.level, grade.flags) == (level, flags)


def test_sensitive_persons_are_flagged_sooner_and_never_above_the_top() -> None:
    grade = roll_up(columns(("health.diagnosis", "L4")), load_scheme(), subjects=100_000)
    assert (grade.level, grade.flags) == ("L4", ("important_data_review",))


def test_facets_form_trees() -> None:
    facets = load_facets()
    known = {(f.facet, f.code) for f in facets}
    assert len({f.facet for f in facets}) == 14
    assert all(f.parent is None or (f.facet, f.parent) in known for f in facets)
    objects = {f.code for f in facets if f.facet == "object"}
    assert {c.object for c in load_categories().values()} <= objects
    assert all(set(f.names) == {"zh-hans", "en"} for f in facets)


def test_categories_refer_to_what_exists() -> None:
    from shuzhi.engine.data.identifiers import IDENTIFIERS

    categories = load_categories()
    for category in categories.values():
        assert category.identifier is None or category.identifier in IDENTIFIERS
        assert all(near in categories for near in category.near), category.code
        assert set(category.names) == {"zh-hans", "en"}
