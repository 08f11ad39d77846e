"""A lifecycle as a picture: Mermaid text for documents, SVG for pages. Its words are handed in.

In the SVG each state is a column and each step a row: dots where it may be taken, a tip where it leads.
However many steps there are, nothing crosses a label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr

from shuzhi.engine.work.lifecycles import Lifecycle, Phase, State, Step

Word = Callable[[str, str], str]
"""(group, name) to the word shown: group is "states" or "steps"."""

COLUMN, ROW, LINE, MARGIN = 92, 30, 17, 12
"""Width of a state, height of a step, height of a line of text, and the rim, in units of the view box."""


def mermaid(lifecycle: Lifecycle, word: Word) -> str:
    """The lifecycle as a Mermaid state diagram; one arrow for every step and source."""
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.start}"]
    for state in lifecycle.states.values():
        lines.append(f"    {state.name} : {_plain(word('states', state.name))}")
    for step in lifecycle.steps.values():
        for source in step.sources:
            target = step.target or source
            lines.append(f"    {source} --> {target} : {_plain(word('steps', step.name))}")
    lines += [f"    {s.name} --> [*]" for s in lifecycle.states.values() if s.phase is Phase.ENDED]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    # a colon or a semicolon would end the label in Mermaid
    return text.replace(":", "：").replace(";", "；").replace("\n", " ")


def svg(lifecycle: Lifecycle, word: Word, title: str) -> str:
    """The lifecycle as a whole SVG element, without scripts and outside references.

    Colours follow the page (``currentColor``). Classes ``lc-open``, ``lc-settled``, ``lc-ended`` (states) and
    ``lc-person``, ``lc-system`` (steps; the platform's are dashed) let a style sheet say more.
    """
    heads = {name: tuple(_wrapped(word("states", name))) for name in lifecycle.states}
    left = MARGIN + max(_width(word("steps", name)) for name in lifecycle.steps) + MARGIN
    places = {name: left + COLUMN * (i + 0.5) for i, name in enumerate(lifecycle.states)}
    top = MARGIN + max(len(lines) for lines in heads.values()) * LINE + MARGIN
    bottom = top + ROW * len(lifecycle.steps)
    parts = [_state(state, heads[name], places[name], bottom) for name, state in lifecycle.states.items()]
    parts += [
        _step(step, word("steps", name), places, top + ROW * (i + 0.5))
        for i, (name, step) in enumerate(lifecycle.steps.items())
    ]
    width, height = left + COLUMN * len(places) + MARGIN, bottom + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lifecycle" role="img" aria-label={quoteattr(title)} '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-size="13" fill="currentColor" stroke="none">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _width(text: str) -> float:
    return sum(13.0 if east_asian_width(c) in "WF" else 7.4 for c in text)


def _wrapped(text: str) -> Iterator[str]:
    """The text in lines that fit a column, broken at spaces where it has any."""
    line = ""
    for piece in text.split(" ") if " " in text else text:
        joined = f"{line} {piece}" if line and " " in text else line + piece
        if line and _width(joined) > COLUMN - MARGIN:
            yield line
            joined = piece
        line = joined
    yield line


def _state(state: State, lines: tuple[str, ...], x: float, bottom: float) -> str:
    round_ = {Phase.OPEN: 6, Phase.SETTLED: 14, Phase.ENDED: 0}[state.phase]
    weight = 2.4 if state.phase is Phase.ENDED else 1.0
    height = len(lines) * LINE + 8
    words = "".join(
        f'<text x="{x:.0f}" y="{MARGIN + 15 + i * LINE:.0f}" text-anchor="middle">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return (
        f'<g class="lc-{state.phase}"><path d="M{x:.0f} {MARGIN + height:.0f}V{bottom:.0f}" '
        f'stroke="currentColor" opacity="0.18"/>'
        f'<rect x="{x - COLUMN / 2 + 3:.0f}" y="{MARGIN}" width="{COLUMN - 6}" height="{height}" '
        f'rx="{round_}" fill="none" stroke="currentColor" stroke-width="{weight}"/>{words}</g>'
    )


def _step(step: Step, label: str, places: dict[str, float], y: float) -> str:
    ends = [places[name] for name in (*step.sources, step.target or step.sources[0])]
    dash = ' stroke-dasharray="6 4"' if step.by_system else ""
    parts = [
        f'<text x="{MARGIN}" y="{y + 5:.0f}">{escape(label)}</text>',
        f'<path d="M{min(ends):.0f} {y:.0f}H{max(ends):.0f}" stroke="currentColor"{dash} opacity="0.7"/>',
        *(f'<circle cx="{places[name]:.0f}" cy="{y:.0f}" r="4"/>' for name in step.sources),
    ]
    if step.target:
        x = places[step.target]
        back = 10 if any(places[name] < x for name in step.sources) else -10
        parts.append(f'<path d="M{x:.0f} {y:.0f}l{-back} -6v12z"/>')
    return f'<g class="{"lc-system" if step.by_system else "lc-person"}">{"".join(parts)}</g>'
