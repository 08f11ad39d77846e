"""A pack as values, loaded from its texts: identity, lifecycles, wordings, examples.

``load_pack`` raises with every mistake; ``check_pack`` returns them and runs the pack's examples too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import TypeVar
from zoneinfo import ZoneInfo

from shuzhi.engine.documents import DocumentError, Item, Key, Message, Problem, lines_of, read_document
from shuzhi.engine.packs.examples import Example, read_examples, run_example
from shuzhi.engine.packs.folders import read_folder
from shuzhi.engine.packs.wordings import Wordings, check_wordings, read_wordings
from shuzhi.engine.texts import N_
from shuzhi.engine.work.calendar import china
from shuzhi.engine.work.checking import check_lifecycle
from shuzhi.engine.work.lifecycle_document import read_lifecycle
from shuzhi.engine.work.lifecycles import Lifecycle
from shuzhi.engine.work.limits import OfficeTime

T = TypeVar("T")
URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{1,31}:pack:[a-z0-9]+(-[a-z0-9]+)*")
VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")
LOCALES = ("zh-hans", "en")
FOLDERS = ("lifecycles", "texts", "cases")

KEYS = (
    Key("urn", "the pack's name for ever: urn:<who>:pack:<name>", required=True),
    Key("version", "three numbers; an installed version never changes", required=True),
    Key("title", "what people call it, in its own language", required=True),
    Key("locale", "the language it is written in: zh-hans or en", required=True),
    Key("provider", "who answers for it", required=True),
    Key("licence", "SPDX name of its licence", required=True),
    Key("depends", "packs it needs: urn to the lowest version"),
)
"""Every key of pack.yaml with its meaning: the reference page's source."""

BAD_URN = Message("pack.urn", N_("{value} is no pack's name. Write urn:<who>:pack:<name>, small letters."))
BAD_VERSION = Message("pack.version", N_("{value} is no version. Write three numbers such as 1.0.0."))
UNKNOWN_FILE = Message("pack.file", N_("{value} has no place in a pack."))
NOTHING = Message("pack.empty", N_("The pack holds no lifecycle, so it does nothing."))


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of a scenario. ``files`` are its texts by path, ``digest`` SHA-256 over all of them."""

    urn: str
    version: str
    title: str
    locale: str
    provider: str
    licence: str
    depends: Mapping[str, str]
    lifecycles: Mapping[str, Lifecycle]
    wordings: Mapping[str, Wordings]
    examples: tuple[Example, ...]
    files: Mapping[str, str]
    digest: str

    def word(self, key: str, language: str) -> str:
        """The pack's wording of ``key`` in ``language``, else in its own; the key where there is none."""
        for wanted in (language, self.locale):
            if (found := self.wordings.get(wanted, {}).get(key)) is not None:
                return found
        return key


def built_in_packs() -> tuple[Traversable, ...]:
    """The folders of the packs that come with the product, by name."""
    folders = (f for f in resources.files("shuzhi.packs").iterdir() if f.joinpath("pack.yaml").is_file())
    return tuple(sorted(folders, key=lambda f: f.name))


def load_pack(folder: Traversable) -> Pack:
    """The pack in ``folder``. Raises NoPackError or DocumentError with every mistake."""
    return read_pack(read_folder(folder))


def check_pack(folder: Traversable, office: OfficeTime | None = None) -> tuple[Problem, ...]:
    """Every mistake of the pack in ``folder``, its examples included; empty where it is fine.

    The examples' times are those of ``office``: Chinese time and the shipped calendar where None.
    Raises NoPackError where there is no pack at all.
    """
    office = office or OfficeTime(china(), ZoneInfo("Asia/Shanghai"))
    try:
        pack = load_pack(folder)
    except DocumentError as wrong:
        return wrong.problems
    return tuple(
        problem
        for example in pack.examples
        for problem in run_example(pack.lifecycles[example.lifecycle], example, office)
    )


