"""Landlines and network addresses: forms that need more than their shape."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shuzhi.engine.data.grading.detectors.model import Claim, count_rows, rounded, smallness, tolerance
from shuzhi.engine.data.grading.detectors.numbers import national_number
from shuzhi.engine.data.grading.model import Evidence
from shuzhi.engine.data.grading.sampling import ColumnSample, Value
from shuzhi.engine.data.identifiers import IDENTIFIERS

_TRUNKED = re.compile(r"0?(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}(?:转?\d{1,6})?")
_LEADING = re.compile(r"0\d{9,11}(?:转?\d{1,6})?")
_LOCAL = re.compile(r"[2-8]\d{6,7}(?:转\d{1,6})?")
_LOCAL_STARTS = tuple("2345678")
_OCTETS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::\d{1,5}|/\d{1,2})?")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.IGNORECASE)
_URL = re.compile(r"(?:https?|ftp)://[^\s]{3,}|www\.[^\s]{3,}", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:转|ext\.?|-)\s?\d{1,6}$", re.IGNORECASE)


def detect_landlines(column: ColumnSample) -> Iterable[Claim]:
    """Fixed-line numbers: with an area code by themselves, seven or eight digits only beside a header."""
    if column.kind not in ("text", "integer") or not column.filled:
        return
    trunked = count_rows(column.values, _is_trunked)
    local = count_rows(column.values, _is_local)
    zero_led = count_rows(column.values, lambda v: any(_LEADING.fullmatch(c) for c in v.forms.cores))
    share = column.share(trunked + local)
    weight = tolerance(share) * smallness(column.filled)
    if not weight:
        return
    telling = trunked / (trunked + local)
    pure = trunked >= 0.85 * zero_led
    alone = weight * (0.94 if telling >= 0.5 and pure and _spread(column) else 0.3)
    evidence = (Evidence("value.checked", {"share": rounded(share), "kind": "landline"}),)
    yield Claim("contact.landline", alone, evidence, weight)


def _is_trunked(value: Value) -> bool:
    cores = value.forms.cores
    return (
        bool(cores)
        and all(_LEADING.match(c) or c.startswith(("86", "+86")) for c in cores)
        and all(_TRUNKED.fullmatch(national_number(c)) for c in cores)
    )


def _is_local(value: Value) -> bool:
    if len(value.forms.bare) > 20 or value.forms.bare[:1] not in _LOCAL_STARTS:
        return False
    text = _EXTENSION.sub("", value.forms.bare).replace(" ", "").replace("-", "")
    return bool(_LOCAL.fullmatch(text)) and IDENTIFIERS["landline"].problem(text) is None


def _spread(column: ColumnSample) -> bool:
    numbers = {c[-7:] for v in column.values for c in v.forms.cores if _LEADING.match(c)}
    if len(numbers) < 10:
        return True
    digits = sorted(int(n) for n in numbers if n.isdigit())
    return len(digits) < 10 or digits[-1] - digits[0] > 20 * len(digits)


def detect_network(column: ColumnSample) -> Iterable[Claim]:
    """IP and MAC addresses and links. Version numbers have four small parts: no address."""
    if column.kind != "text" or not column.filled:
        return
    for category, pattern in (("net.mac", _MAC), ("net.url", _URL)):
        share = column.share(sum(v.rows for v in column.values if pattern.fullmatch(v.forms.text)))
        weight = tolerance(share) * smallness(column.filled)
        if weight:
            yield Claim(
                category, 0.98 * weight, (Evidence("value.pattern", {"share": rounded(share)}),), weight
            )
    share = column.share(count_rows(column.values, _is_ip))
    weight = tolerance(share) * smallness(column.filled)
    if weight:
        large = column.share(count_rows(column.values, _has_large_octet))
        alone = weight * (0.97 if large >= 0.3 else 0.35)
        yield Claim("net.ip", alone, (Evidence("value.pattern", {"share": rounded(share)}),), weight)


def _is_ip(value: Value) -> bool:
    text = value.forms.bare
    octets = _OCTETS.fullmatch(text)
    if octets:
        return all(int(part) < 256 for part in octets.groups())
    return text.count(":") >= 2 and IDENTIFIERS["ip"].problem(text) is None


def _has_large_octet(value: Value) -> bool:
    octets = _OCTETS.fullmatch(value.forms.bare)
    return octets is None or any(int(part) > 31 for part in octets.groups())
