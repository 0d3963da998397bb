"""The API's document as people read it: operations in groups, each with its parameters and an example."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """One thing that a call can say. `place`: path, query or body."""

    name: str
    place: str
    kind: str
    is_needed: bool
    meaning: str


@dataclass(frozen=True)
class Described:
    """One operation."""

    key: str
    method: str
    path: str
    summary: str
    scope: str
    roles: str
    parameters: tuple[Parameter, ...]
    example: str


def groups(document: Mapping[str, Any], address: str) -> list[tuple[str, list[Described]]]:
    """The operations of the document by their group, in the order of the document; `address` is where the desk is reached."""
    found: dict[str, list[Described]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_described(document, address, path, method.upper(), operation))
    return list(found.items())


def _described(document: Mapping[str, Any], address: str, path: str, method: str, operation: Mapping[str, Any]) -> Described:
    parameters = (*_parameters(operation), *_body(document, operation))
    return Described(
        operation["operationId"], method, path, operation["summary"], operation["x-scope"] or "any token",
        ", ".join(role.replace("_", " ") for role in operation["x-roles"]), parameters, _example(address, path, method, parameters, operation),
    )  # fmt: skip


def _parameters(operation: Mapping[str, Any]) -> Iterable[Parameter]:
    for each in operation["parameters"]:
        schema = each["schema"]
        yield Parameter(each["name"], each["in"], _kind(schema), bool(each.get("required")), each.get("description") or schema.get("description", ""))


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterable[Parameter]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(document, content["schema"])
        for name, each in schema.get("properties", {}).items():
            yield Parameter(name, "body", _kind(each), name in schema.get("required", ()), each.get("description", ""))


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    named = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][named] if named else schema


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"] if each.get("type") != "null")
    spelled = {"date": "date", "binary": "file", "integer": "whole number", "boolean": "true or false", "string": "text"}
    return spelled.get(schema.get("format", "")) or spelled.get(schema.get("type", ""), "object")


def _example(address: str, path: str, method: str, parameters: Iterable[Parameter], operation: Mapping[str, Any]) -> str:
    words = ["curl", *([] if method == "GET" else ["-X", method]), "-H", '"Authorization: Bearer $TOKEN"']
    kinds = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in kinds:
        words += ["-F", "content=@letter.pdf", "-F", '"title=Answer of the vendor"']
    elif kinds:
        words += ["-H", '"Content-Type: application/json"', "-d", f"'{json.dumps({'why': 'Seen with the vendor.', 'fields': {}})}'"]
    wanted = {"id": "1", "name": "escalate", "key_on": "2026-09-30", "on": "2026-09-30", "number": "1", "symbol": "AAPL", "order_id": "$ORDER"}
    if path.split("/")[3] == "runs":
        wanted["id"] = "$RUN"
    for name, sample in wanted.items():
        path = path.replace(f"{{{name}}}", sample)
    return " ".join([*words, f'"{address}{path}"'])
