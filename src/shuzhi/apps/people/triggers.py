"""What a check constraint cannot say, since it sees one table: an administrator holds no duty."""

from __future__ import annotations

from collections.abc import Callable

REFUSAL = "an administrator holds no duty"

# FOR SHARE: a duty and an office given at the same moment wait for each other.
_POSTGRESQL = f"""
CREATE FUNCTION people_no_duty_for_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM people_account WHERE id = NEW.account_id AND administers = '' FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION people_no_office_for_holders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM people_dutyholding WHERE account_id = NEW.id) THEN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER people_duty_holder BEFORE INSERT OR UPDATE ON people_dutyholding
  FOR EACH ROW EXECUTE FUNCTION people_no_duty_for_administrators();
CREATE TRIGGER people_office_holder BEFORE UPDATE OF administers ON people_account
  FOR EACH ROW WHEN (NEW.administers <> '') EXECUTE FUNCTION people_no_office_for_holders();
"""  # noqa: S608 - names of this module only

_HOLDS = "EXISTS (SELECT 1 FROM people_dutyholding WHERE account_id = NEW.id)"
_ADMINISTERS = "EXISTS (SELECT 1 FROM people_account WHERE id = NEW.account_id AND administers <> '')"
_SQLITE = [
    f"CREATE TRIGGER people_duty_holder_{act.lower()} BEFORE {act} ON people_dutyholding "
    f"WHEN {_ADMINISTERS} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for act in ("INSERT", "UPDATE")
] + [
    "CREATE TRIGGER people_office_holder BEFORE UPDATE OF administers ON people_account "
    f"WHEN NEW.administers <> '' AND {_HOLDS} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
]


def install(vendor: str, execute: Callable[[str], object]) -> None:
    """Makes the triggers; ``vendor`` is Django's name of the database, ``execute`` runs one statement."""
    for statement in {"sqlite": _SQLITE, "postgresql": [_POSTGRESQL]}[vendor]:
        execute(statement)


def remove(vendor: str, execute: Callable[[str], object]) -> None:
    """Drops the triggers."""
    if vendor == "postgresql":
        execute("DROP FUNCTION people_no_duty_for_administrators() CASCADE")
        execute("DROP FUNCTION people_no_office_for_holders() CASCADE")
        return
    for name in ("people_duty_holder_insert", "people_duty_holder_update", "people_office_holder"):
        execute(f"DROP TRIGGER IF EXISTS {name}")
