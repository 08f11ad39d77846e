"""Texts for people: taken from the code, translated in .po files, compiled for the running product.

    messages.py extract           brings every area's .po up to date with the code
    messages.py merge FILE...     takes translations from other .po files into the areas that need them
    messages.py compile           makes the .mo files (git-ignored), with Babel: msgfmt is not everywhere
    messages.py check             exit 1 where a text has no translation, or placeholders differ

English is the msgid. An area's texts are those of its folder; what lies outside the four areas
belongs to ``apps``. Found are gettext calls, ``N_("…")``, the attributes ``text``/``title`` of classes
that are errors or carry such texts, and the tags of templates.
"""

from __future__ import annotations

import ast
import io
import os
import re
import string
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "shuzhi"
AREAS = ("engine", "apps", "portal", "cli")
PO = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
CALLS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "translate": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# Class attributes that hold a text without a call around it (the engine's errors).
ATTRIBUTES = {"text"}
PERCENT = re.compile(r"%\((\w+)\)[sd]")

Found = tuple[str, int, str | tuple[str, ...], str | None]


def main(arguments: list[str]) -> int:
    """Runs one of the four commands."""
    if arguments[:1] == ["extract"]:
        return extract_all()
    if arguments[:1] == ["merge"] and arguments[1:]:
        return merge([Path(name) for name in arguments[1:]])
    if arguments == ["compile"]:
        return compile_all()
    if arguments == ["check"]:
        return check()
    print(__doc__, file=sys.stderr)
    return 2


def extract_all() -> int:
    """Adds new texts with an empty translation and drops those that the code no longer has."""
    known = {key(m.id): m.string for area in AREAS for m in read(area) if m.id and is_translated(m.string)}
    for area, wanted in texts().items():
        held = read(area)
        fresh = Catalog(locale="zh_Hans", project="shuzhi", fuzzy=False, header_comment="")
        for msgid, (places, context) in sorted(wanted.items(), key=lambda item: str(item[0])):
            old = held.get(key(msgid), context)
            translation = old.string if old and is_translated(old.string) else known.get(key(msgid), "")
            where = [(place, None) for place in places]
            fresh.add(msgid, formed(translation, msgid), locations=where, context=context)
        write(area, fresh)
        empty = sum(1 for message in fresh if message.id and not is_translated(message.string))
        print(f"{area}: {len(fresh)} texts, {empty} without a translation")
    return 0


def merge(files: Iterable[Path]) -> int:
    """Fills empty translations of every area from these files; texts that no area has are named."""
    offered: dict[str, str | tuple[str, ...]] = {}
    for file in files:
        with file.open("rb") as stream:
            given = read_po(stream, locale="zh_Hans")
        offered |= {key(m.id): m.string for m in given if m.id and is_translated(m.string)}
    used: set[str] = set()
    for area in AREAS:
        held = read(area)
        for message in held:
            if message.id and key(message.id) in offered:
                used.add(key(message.id))
                if not is_translated(message.string):
                    message.string = formed(offered[key(message.id)], message.id)
        write(area, held)
    for msgid in sorted(set(offered) - used):
        print(f"not in the code: {msgid!r}")
    return 0


def compile_all() -> int:
    """Writes each .mo beside its .po where it is older."""
    for area in AREAS:
        po = SOURCE / area / PO
        mo = po.with_suffix(".mo")
        if not po.is_file() or (mo.is_file() and mo.stat().st_mtime >= po.stat().st_mtime):
            continue
        buffer = io.BytesIO()
        write_mo(buffer, read(area))
        temporary = mo.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(buffer.getvalue())
        temporary.rename(mo)
    return 0


def check() -> int:
    """Names every text without a translation and every translation with other placeholders."""
    faults = list(problems())
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def problems() -> Iterator[str]:
    """One sentence per fault, for the test that wants none."""
    for area, wanted in texts().items():
        held = read(area)
        for msgid, (places, context) in wanted.items():
            first = msgid[0] if isinstance(msgid, tuple) else msgid
            message = held.get(first, context)
            if message is None or not is_translated(message.string):
                yield f"{area}: no translation of {first!r} ({places[0]})"
                continue
            for translation in as_tuple(message.string):
                if placeholders(translation) - placeholders(*as_tuple(msgid)):
                    yield f"{area}: other placeholders in the translation of {first!r}: {translation!r}"


def texts() -> dict[str, dict[str | tuple[str, ...], tuple[list[str], str | None]]]:
    """Every text of the code by area, with the files it stands in and its context."""
    found: dict[str, dict[str | tuple[str, ...], tuple[list[str], str | None]]] = {a: {} for a in AREAS}
    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        inside = path.relative_to(SOURCE)
        if "migrations" in inside.parts:
            continue
        area = inside.parts[0] if inside.parts[0] in AREAS else "apps"
        for _place, _line, msgid, context in of_file(path):
            places, _context = found[area].setdefault(msgid, ([], context))
            if inside.as_posix() not in places:
                places.append(inside.as_posix())
    return found


def of_file(path: Path) -> Iterator[Found]:
    """The texts of one module or template."""
    source = path.read_text("utf-8")
    if path.suffix == ".html":
        source = of_template(source, path)
    for line, msgid, _comments, context in extract("python", io.BytesIO(source.encode()), CALLS):
        if msgid and all(as_tuple(msgid)):
            yield path.name, line, msgid, context
    if path.suffix == ".py":
        yield from of_attributes(ast.parse(source), path.name)


def of_template(source: str, path: Path) -> str:
    """A template as a module of gettext calls, by Django's own reader of templates."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    # The reader leaves the template's indentation, which no reader of Python takes.
    return "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())


def of_attributes(tree: ast.AST, name: str) -> Iterator[Found]:
    """``text = "…"`` in the body of a class: what an error says."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for line in node.body:
            targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
            if not any(isinstance(target, ast.Name) and target.id in ATTRIBUTES for target in targets):
                continue
            value = getattr(line, "value", None)
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                yield name, line.lineno, value.value, None


def read(area: str) -> Catalog:
    """An area's translations; an empty catalogue where it has none yet."""
    path = SOURCE / area / PO
    if not path.is_file():
        return Catalog(locale="zh_Hans", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale="zh_Hans")


def write(area: str, catalogue: Catalog) -> None:
    """Writes an area's translations in the order of the texts, without dates, so that diffs are small."""
    path = SOURCE / area / PO
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, omit_header=True, width=0, sort_output=True, include_lineno=False)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += '"Language: zh_Hans\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    path.write_text(head + buffer.getvalue().decode().lstrip(), "utf-8")


def placeholders(*texts_of_one: str) -> set[str]:
    """The names that a text's {…} and %(…)s ask for."""
    names: set[str] = set()
    for text in texts_of_one:
        names |= set(PERCENT.findall(text))
        try:
            names |= {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}
        except ValueError:  # a lone brace: it is no template
            continue
    return names


def is_translated(translation: str | tuple[str, ...] | None) -> bool:
    """Whether there is a translation, in each of its plural forms."""
    return bool(translation) and all(as_tuple(translation))


def as_tuple(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """A text's forms, one or several."""
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text)


def formed(translation: str | Iterable[str], msgid: str | Iterable[str]) -> str | tuple[str, ...]:
    """A translation as one text, or as forms where the msgid has a plural (Chinese has one form)."""
    forms = as_tuple(translation)
    return forms[0] if isinstance(msgid, str) else forms


def key(msgid: str | Iterable[str]) -> str:
    """What a text is known by across files: its singular."""
    return as_tuple(msgid)[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
