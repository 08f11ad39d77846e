"""The keys that the Open Data Contract Standard v3.1 knows, and which of them are used here.

Used keys shape the contract; the others are legal, mean nothing to this product, and are
accepted. Taken from the standard's JSON schema (v3.1.0); the few keys that v3.2.0 added
at the same places are accepted as well, since contracts of both travel between tools.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.documents import Key

API_VERSIONS = ("v3.1.0", "v3.2.0", "v3.0.2", "v3.0.1", "v3.0.0")
WRITTEN_VERSION = "v3.1.0"
STATUSES = ("proposed", "draft", "active", "deprecated", "retired")
SUBJECTS = ("private_person", "public_officer", "sole_trader", "enterprise", "organisation", "object")


def part(used: str, kept: str = "") -> tuple[Key, ...]:
    """One kind of mapping in a contract: the keys it may have, by name; ``kept`` ones are not used."""
    keys = {name: Key(name) for name in used.split()} | {n: Key(n, used=False) for n in kept.split()}
    return tuple(keys[name] for name in sorted(keys))


ROOT = part(
    "apiVersion kind id version status name domain tags description schema slaProperties customProperties",
    "tenant servers dataProduct support price team roles slaDefaultElement authoritativeDefinitions "
    "contractCreatedTs context",
)
DESCRIPTION = part("purpose", "limitations usage authoritativeDefinitions customProperties")
TABLE = part(
    "name businessName description properties quality relationships logicalType",
    "id physicalName physicalType dataGranularityDescription authoritativeDefinitions tags customProperties "
    "deprecated synonyms context",
)
COLUMN = part(
    "name businessName description logicalType logicalTypeOptions physicalType required unique primaryKey "
    "primaryKeyPosition classification examples enum synonyms quality relationships customProperties",
    "id physicalName partitioned partitionKeyPosition encryptedName transformSourceObjects transformLogic "
    "transformDescription criticalDataElement authoritativeDefinitions tags deprecated semanticType",
)
CUSTOM_PROPERTY = part("property value", "id description vendor")
SYNONYM = part("synonym", "id description locale source status customProperties")
ENUM_VALUE = part("value", "id label description tags customProperties authoritativeDefinitions")
SERVICE_LEVEL = part(
    "property value unit",
    "id valueExt element driver description scheduler schedule customProperties authoritativeDefinitions",
)
RELATIONSHIP = part("type from to", "id customProperties")
OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)
QUALITY = part(
    "id name description type metric rule arguments unit query engine implementation dimension severity "
    "customProperties " + " ".join(OPERATORS),
    "method businessImpact schedule scheduler tags authoritativeDefinitions",
)
METRICS = ("nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount")
QUALITY_TYPES = ("library", "text", "sql", "custom")
DIMENSIONS = (
    "accuracy",
    "completeness",
    "conformity",
    "consistency",
    "coverage",
    "timeliness",
    "uniqueness",
)
ARGUMENTS: Mapping[str, tuple[Key, ...]] = MappingProxyType(
    {
        "nullValues": part(""),
        "missingValues": part("missingValues"),
        "invalidValues": part("validValues pattern"),
        "duplicateValues": part("properties"),
        "rowCount": part(""),
    }
)
_TIMES = "minimum maximum exclusiveMinimum exclusiveMaximum"
OPTIONS: Mapping[FieldType, tuple[Key, ...]] = MappingProxyType(
    {
        FieldType.STRING: part("minLength maxLength pattern format"),
        FieldType.INTEGER: part(_TIMES, "multipleOf format"),
        FieldType.NUMBER: part(_TIMES, "multipleOf format"),
        FieldType.DATE: part(_TIMES, "format"),
        FieldType.TIMESTAMP: part(_TIMES, "format timezone defaultTimezone"),
        FieldType.BOOLEAN: part(""),
    }
)
# for a column whose type is itself wrong, so that one mistake is not reported twice
ANY_OPTIONS = part(" ".join({key.name for keys in OPTIONS.values() for key in keys}))
LOGICAL_TYPES = tuple(kind.value for kind in FieldType)
NESTED_TYPES = ("object", "array", "map", "vector")

# update cycle -> value and unit of the standard's slaProperties.frequency
FREQUENCIES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "daily": (1, "day"),
        "weekly": (1, "week"),
        "monthly": (1, "month"),
        "quarterly": (3, "month"),
        "half_yearly": (6, "month"),
        "yearly": (1, "year"),
    }
)
CYCLES = ("realtime", *FREQUENCIES, "other")
UNITS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("d", "day", "days"), "day"),
        **dict.fromkeys(("w", "week", "weeks"), "week"),
        **dict.fromkeys(("mo", "month", "months"), "month"),
        **dict.fromkeys(("y", "yr", "year", "years"), "year"),
    }
)
ROOT_PROPERTIES = ("owner", "organisationColumn", "subject", "updateCycle")
COLUMN_PROPERTIES = ("aliases", "format", "unit", "category", "enum")
RULE_PROPERTIES = ("ruleId", "indicator", "evidence")
