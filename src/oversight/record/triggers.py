"""What the database itself refuses, on SQLite and on PostgreSQL: to change or remove what was appended, or to break the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

ENTRIES = "record_entry"
FIRST = "0" * 64
"""Stands for the hash before the first entry."""

_REFUSE = """CREATE OR REPLACE FUNCTION oversight_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only, so % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation'; END $$"""
_CONTINUE = f"""CREATE OR REPLACE FUNCTION oversight_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last {ENTRIES}%ROWTYPE;
BEGIN
  SELECT * INTO last FROM {ENTRIES} ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.before_hash <> coalesce(last.hash, '{FIRST}') THEN
    RAISE EXCEPTION 'entry % does not continue the chain', NEW.seq USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$"""

_LOCKED = """CREATE OR REPLACE FUNCTION oversight_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a row of % is locked, so % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation'; END $$"""


class Guard(Operation):
    """Triggers on one table, made by a migration. `triggers` are, by database vendor, each one's name and the statements that make it."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, triggers: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self.table, self.triggers = table, triggers

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models look the same with and without triggers."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the triggers, in place of those of the same name."""
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for statements in self.triggers[schema_editor.connection.vendor].values():
            for statement in statements:
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the triggers."""
        of_table = "" if schema_editor.connection.vendor == "sqlite" else f" ON {self.table}"
        for name in self.triggers[schema_editor.connection.vendor]:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}", params=None)

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Let the database guard {self.table}"


def append_only(table: str) -> Guard:
    """The operation of a migration after which the database refuses to UPDATE, DELETE or TRUNCATE `table`.

    A later migration that alters the table's columns makes SQLite copy the table, which loses its triggers: name the operation again there.
    """
    name = f"{table}_append_only"
    refused = {
        f"{name}_{verb.lower()}": (
            f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only, so {verb} is refused'); END",
        )
        for verb in ("DELETE", "UPDATE")
    }
    always = _always(name, table, "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "oversight_append_only")
    return Guard(table, {"sqlite": refused, "postgresql": {name: (_REFUSE, *always)}})


def locked(table: str, states: tuple[str, ...]) -> Guard:
    """The operation after which the database refuses to UPDATE or DELETE a row of `table` whose `state` is one of these: ends that nothing leaves.

    A later migration that alters the table's columns makes SQLite copy the table, which loses its triggers: name the operation again there.
    """
    name, held = f"{table}_locked", ", ".join(f"'{state}'" for state in states)
    refused = {
        f"{name}_{verb.lower()}": (
            (
                f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} WHEN OLD.state IN ({held}) "
                f"BEGIN SELECT RAISE(ABORT, 'a row of {table} is locked, so {verb} is refused'); END"
            ),
        )
        for verb in ("DELETE", "UPDATE")
    }
    always = _always(name, table, "BEFORE UPDATE OR DELETE", f"ROW WHEN (OLD.state IN ({held}))", "oversight_locked")
    return Guard(table, {"sqlite": refused, "postgresql": {name: (_LOCKED, *always)}})


def chain() -> Guard:
    """The operation after which the database takes an entry only at the end of the chain: its number and the hash before must follow."""
    name = f"{ENTRIES}_chain"
    follows = (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {ENTRIES} "
        f"WHEN NEW.seq <> coalesce((SELECT max(seq) FROM {ENTRIES}), 0) + 1 "
        f"OR NEW.before_hash <> coalesce((SELECT hash FROM {ENTRIES} ORDER BY seq DESC LIMIT 1), '{FIRST}') "
        "BEGIN SELECT RAISE(ABORT, 'the entry does not continue the chain'); END"
    )
    always = _always(name, ENTRIES, "BEFORE INSERT", "ROW", "oversight_chain")
    return Guard(ENTRIES, {"sqlite": {name: (follows,)}, "postgresql": {name: (_CONTINUE, *always)}})


def missing() -> tuple[str, ...]:
    """The names of the triggers that some migration made and that the database no longer has or obeys, in order."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    guards = [operation for migration in migrations for operation in migration.operations if isinstance(operation, Guard)]
    return tuple(sorted({name for guard in guards for name in guard.triggers[connection.vendor]} - _standing()))


def _standing() -> set[str]:
    ask = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }
    with connection.cursor() as cursor:
        cursor.execute(ask[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def _always(name: str, table: str, event: str, each: str, function: str) -> tuple[str, str]:
    """A trigger that fires in every session, a replicating one too."""
    return (
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    )
