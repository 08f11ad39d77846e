"""The index beside the records, in the same database and the same transaction.

SQLite keeps the grams in FTS5, PostgreSQL in a tsvector under GIN; both only fetch candidates,
without order, and ``ranking`` orders them here. Ordering in the database took seconds on a
hundred thousand entries, this takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from shuzhi.apps.catalogue.models import Dataset, SearchEntry
from shuzhi.apps.catalogue.search.grams import Words, encode, fold, grams_asked, grams_of, words_of
from shuzhi.apps.catalogue.search.ranking import relevance

CANDIDATES = 400


def index_dataset(dataset: Dataset, names: Iterable[str]) -> None:
    """Makes the dataset findable by its title, code, description and ``names`` (columns, owner's names)."""
    words = words_of(dataset.title, dataset.code, dataset.description, *names)
    SearchEntry.objects.update_or_create(
        dataset=dataset,
        defaults={"text": words.text, "pinyin": words.pinyin, "initials": words.initials},
    )
    grams = sorted(encode(gram) for gram in grams_of(words))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM catalogue_grams WHERE dataset_id = %s", [dataset.pk])
            cursor.execute(
                "INSERT INTO catalogue_grams (dataset_id, grams) VALUES (%s, array_to_tsvector(%s::text[]))",
                [dataset.pk, grams],
            )
        else:
            cursor.execute("DELETE FROM catalogue_grams WHERE rowid = %s", [dataset.pk])
            cursor.execute(
                "INSERT INTO catalogue_grams (rowid, grams) VALUES (%s, %s)", [dataset.pk, " ".join(grams)]
            )


def search_datasets(visible: QuerySet[Dataset], query: str, *, limit: int = 200) -> list[Dataset]:
    """The datasets that ``query`` means, best first, out of those ``visible``; at most ``limit``."""
    asked = fold(query)[:100]
    grams = grams_asked(asked)
    if not grams:
        return []
    found = _rank(visible, asked, _candidates(grams, " & ", " AND "))
    if not found:
        found = _rank(visible, asked, _candidates(grams, " | ", " OR "))
    return found[:limit]


def _candidates(grams: Iterable[str], both_pg: str, both_sqlite: str) -> list[int]:
    tokens = sorted(encode(gram) for gram in grams)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT dataset_id FROM catalogue_grams WHERE grams @@ %s::tsquery LIMIT %s",
                [both_pg.join(f"'{token}'" for token in tokens), CANDIDATES],
            )
        else:
            cursor.execute(
                "SELECT rowid FROM catalogue_grams WHERE catalogue_grams MATCH %s LIMIT %s",
                [both_sqlite.join(f'"{token}"' for token in tokens), CANDIDATES],
            )
        return [row[0] for row in cursor.fetchall()]


def _rank(visible: QuerySet[Dataset], asked: str, keys: list[int]) -> list[Dataset]:
    datasets = visible.filter(pk__in=keys).select_related("owner", "searchentry")
    scored = [
        (relevance(asked, fold(d.title), Words(e.text, e.pinyin, e.initials)), d)
        for d in datasets
        if (e := d.searchentry)
    ]
    kept = [pair for pair in scored if pair[0] > 0]
    return [dataset for _, dataset in sorted(kept, key=lambda pair: (-pair[0], pair[1].code))]
