"""The table of search grams: FTS5 on SQLite, a tsvector under GIN on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

FORWARD = {
    # detail=none: only whether a gram occurs is asked, never where
    "sqlite": ["CREATE VIRTUAL TABLE catalogue_grams USING fts5(grams, detail=none)"],
    "postgresql": [
        "CREATE TABLE catalogue_grams (dataset_id bigint PRIMARY KEY REFERENCES catalogue_dataset(id)"
        " ON DELETE CASCADE, grams tsvector NOT NULL)",
        "CREATE INDEX catalogue_grams_gin ON catalogue_grams USING gin (grams)",
    ],
}


def create(_apps: Any, editor: Any) -> None:
    for statement in FORWARD[editor.connection.vendor]:
        editor.execute(statement)


def drop(_apps: Any, editor: Any) -> None:
    editor.execute("DROP TABLE catalogue_grams")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
