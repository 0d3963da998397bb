"""The OpenAPI document and the page made from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client

from oversight.api.operations import OPERATIONS
from oversight.api.surface import document

Browser = Callable[..., Client]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_has_a_summary_a_scope_and_its_answers() -> None:
    for path, method, operation in operations():
        assert operation["summary"] and operation["summary"][-1] != ".", path
        assert operation["tags"] and operation["security"] == [{"Bearer": []}], path
        assert sorted(operation["responses"]) == ["200", "400", "401", "403", "404", "409", "422", "429"], (path, method)
        assert all(list(answer["content"]) == ["application/problem+json"] for code, answer in operation["responses"].items() if code != "200")


def test_it_describes_exactly_the_operations_there_are() -> None:
    stated = {(operation.method.lower(), "/api/v1" + re.sub(r"{\w+:", "{", operation.path)) for operation in OPERATIONS}
    assert {(method, path) for path, method, _operation in operations()} == stated
    keys = [operation["operationId"] for _path, _method, operation in operations()]
    assert len(keys) == len(set(keys)) == len(OPERATIONS)


def test_its_structure_holds_each_reference_leads_somewhere_and_each_path_says_its_parameters() -> None:
    described = json.loads(json.dumps(document()))
    assert described["openapi"] == "3.1.0"
    assert sorted(described["info"]) == ["description", "title", "version"]
    schemas = described["components"]["schemas"]
    named = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(described)))
    assert named <= set(schemas)
    assert '"$ref": "#/$defs' not in json.dumps(described)
    for path, _method, operation in operations():
        in_path = {each["name"] for each in operation["parameters"] if each["in"] == "path" and each["required"]}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert {each["in"] for each in operation["parameters"]} <= {"path", "query"}
        assert all("schema" in each for each in operation["parameters"])
    assert described["components"]["securitySchemes"] == {"Bearer": {"type": "http", "scheme": "bearer"}}


def test_the_document_is_served_without_a_session_and_the_page_lists_every_operation(browser: Browser) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json() == json.loads(json.dumps(document()))
    shown = browser("administrator").get("/api/")
    page = shown.content.decode()
    assert shown.status_code == 200, page
    for path, _method, operation in operations():
        assert f'id="{operation["operationId"]}"' in page
        assert f"<code>{path}</code>" in page
    assert "Make a token" not in page
    assert "curl -H &quot;Authorization: Bearer $TOKEN&quot; &quot;http://127.0.0.1:8000/api/v1/findings&quot;" in page
