"""The standard's ``customProperties``: a list of names and values, read as entries by name."""

from __future__ import annotations

from shuzhi.engine.data.contracts.keys import CUSTOM_PROPERTY
from shuzhi.engine.documents import Item, Keys
from shuzhi.engine.texts import N_


def properties(entries: Keys) -> Keys:
    """The custom properties among ``entries``: the item of each value; a name given twice is noted."""
    found: dict[str, Item] = {}
    for item in entries.items_of("customProperties"):
        parts = item.mapping(CUSTOM_PROPERTY)
        name = parts.text("property")
        if not name or "value" not in parts:
            why = N_("a custom property has a name and a value.")
            item.missing("value" if name else "property", why)
        elif name in found:
            parts["property"].repeats(found[name].line)
        else:
            found[name] = parts["value"]
    return Keys(found)
