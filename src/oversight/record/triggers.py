"""What the database itself refuses, on SQLite and on PostgreSQL: to change or remove what was appended, or to break the chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
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


class Guard(Operation):
    """Triggers on one table, in a migration: `forwards` and `backwards` are statements by database vendor."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, forwards: Mapping[str, tuple[str, ...]], backwards: Mapping[str, tuple[str, ...]]) -> None:
        self.table, self.forwards, self.backwards = table, forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models look the same with and without triggers."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the triggers."""
        for statement in self.forwards[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the triggers."""
        for statement in self.backwards[schema_editor.connection.vendor]:
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Let the database guard {self.table}"


def append_only(table: str) -> Guard:
    """The operation of a migration after which the database refuses to UPDATE, DELETE or TRUNCATE `table`.

    A later migration that alters the table's columns makes SQLite copy the table, which loses its triggers: name the operation again there.
    """
    name = f"{table}_append_only"
    refused = [
        f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only, so {verb} is refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    made = {
        "sqlite": tuple(refused),
        "postgresql": (_REFUSE, *_always(name, table, "BEFORE UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "oversight_append_only")),
    }
    dropped = {
        "sqlite": (f"DROP TRIGGER IF EXISTS {name}_update", f"DROP TRIGGER IF EXISTS {name}_delete"),
        "postgresql": (f"DROP TRIGGER IF EXISTS {name} ON {table}",),
    }
    return Guard(table, made, dropped)


def chain() -> Guard:
    """The operation after which the database takes an entry only at the end of the chain: its number and the hash before must follow."""
    name = f"{ENTRIES}_chain"
    follows = (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {ENTRIES} "
        f"WHEN NEW.seq <> coalesce((SELECT max(seq) FROM {ENTRIES}), 0) + 1 "
        f"OR NEW.before_hash <> coalesce((SELECT hash FROM {ENTRIES} ORDER BY seq DESC LIMIT 1), '{FIRST}') "
        "BEGIN SELECT RAISE(ABORT, 'the entry does not continue the chain'); END"
    )
    made = {"sqlite": (follows,), "postgresql": (_CONTINUE, *_always(name, ENTRIES, "BEFORE INSERT", "ROW", "oversight_chain"))}
    dropped = {"sqlite": (f"DROP TRIGGER IF EXISTS {name}",), "postgresql": (f"DROP TRIGGER IF EXISTS {name} ON {ENTRIES}",)}
    return Guard(ENTRIES, made, dropped)


def standing() -> tuple[str, ...]:
    """The names of this module's triggers that the database has and obeys, in order: what `verify` compares with what it expects."""
    ask = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
    }
    with connection.cursor() as cursor:
        cursor.execute(ask[connection.vendor])
        names = [name for (name,) in cursor.fetchall()]
    return tuple(sorted(name for name in names if "_append_only" in name or name == f"{ENTRIES}_chain"))


def guards(*tables: str) -> tuple[str, ...]:
    """The names of the triggers that `append_only` makes for `tables` on this database, in order."""
    ends = ("_append_only_delete", "_append_only_update") if connection.vendor == "sqlite" else ("_append_only",)
    return tuple(sorted(f"{table}{end}" for table in tables for end in ends))


def _always(name: str, table: str, event: str, each: str, function: str) -> tuple[str, str]:
    """A trigger that fires in every session, a replicating one too."""
    return (
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    )
