"""Tags and filters for pages: numbers, days, lamps, levels, forms, progress. Builtin in every template."""

from __future__ import annotations

from datetime import date, datetime
from math import floor
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shuzhi.apps.jobs.models import Job, State
from shuzhi.engine.errors import ShuzhiError
from shuzhi.portal.areas import faces
from shuzhi.portal.explaining import explain, explain_code, fill
from shuzhi.portal.listings import Lamp

register = template.Library()
NOTHING = "—"
JOB_COLOURS = {
    State.QUEUED: "grey",
    State.RUNNING: "blue",
    State.DONE: "green",
    State.FAILED: "red",
    State.CANCELLED: "grey",
}


@register.filter
def number(value: object) -> str:
    """1234567 as 1,234,567; a fraction with its digits; — for null."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@register.filter
def score(points: float | None) -> str:
    """99.96 as 99.9; — for null. Rounds down, so that only 100 is 100.0."""
    return NOTHING if points is None else f"{floor(points * 10 + 1e-6) / 10:.1f}"


@register.filter
def percent(share: float | None) -> str:
    """0.9567 as 95.7 %; — for null. Rounds down, so that only 1 is 100 %."""
    if share is None:
        return NOTHING
    tenths = int(share * 1000 + 1e-9)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-11-23 in the district's zone; — for null."""
    if value is None:
        return NOTHING
    return (timezone.localtime(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@register.filter
def moment(value: datetime | None) -> str:
    """2026-11-23 16:45 in the district's zone; — for null."""
    return NOTHING if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def bytes_size(value: int | None) -> str:
    """A number of bytes as KB, MB or GB of 1024."""
    if value is None:
        return NOTHING
    size = float(value)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"


@register.filter
def text(value: str) -> str:
    """A stored msgid in the reader's language."""
    return _(value) if value else ""


@register.filter
def sentence(error: ShuzhiError) -> str:
    """An error of this product as a sentence in the reader's language."""
    return explain(error)


@register.simple_tag
def told(code_text: str, values: dict[str, object] | None = None) -> str:
    """A stored msgid with its values."""
    return fill(code_text, values or {})


@register.simple_tag
def lamp(colour: str, word: str) -> SafeString:
    """A state as colour, shape and word: green, yellow, red, blue, grey."""
    return format_html('<span class="lamp lamp-{}">{}</span>', colour, word)


@register.filter
def as_lamp(value: Lamp | None) -> str:
    """The same for a Lamp; — for null."""
    return lamp(value.colour, value.word) if value else NOTHING


@register.filter
def level(value: str | int | None) -> SafeString | str:
    """A grade (L1 to L4) as its badge; — for null."""
    if not value:
        return NOTHING
    digit = str(value).lstrip("L")
    return format_html('<span class="level level-{0}" title="{1}">L{0}</span>', digit, _("Security level"))


@register.simple_tag
def synthetic() -> SafeString:
    """The mark that data is made up."""
    return format_html('<span class="badge synthetic">{}</span>', _("Synthetic data"))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from static/portal/icons.svg; only beside a word, so readers of the page skip it."""
    from django.templatetags.static import static

    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/icons.svg"),
        name,
    )


@register.filter
def styled(bound: BoundField) -> SafeString:
    """A form's field with the classes of its kind."""
    widget = bound.field.widget
    classes = "form-control"
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        classes = "form-check-input"
    elif isinstance(widget, Select):
        classes = "form-select"
    if bound.errors:
        classes += " is-invalid"
    return bound.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {classes}".strip()})


@register.filter
def is_checkbox(bound: BoundField) -> bool:
    """Whether the label stands after the field."""
    return isinstance(bound.field.widget, CheckboxInput)


@register.filter
def is_file(bound: BoundField) -> bool:
    """Whether the field takes files."""
    return isinstance(bound.field.widget, FileInput)


@register.inclusion_tag("parts/progress.html", takes_context=True)
def job_progress(context: Context, job: Job, follow: bool = False) -> dict[str, Any]:
    """The job's state, asked for again each second while it is open. ``follow``: then go to the result."""
    face = faces().get(job.kind)
    link = face.link(job) if face and face.link and job.state == State.DONE else ""
    return {
        "job": job,
        "title": _(face.title) if face else job.kind,
        "state": Lamp(JOB_COLOURS[State(job.state)], _(str(State(job.state).label))),
        "message": fill(job.message, job.message_args),
        "error": explain_code(job.error_code, job.error_args) if job.error_code else "",
        "link": link,
        "url": reverse("jobs:progress", args=[job.public_id]) + ("?follow=1" if follow else ""),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """The address of this page, for forms that come back to it."""
    request = context.get("request")
    return request.get_full_path() if request is not None else "/"


@register.simple_tag
def address(asked: Any, **changes: object) -> str:
    """The address of a list with some of what was asked changed."""
    return str(asked.address(**changes))
