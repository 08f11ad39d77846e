"""Sentences for people out of codes and values, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from django.utils.translation import gettext as _

from shuzhi.engine.errors import ShuzhiError
from shuzhi.engine.texts import N_

# Values that are msgids themselves; all others are names and numbers and stay as they are.
_TEXTS = {"fix", "kind", "problem", "problems", "reason"}
# What may not be found: the words that refusals name it by.
_KINDS = (
    N_("dataset"),
    N_("upload"),
    N_("case"),
    N_("job"),
    N_("account"),
    N_("duty"),
    N_("proposal"),
    N_("organisation"),
    N_("column"),
    N_("version"),
    N_("rule"),
    N_("entry"),
    N_("head"),
    N_("lifecycle"),
    N_("page"),
    N_("file under way"),
)
# Where the errors of background work are defined: a web process may never have met one.
HOMES = (
    "shuzhi.apps.catalogue.jobs",
    "shuzhi.apps.catalogue.secrets",
    "shuzhi.apps.catalogue.services.snapshots",
    "shuzhi.apps.files.errors",
    "shuzhi.apps.jobs.errors",
    "shuzhi.apps.scenarios.errors",
    "shuzhi.engine.data.contracts.problems",
    "shuzhi.engine.data.contracts.template",
    "shuzhi.engine.data.grading.scheme",
    "shuzhi.engine.data.identifiers",
    "shuzhi.engine.data.quality.kinds",
    "shuzhi.engine.data.reading.compound_files",
    "shuzhi.engine.data.reading.refusals",
    "shuzhi.engine.documents.problems",
    "shuzhi.engine.packs.folders",
    "shuzhi.engine.work.calendar",
)


def explain(error: ShuzhiError) -> str:
    """What is wrong and what to do, in the reader's language."""
    return _filled(error.text, error.values)


def explain_code(code: str, values: Mapping[str, object]) -> str:
    """The same for an error that was stored as its code and values."""
    for home in ("", *HOMES):
        if home:
            import_module(home)
        for kind in _kinds(ShuzhiError):
            if kind.code == code and "code" in vars(kind):
                return _filled(kind.text, values)
    return _("Something went wrong ({code}). Tell the system administrator this code.").format(code=code)


def fill(text: str, values: Mapping[str, object]) -> str:
    """A stored msgid in the reader's language, with its values; the bare text where they do not fit."""
    return _filled(text, values) if text else ""


def _filled(text: str, values: Mapping[str, object]) -> str:
    told = {
        name: _(value) if name in _TEXTS and isinstance(value, str) and value else value
        for name, value in values.items()
    }
    try:
        return _(text).format(**told)
    except (KeyError, IndexError, ValueError):  # a row of an older version: better the text than nothing
        return _(text)


def _kinds(root: type[ShuzhiError]) -> Iterator[type[ShuzhiError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)
