"""The database's own refusal to change the journal, for each of the two databases.

A trigger stops mistakes and whoever has no more than the application's rights; who owns the
database can drop it. What such a person changes is found by ``verify``.
"""

from __future__ import annotations

from collections.abc import Callable

REFUSAL = "the journal is append-only"

# Table -> what makes a row the same row: SQLite's INSERT OR REPLACE would get past an UPDATE trigger.
_SAME_ROW = {
    "journal_entry": "id = NEW.id OR public_id = NEW.public_id",
    "journal_payload": "entry_id = NEW.entry_id",
    "journal_seal": "sequence = NEW.sequence OR entry_id = NEW.entry_id",
    "journal_head": "size = NEW.size",
    "journal_pending": "entry_id = NEW.entry_id",
    "journal_tile": 'level = NEW.level AND "index" = NEW."index"',
}
# Payloads end with their retention, and a place in the queue with the seal.
_KEPT = tuple(table for table in _SAME_ROW if table not in {"journal_payload", "journal_pending"})
# A row of hashes may grow, and nothing else about it may change.
_GROWS = (
    'NEW.level = OLD.level AND NEW."index" = OLD."index" AND length(NEW.hashes) > length(OLD.hashes) '
    "AND substr(NEW.hashes, 1, length(OLD.hashes)) = OLD.hashes"
)


def _sqlite() -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{REFUSAL}')"
    made = []
    for table, same in _SAME_ROW.items():
        again = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this module only
        changes = f"WHEN NOT ({_GROWS})" if table == "journal_tile" else ""
        made.append(f"CREATE TRIGGER {table}_again BEFORE INSERT ON {table} WHEN {again} BEGIN {refuse}; END")
        made.append(f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} {changes} BEGIN {refuse}; END")
    made += [f"CREATE TRIGGER {t}_delete BEFORE DELETE ON {t} BEGIN {refuse}; END" for t in _KEPT]
    return made


def _postgresql() -> list[str]:
    body = f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END"
    made = [f"CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"]
    act = "EXECUTE FUNCTION journal_refuse()"
    for table in _SAME_ROW:
        changes = f"WHEN (NOT ({_GROWS}))" if table == "journal_tile" else ""
        made.append(f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} FOR EACH ROW {changes} {act}")
    for table in _KEPT:
        made.append(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW {act}")
        made.append(f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} {act}")
    return made


def install(vendor: str, execute: Callable[[str], object]) -> None:
    """Makes the triggers; ``vendor`` is Django's name of the database, ``execute`` runs one statement."""
    for statement in {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]():
        execute(statement)


def remove(vendor: str, execute: Callable[[str], object]) -> None:
    """Drops the triggers: for undoing the migration, and for emptying the tables of a test."""
    if vendor == "postgresql":
        execute("DROP FUNCTION journal_refuse() CASCADE")
        return
    for table in _SAME_ROW:
        for name in ("again", "change", "delete"):
            execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
