"""YAML files that people write: read within limits, every mistake told with its place and what is allowed.

Contracts, packs, lifecycles and schemes are read through here; none of their meaning is known here.
"""

from shuzhi.engine.documents.items import Item, Keys, lines_of, read_document, read_item
from shuzhi.engine.documents.notes import Ignored, Key, Notes
from shuzhi.engine.documents.problems import DocumentError, Message, Problem, nearest
from shuzhi.engine.documents.tree import MAX_CHARACTERS, TOLERANT, Kind, Manner

__all__ = [
    "MAX_CHARACTERS",
    "TOLERANT",
    "DocumentError",
    "Ignored",
    "Item",
    "Key",
    "Keys",
    "Kind",
    "Manner",
    "Message",
    "Notes",
    "Problem",
    "lines_of",
    "nearest",
    "read_document",
    "read_item",
]
