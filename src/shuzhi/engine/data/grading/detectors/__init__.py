"""The detectors of grading, each looking at one column's sampled values.

A detector yields claims; it decides nothing (``combining`` does) and knows no level.
To add one: write a function ``(ColumnSample) -> Iterable[Claim]`` and name it here.
"""

from __future__ import annotations

from shuzhi.engine.data.grading.detectors.contacts import detect_landlines, detect_network
from shuzhi.engine.data.grading.detectors.masked import detect_masked
from shuzhi.engine.data.grading.detectors.model import Claim, Detector
from shuzhi.engine.data.grading.detectors.numbers import detect_numbers
from shuzhi.engine.data.grading.detectors.people import detect_listed, detect_names, detect_sex_codes
from shuzhi.engine.data.grading.detectors.places import (
    detect_addresses,
    detect_coordinates,
    detect_division_codes,
    detect_division_names,
)
from shuzhi.engine.data.grading.detectors.quantities import detect_codes, detect_measures, detect_money
from shuzhi.engine.data.grading.detectors.texts import detect_health, detect_organisations, detect_text
from shuzhi.engine.data.grading.detectors.times import detect_times

__all__ = ["DETECTORS", "Claim", "Detector"]

DETECTORS: tuple[Detector, ...] = (
    detect_numbers,
    detect_landlines,
    detect_network,
    detect_masked,
    detect_names,
    detect_listed,
    detect_sex_codes,
    detect_addresses,
    detect_division_names,
    detect_division_codes,
    detect_coordinates,
    detect_times,
    detect_money,
    detect_measures,
    detect_codes,
    detect_health,
    detect_organisations,
    detect_text,
)