def read_pack(files: Mapping[str, str]) -> Pack:
    """The pack whose texts are ``files``. Raises DocumentError with every mistake of every file."""
    reader = _Reader(files)
    pack = reader.pack()
    if reader.problems or pack is None:
        raise DocumentError(sorted(reader.problems, key=lambda p: (p.file, p.line)))
    return pack


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256, hex, over the texts and their paths in order."""
    canonical = json.dumps(dict(sorted(files.items())), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


class _Reader:
    """Reads one pack's files and collects what is wrong with them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def pack(self) -> Pack | None:
        head = self._read("pack.yaml", _head)
        self._places()
        lifecycles = {
            name: lifecycle
            for path, name in self._named("lifecycles")
            if (lifecycle := self._lifecycle(path, name)) is not None
        }
        wordings = {
            name: words
            for path, name in self._named("texts")
            if (words := self._read(path, read_wordings)) is not None
        }
        examples = [
            example
            for path, _name in self._named("cases")
            for example in self._read(path, lambda item: read_examples(item, lifecycles)) or ()
        ]
        if head is None:
            return None
        if not lifecycles and not self.problems:
            self._note("pack.yaml", NOTHING)
        if not self.problems:
            # wordings are checked against whole lifecycles only: half a one would list false gaps
            self.problems += check_wordings(wordings, lifecycles, locale=head["locale"])
        depends = dict(entry.split(" ", 1) for entry in head["depends"].splitlines())
        return Pack(
            urn=head["urn"],
            version=head["version"],
            title=head["title"],
            locale=head["locale"],
            provider=head["provider"],
            licence=head["licence"],
            depends=depends,
            lifecycles=lifecycles,
            wordings=wordings,
            examples=tuple(examples),
            files=dict(self.files),
            digest=digest_of(self.files),
        )

    def _named(self, folder: str) -> list[tuple[str, str]]:
        return [
            (path, PurePosixPath(path).stem) for path in sorted(self.files) if path.startswith(f"{folder}/")
        ]

    def _places(self) -> None:
        for path in self.files:
            parts = PurePosixPath(path)
            fine = path == "pack.yaml" or (
                len(parts.parts) == 2 and parts.parts[0] in FOLDERS and parts.suffix == ".yaml"
            )
            if not fine:
                self._note(path, UNKNOWN_FILE, ("pack.yaml", *(f"{f}/*.yaml" for f in FOLDERS)), value=path)
            elif parts.parts[0] == "texts" and parts.stem not in LOCALES:
                self._note(path, UNKNOWN_FILE, tuple(f"texts/{name}.yaml" for name in LOCALES), value=path)

    def _note(self, path: str, message: Message, allowed: tuple[str, ...] = (), **values: object) -> None:
        self.problems.append(Problem(path, 1, "", message.code, message.text, values, allowed))

    def _read(self, path: str, read: Callable[[Item], T]) -> T | None:
        try:
            root = read_document(self.files[path], path)
            value = read(root)
            root.notes.raise_any()
        except DocumentError as wrong:
            self.problems += wrong.problems
            return None
        return value

    def _lifecycle(self, path: str, name: str) -> Lifecycle | None:
        try:
            lifecycle = read_lifecycle(self.files[path], name=name, file=path)
        except DocumentError as wrong:
            self.problems += wrong.problems
            return None
        flaws = check_lifecycle(lifecycle)
        lines = lines_of(read_document(self.files[path], path)) if flaws else {}
        for flaw in flaws:
            line = lines.get(flaw.key) or lines.get(flaw.key.rpartition(".")[0], 1)
            message = flaw.message
            self.problems.append(Problem(path, line, flaw.key, message.code, message.text, flaw.values))
        return lifecycle


def _head(root: Item) -> dict[str, str]:
    keys = root.mapping(KEYS)
    head = {key.name: keys.text(key.name) for key in KEYS if key.name != "depends"}
    if head["urn"] and not URN.fullmatch(head["urn"]):
        keys["urn"].note(BAD_URN, value=head["urn"])
    if head["version"] and not VERSION.fullmatch(head["version"]):
        keys["version"].note(BAD_VERSION, value=head["version"])
    if "locale" in keys and head["locale"]:
        keys["locale"].choice(LOCALES)
    depends: list[str] = []
    for name, item in keys.entries("depends").items():
        lowest = item.text()
        if not URN.fullmatch(name):
            item.note(BAD_URN, value=name)
        if not VERSION.fullmatch(lowest):
            item.note(BAD_VERSION, value=lowest)
        depends.append(f"{name} {lowest}")
    head["depends"] = "\n".join(depends)
    return head
