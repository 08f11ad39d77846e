"""Classification and grading: what each column is, how sensitive, and why.

``grade_table`` answers for a table, ``roll_up`` once more when somebody has changed a column.
"""

from __future__ import annotations

from shuzhi.engine.data.grading.categories import Category, Facet, load_categories, load_facets
from shuzhi.engine.data.grading.evidence import flag_sentence, sentence
from shuzhi.engine.data.grading.model import (
    AUTO_ACCEPT,
    QUEUE,
    Alternative,
    ColumnGrade,
    Evidence,
    GradeRequest,
    Raised,
    TableGrade,
)
from shuzhi.engine.data.grading.scheme import Scheme, SchemeError, load_scheme, read_scheme, scheme_names
from shuzhi.engine.data.grading.tables import grade_table, roll_up

__all__ = [
    "AUTO_ACCEPT",
    "QUEUE",
    "Alternative",
    "Category",
    "ColumnGrade",
    "Evidence",
    "Facet",
    "GradeRequest",
    "Raised",
    "Scheme",
    "SchemeError",
    "TableGrade",
    "flag_sentence",
    "grade_table",
    "load_categories",
    "load_facets",
    "load_scheme",
    "read_scheme",
    "roll_up",
    "scheme_names",
    "sentence",
]
