"""Reading a contract: what it says, and everything that is wrong with it."""

from __future__ import annotations

import pytest

from shuzhi.engine.data.contracts import ContractError, load_contract, read_document, validate
from shuzhi.engine.data.contracts.problems import TEXTS
from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.quality.rules import Severity
from tests.engine.contracts.texts import HEAD, column, contract


def codes(text: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.key, problem.code) for problem in validate(text, "c.yaml")]


def test_the_whole_contract_is_read() -> None:
    loaded = load_contract(contract())
    assert (loaded.id, loaded.name, loaded.version, loaded.status) == ("c-1", "residents", "1.2.0", "active")
    assert (loaded.title, loaded.description, loaded.domain) == ("常住人口", "按月更新", "population")
    assert (loaded.owner, loaded.organisation_column, loaded.subject) == (
        "区民政局",
        "镇街",
        "private_person",
    )
    assert loaded.update_cycle == "quarterly"
    assert loaded.tags == ("人口",)
    assert loaded.key == ("身份证号",)
    number, town, age = loaded.fields
    assert (number.format, number.grade, number.category) == ("resident_id", "L3", "person.resident_id")
    assert number.required
    assert number.primary_key
    assert number.aliases == ("公民身份号码", "证件号码")
    assert town.enum == ("城厢街道", "010", "是")
    assert (age.type, age.minimum, age.maximum, age.unit) == (FieldType.INTEGER, 0, 150, "岁")
    assert loaded.extras["team"] == {"name": "数据专班"}


def test_every_problem_is_reported_with_line_and_key() -> None:
    text = (
        contract()
        .replace("logicalType: integer", "logicalType: integr")
        .replace("required: true", "requierd: true")
        .replace("status: active", "status: aktive")
        .replace("value: 镇街", "value: 乡镇")
    )
    lines = text.splitlines()
    found = {problem.key: problem for problem in validate(text, "c.yaml")}
    assert len(found) == 4
    for key, written, near in (
        ("status", "aktive", "active"),
        ("schema[0].properties[0].requierd", "requierd", "required"),
        ("schema[0].properties[2].logicalType", "integr", "integer"),
    ):
        assert written in lines[found[key].line - 1]
        assert found[key].near == near
        assert f"c.yaml:{found[key].line}: {key}: " in found[key].sentence("en")
        assert near in found[key].sentence("en")
    with pytest.raises(ContractError) as caught:
        load_contract(text, name="c.yaml")
    assert len(caught.value.problems) == 4
    assert all(key in str(caught.value) for key in found)


def test_what_is_missing_is_said() -> None:
    missing = {problem.key for problem in validate("tags: []\n")}
    assert missing == {"apiVersion", "kind", "id", "version", "status", "schema"}
    assert codes("")[0][2] == "contract.empty"
    assert codes(HEAD + "schema:\n  - name: t\n")[0][2] == "contract.no_columns"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + column("name: a\n        name: b"), "document.repeated_key"),
        (HEAD + column("name: a") + column("name: a", head=False), "contract.duplicate_column"),
        (HEAD + column("name: a\n        logicalType: array"), "contract.nested"),
        (HEAD + column("name: a\n        logicalType: time"), "document.value"),
        (HEAD + column("name: a\n        logicalTypeOptions: {pattern: '('}"), "contract.pattern"),
        (HEAD + column("name: a\n        logicalTypeOptions: {pattern: '(?=a)'}"), "contract.pattern"),
        (HEAD + column("name: a\n        required: perhaps"), "document.value"),
        (HEAD + column("name: [a]"), "document.shape"),
        (HEAD + column("description: nameless"), "document.missing_key"),
        (HEAD + "schema: 3\n", "document.shape"),
        (HEAD + column("name: a") + "  - name: second\n    properties: [{name: b}]\n", "contract.one_table"),
        (HEAD.replace("v3.1.0", "v2.2.2") + column("name: a"), "contract.api_version"),
        ("- a\n- b\n", "document.shape"),
        ("a: [1\nb: 2\n", "document.syntax"),
        ("? [a]\n: b\n", "document.shape"),
        (HEAD + "<<: {a: 1}\n", "document.merge_key"),
    ],
)
def test_each_kind_of_mistake_has_its_own_message(text: str, code: str) -> None:
    assert code in [found for _, _, found in codes(text)]


def test_bounds_of_days_become_rules_and_exclusive_ones_are_moved() -> None:
    loaded = load_contract(
        HEAD
        + column(
            "name: d\n        logicalType: date\n        logicalTypeOptions: {exclusiveMinimum: 2020-01-31}"
        )
        + column(
            "name: i\n        logicalType: integer\n"
            "        logicalTypeOptions: {exclusiveMinimum: 0, exclusiveMaximum: 2.5}",
            head=False,
        )
        + column("name: s\n        logicalTypeOptions: {minLength: 2, maxLength: 4}", head=False)
    )
    assert loaded.rules[0].kind == "range"
    assert loaded.rules[0].params == {"min": "2020-02-01"}
    assert (loaded.field("i").minimum, loaded.field("i").maximum) == (1, 2)
    assert (loaded.rules[1].kind, loaded.rules[1].params) == ("length", {"min": 2})
    assert loaded.field("s").max_length == 4


def test_bounds_the_wrong_way_round_are_refused() -> None:
    options = "name: i\n        logicalType: integer\n        logicalTypeOptions: {minimum: 3, maximum: 1}"
    assert codes(HEAD + column(options))[0][2] == "contract.bounds"


def test_a_column_without_a_logical_type_is_read_from_its_physical_one() -> None:
    loaded = load_contract(HEAD + column("name: a\n        physicalType: DECIMAL(18,2)"))
    assert loaded.fields[0].type is FieldType.NUMBER


def test_legal_keys_without_a_meaning_here_are_accepted_and_named() -> None:
    document = read_document(
        HEAD + column("name: a\n        encryptedName: b\n        criticalDataElement: true")
    )
    assert document.problems == ()
    assert [item.key.rpartition(".")[2] for item in document.ignored] == [
        "encryptedName",
        "criticalDataElement",
    ]


def test_the_update_cycle_is_read_from_the_service_level_and_may_not_contradict() -> None:
    levels = "slaProperties:\n  - {property: frequency, value: 6, unit: months}\n"
    assert load_contract(HEAD + levels + column("name: a")).update_cycle == "half_yearly"
    twice = levels + "customProperties:\n  - {property: updateCycle, value: daily}\n"
    assert codes(HEAD + twice + column("name: a"))[0][2] == "contract.cycle_conflict"


def test_severity_words_of_other_tools_are_understood() -> None:
    quality = "name: a\n        quality: [{metric: nullValues, mustBe: 0, severity: critical}]"
    assert load_contract(HEAD + column(quality)).rules[0].severity is Severity.BLOCKER


def test_messages_are_complete_sentences() -> None:
    assert all(text.endswith((".", "{why}")) for text in TEXTS.values())
