"""Between which bounds a column's numbers and days lie, with room, and whatever a few slips say.

The quantiles tell how far a tail of that kind reaches. A value farther out by an order of
magnitude is taken for a slip: it does not stretch the bounds, so the rule finds it. All
thresholds are defaults of this product, not a regulation: a person confirms the draft.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta

from shuzhi.engine.data.profiling import ColumnProfile

# from the 95th and 99th percentile to a bound that a tail of that kind passes once in a hundred
# tables: ln 100 / ln 5, exact for a power law and cautious for lighter tails
TAIL_POWER = 2.86
FAR = 10.0
DAYS_MARGIN, DAYS_ROOM = 366, 3_653
# days that stand for "without end"
_OPEN_YEARS = (2099, 2199, 2999, 3000, 9999)
_PAST = re.compile(
    r"出生|登记|注册|成立|批准|核准|审批|认定|纳入|建档|发生|受理|创建|录入|发证|入职"
    r"|birth|creat|regist|updat",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"有效|到期|截止|计划|预计|拟|终止|期限|届满|下次|下一|expir|plan|due|next|until", re.IGNORECASE
)


def number_bounds(column: ColumnProfile) -> tuple[float, float] | None:
    """The smallest and largest number to expect; None where nothing can be said."""
    low, high, at = column.minimum, column.maximum, column.quantiles
    if not (isinstance(low, int | float) and isinstance(high, int | float) and at) or low == high:
        return None
    fives = math.log(max(column.filled, 5)) / math.log(5)
    if low >= 0:
        ratio = max(at[0.99] / at[0.95], 1.0) if at[0.95] > 0 else 1.0
        top = high * ratio**TAIL_POWER
        if 0 < at[0.5] < at[0.95] < at[0.99]:
            top = min(top, FAR * at[0.99] * ratio**fives)
        return 0.0, _rounded(top, upwards=True)
    up, down = at[0.99] - at[0.95], at[0.05] - at[0.01]
    top, bottom = high + up * TAIL_POWER, low - down * TAIL_POWER
    if at[0.5] < at[0.95] < at[0.99]:
        top = min(top, at[0.99] + FAR * up * fives)
    if at[0.01] < at[0.05] < at[0.5]:
        bottom = max(bottom, at[0.01] - FAR * down * fives)
    return _rounded(bottom, upwards=False), _rounded(top, upwards=True)


def _rounded(bound: float, *, upwards: bool) -> float:
    """Two significant digits, never inwards: a bound that a person can read."""
    if not bound:
        return 0.0
    step = 10.0 ** (len(str(int(abs(bound)))) - 2)
    return float((math.ceil if upwards else math.floor)(bound / step) * step)


def day_bounds(column: ColumnProfile) -> tuple[date, date | None] | None:
    """The first and last day to expect, no last one where days stand for "without end"."""
    low, high, at = as_day(column.minimum), as_day(column.maximum), column.days
    if low is None or high is None or low == high or not at:
        return None
    span = (at[0.99] - at[0.01]).days
    margin, room = max(DAYS_MARGIN, span // 10), max(DAYS_ROOM, span)
    first = max(_moved(low, -margin), _moved(at[0.01], -room))
    if (high.month, high.day) in ((12, 31), (1, 1)) and high.year in _OPEN_YEARS:
        return first, None
    return first, min(_moved(high, margin), _moved(at[0.99], room))


def as_day(value: object) -> date | None:
    """The day of a day or a moment; None of anything else."""
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _moved(day: date, days: int) -> date:
    """The day so many days on, as far as the calendar goes."""
    if days > 0:
        return day + timedelta(min(days, (date.max - day).days))
    return day - timedelta(min(-days, (day - date.min).days))


def tells_the_past(column: ColumnProfile, today: date | None) -> bool:
    """Whether days are of what has happened, by the column's name and nearly all of its values."""
    past = bool(_PAST.search(column.name)) and not _AHEAD.search(column.name)
    return past and today is not None and bool(column.days) and column.days[0.99] <= today
