"""A pack's folder as texts by path. The one place that reads it, from a folder the caller hands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable

from shuzhi.engine.documents import MAX_CHARACTERS, DocumentError, Message, Problem
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_

MAX_FILES = 200
NOT_TEXT = Message("pack.not_text", N_("The file is not UTF-8 text. Save it as UTF-8."))
TOO_LARGE = Message("pack.too_large", N_("The file is larger than {limit} bytes. Split it."))
TOO_MANY = Message("pack.too_many", N_("The folder holds more than {limit} files; is it a pack?"))


class NoPackError(BadInputError):
    """The folder is not there, or holds no pack."""

    code = "pack.none"
    text = "{folder} is not a pack: there is no {missing}. Name the folder that holds pack.yaml."


def read_folder(folder: Traversable) -> Mapping[str, str]:
    """The texts of ``folder`` by path relative to it ("lifecycles/hazard.yaml"), sorted.

    Hidden files and Markdown notes are left out. Raises NoPackError where pack.yaml is missing and
    DocumentError where a file is no text or too large.
    """
    if not folder.is_dir() or not folder.joinpath("pack.yaml").is_file():
        raise NoPackError(folder=folder.name or str(folder), missing="pack.yaml")
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path, entry in _files(folder, ""):
        if len(texts) >= MAX_FILES:
            problems.append(Problem(path, 1, "", TOO_MANY.code, TOO_MANY.text, {"limit": MAX_FILES}))
            break
        with entry.open("rb") as opened:
            # read no further than a pack's file can be, whatever the name stands for
            content = opened.read(4 * MAX_CHARACTERS + 1)
        if len(content) > 4 * MAX_CHARACTERS:
            problems.append(
                Problem(path, 1, "", TOO_LARGE.code, TOO_LARGE.text, {"limit": 4 * MAX_CHARACTERS})
            )
            continue
        try:
            texts[path] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            problems.append(Problem(path, 1, "", NOT_TEXT.code, NOT_TEXT.text))
    if problems:
        raise DocumentError(problems)
    return texts


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.startswith((".", "__")) or entry.name.endswith(".md"):
            continue
        path = f"{above}{entry.name}"
        if entry.is_file():
            yield path, entry
        elif entry.is_dir() and path.count("/") < 3:
            yield from _files(entry, f"{path}/")
