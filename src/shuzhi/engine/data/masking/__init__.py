"""Masking: so far how values are shown on screen, by grade (``display``).

Masked copies, keyed pseudonyms and format-preserving encryption will stand beside it.
"""

from __future__ import annotations

from shuzhi.engine.data.masking.display import (
    FULL,
    MaskSpec,
    is_masked,
    mask_for,
    mask_kinds,
    masked,
    masked_value,
    masked_view,
)
from shuzhi.engine.data.masking.patterns import HIDDEN

__all__ = [
    "FULL",
    "HIDDEN",
    "MaskSpec",
    "is_masked",
    "mask_for",
    "mask_kinds",
    "masked",
    "masked_value",
    "masked_view",
]
