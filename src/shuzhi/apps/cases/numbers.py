"""Numbers of cases: prefix, day in the district's zone, and a count without gaps (WT20261123-0001)."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from shuzhi.apps.cases.models import NumberSeries


def next_numbers(prefix: str, day: date, count: int) -> list[str]:
    """The next ``count`` numbers of ``prefix`` on ``day``; call it inside the transaction that uses them.

    The row of the series stays locked until that transaction ends, so a number is given once; if it is
    rolled back the numbers are given again, so none is missing.
    """
    series = NumberSeries.objects.filter(prefix=prefix, day=day)
    if not series.update(last=F("last") + count):
        NumberSeries.objects.bulk_create([NumberSeries(prefix=prefix, day=day)], ignore_conflicts=True)
        series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return [f"{prefix}{day:%Y%m%d}-{number:04d}" for number in range(last - count + 1, last + 1)]
