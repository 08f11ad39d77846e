"""Kinds of stored files and how long each is kept, as data. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shuzhi.apps.files.errors import UnknownKindError
from shuzhi.engine.data.reading.recognising import recognise_head
from shuzhi.engine.errors import SettingError

_KINDS = Path(__file__).parent / "kinds.yaml"


class Kind(BaseModel):
    """One kind: its title (English msgid), days kept (None: as long as a record names it), their source.

    ``holds`` is what its files must be by their first bytes; empty: anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    holds: Literal["", "table"] = ""
    days: int | None = Field(None, ge=1)
    mark: str
    note: str

    def refuse_other(self, head: bytes, name: str) -> None:
        """Raises BadInputError where a file of this kind cannot begin so; it says what the file is."""
        if self.holds == "table":
            recognise_head(head, name)

    def kept_until(self, stored_on: date) -> date | None:
        """The last day on which a file stored on that day must still be there."""
        return None if self.days is None else stored_on + timedelta(days=self.days)


@cache
def kinds(home: Path) -> Mapping[str, Kind]:
    """Every kind by name, with the days of ``home``/retention.yaml where that file exists."""
    shipped = TypeAdapter(dict[str, Kind]).validate_python(yaml.safe_load(_KINDS.read_text("utf-8")))
    own = home / "retention.yaml"
    if not own.is_file():
        return shipped
    try:
        days = TypeAdapter(dict[str, int | None]).validate_python(
            yaml.safe_load(own.read_text("utf-8")) or {}
        )
    except (ValidationError, yaml.YAMLError) as error:
        raise _wrong(own, f"unreadable ({error})") from error
    if unknown := set(days) - set(shipped):
        raise _wrong(own, f"naming unknown kinds: {', '.join(sorted(unknown))}")
    return {
        name: kind.model_copy(update={"days": days[name], "mark": "L", "note": str(own)})
        if name in days
        else kind
        for name, kind in shipped.items()
    }


def kind_of(name: str, home: Path) -> Kind:
    """The kind of this name; UnknownKindError lists those there are."""
    known = kinds(home)
    if name not in known:
        raise UnknownKindError(kind=name, kinds=", ".join(sorted(known)))
    return known[name]


def _wrong(own: Path, problem: str) -> SettingError:
    return SettingError(name=str(own), problem=problem, fix="Write one line per kind: `export: 90`.")
