"""The pages of docs/reference/, written from the code they describe.

reference.py          writes them
reference.py check    exit 1 where a page is not what the code says (run by the tests)
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
HEAD = "<!-- written by `make docs` from the code; change the code, not this page -->\n\n"


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [" | ".join(headings)]
    lines.append(" | ".join("---" for _ in lines[0].split(" | ")))
    lines += [" | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def commands() -> str:
    """Every command with its options."""
    import typer

    from shuzhi.cli.main import app

    def walk(command: object, name: str) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner:
            for part, sub in inner.items():
                yield from walk(sub, f"{name} {part}")
            return
        yield f"## `{name}`\n\n{getattr(command, 'help', '') or ''}\n\n"
        options = [
            (
                ", ".join(f"`{o}`" for o in p.opts)
                if p.param_type_name == "option"
                else f"`{p.name.upper()}`",
                getattr(p, "help", "") or "",
            )
            for p in command.params  # type: ignore[attr-defined]
        ]
        yield table(("", "meaning"), options) + "\n"

    text = "Exit code 0: fine; 1: something was found; 2: the input or a setting is wrong.\n\n"
    return "# Commands\n\n" + text + "".join(walk(typer.main.get_command(app), "shuzhi"))


def settings() -> str:
    """Every setting with its default."""
    from shuzhi.configuration import Configuration

    rows = [
        (f"`SHUZHI_{name.upper()}`", f"`{field.default}`" if field.default != "" else "", field.description)
        for name, field in Configuration.model_fields.items()
    ]
    return "# Settings\n\nRead from the environment.\n\n" + table(("variable", "default", "meaning"), rows)


def errors() -> str:
    """Every error of the product: its code and what it says."""
    from shuzhi.engine.errors import ShuzhiError

    load_all()

    def below(kind: type[ShuzhiError]) -> Iterator[type[ShuzhiError]]:
        for sub in kind.__subclasses__():
            yield sub
            yield from below(sub)

    rows = sorted({(f"`{k.code}`", k.text) for k in below(ShuzhiError) if "code" in vars(k) and k.text})
    return "# Errors\n\nCodes are stable; records store the code and its values.\n\n" + table(
        ("code", "what it says"), rows
    )


def rules() -> str:
    """Every kind of quality rule with its parameters."""
    from shuzhi.engine.data.quality.compiling import KINDS

    rows = [
        (
            f"`{kind.name}`",
            kind.indicator,
            kind.means,
            "; ".join(f"`{p.name}` {p.means}" for p in kind.params),
        )
        for _name, kind in sorted(KINDS.items())
    ]
    text = "In a contract, a rule is an ODCS `quality` entry of type `custom` with `engine: shuzhi`.\n\n"
    return (
        "# Quality rules\n\n"
        + text
        + table(("kind", "GB/T 36344", "the row passes where", "parameters"), rows)
    )


def identifiers() -> str:
    """Every identifier that values can be checked as."""
    from shuzhi.engine.data.identifiers import IDENTIFIERS

    rows = [(f"`{i.kind}`", i.title, f"`{i.example}`", i.source) for i in IDENTIFIERS.values()]
    return "# Identifiers\n\nFor `format` in a contract.\n\n" + table(
        ("kind", "title", "example", "source"), rows
    )


def packs() -> str:
    """Every key of a pack's files."""
    from shuzhi.engine.packs import examples, pack
    from shuzhi.engine.work.lifecycle_document import KEYS

    parts = {"pack.yaml": pack.KEYS}
    parts |= {f"lifecycles/*.yaml: {part}": keys for part, keys in KEYS.items()}
    parts |= {f"cases/*.yaml: {part}": keys for part, keys in examples.KEYS.items()}
    text = (
        "# Packs\n\n`shuzhi pack check DIR` reports an unknown key with file, line and the keys allowed.\n\n"
    )
    for name, keys in parts.items():
        rows = [(f"`{key.name}`", "yes" if key.required else "", key.means) for key in keys]
        text += f"## {name}\n\n" + table(("key", "required", "meaning"), rows) + "\n"
    return text


def load_all() -> None:
    """Imports every module of the product, so that every error is known."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "shuzhi.settings"  # whatever the tests use
    import django

    import shuzhi

    django.setup()
    for module in pkgutil.walk_packages(shuzhi.__path__, "shuzhi."):
        if not module.name.endswith(("__main__", "_child")) and ".migrations" not in module.name:
            importlib.import_module(module.name)


WRITERS: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "errors.md": errors,
    "rules.md": rules,
    "identifiers.md": identifiers,
    "packs.md": packs,
}


def main() -> int:
    """Writes or checks every page."""
    os.environ["SHUZHI_LANG"] = "en"
    stale = []
    for name, write in WRITERS.items():
        wanted = HEAD + write().rstrip() + "\n"
        page = PAGES / name
        if not page.is_file() or page.read_text("utf-8") != wanted:
            stale.append(name)
            if sys.argv[1:] != ["check"]:
                PAGES.mkdir(parents=True, exist_ok=True)
                page.write_text(wanted, "utf-8")
    if stale and sys.argv[1:] == ["check"]:
        print(f"not what the code says: {', '.join(stale)}. Run `make docs`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
