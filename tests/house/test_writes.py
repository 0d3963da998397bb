"""Every write of the desk is in the record: nothing else saves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

WRITES = {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "asave", "acreate", "adelete"}
SQL = re.compile(r"\s*(INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|TRUNCATE\s+[A-Z]|DROP\s+[A-Z]|ALTER\s+[A-Z])")
ALLOWED = {
    # a module, or a function of one: why it may
    "oversight/record/actions.py": "this is where rows and entries are made, and set",
    "oversight/record/triggers.py": "the database's own guards over the record",
    "oversight/notices/actions.py": "copies and letters are deliveries; what they tell of is recorded where it happened",
    "oversight/notices/outbox.py": "the same: a letter is claimed, sent or given up",
    "oversight/api/actions.py seen": "when a token was last used is no act, and the record does not say it",
    "oversight/accounts/actions.py agree_to_reset": "the second factor stands in the sign-in library's table; the act is recorded beside it",
    "oversight/accounts/actions.py sign_in_through": "the outside identity stands there, too; the act is recorded beside it",
}


def test_nothing_but_the_record_writes(sources: dict[str, ast.Module]) -> None:
    found = [(path, *where.split(": ", 1)) for path, module in sources.items() if path.startswith("oversight/") for where in writes(module)]
    assert [f"{path} {function}: {what}" for path, function, what in found if not {path, f"{path} {function}"} & set(ALLOWED)] == []
    assert sorted(set(ALLOWED) - {name for path, function, _ in found for name in (path, f"{path} {function}")}) == [], "no longer there"


def test_a_write_is_told_from_what_is_named_like_one() -> None:
    text = """
from oversight.record import actions
def file(by, row, seen, digest):
    row.save()
    Account.objects.filter(pk=1).update(name="x")
    Account.objects.create(name="x")
    row.notices.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_account")
    actions.create(by, row)
    seen.update({1: 2})
    digest.update(b"bytes")
"""
    assert [where.partition(": ")[2] for where in writes(ast.parse(text))] == [
        "row.save", "Account.objects.filter(pk=1).update", "Account.objects.create", "row.notices.all().delete", "'DELETE FROM accounts_account'",
    ]  # fmt: skip


def writes(module: ast.Module) -> Iterator[str]:
    """Each call or SQL text that writes, with the function it stands in. A module of ours that is imported writes through its own actions."""
    ours = {alias.asname or alias.name for node in ast.walk(module) if isinstance(node, ast.ImportFrom) for alias in node.names if of_ours(node)}
    for name, node in within("", module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_write(node, node.func, ours):
            yield f"{name}: {ast.unparse(node.func)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield f"{name}: {node.value!r}"


def is_write(call: ast.Call, func: ast.Attribute, ours: set[str]) -> bool:
    if isinstance(func.value, ast.Name) and func.value.id in ours:
        return False
    return func.attr in WRITES or (func.attr in ("update", "aupdate") and not call.args)


def of_ours(node: ast.ImportFrom) -> bool:
    """Whether modules are imported here: `from oversight.record import actions`."""
    return bool(node.module) and node.module.split(".")[0] == "oversight" and not node.module.endswith(".models")


def within(name: str, parent: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every node below `parent`, in the order of the text, with the function it stands in."""
    for node in ast.iter_child_nodes(parent):
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
        yield inner, node
        yield from within(inner, node)
