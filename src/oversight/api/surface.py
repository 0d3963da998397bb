"""The API as it is served, made from the operations, and the document that describes it."""

from __future__ import annotations

from functools import cache
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from oversight.api import problems
from oversight.api.bearer import Bearer
from oversight.api.operation import Operation
from oversight.api.operations import OPERATIONS

PREFIX = "api/v1"
DESCRIPTION = (
    "The same queries and actions as the desk's pages. A token acts as its owner, in the roles that the owner holds at the time of the call "
    "and within the token's scopes. Amounts are exact decimals as text. Instants are ISO text in UTC, with nine digits where the source has "
    "nanoseconds. Lists are paged by `next`."
)
NOT_GOING = frozenset({400, 401, 403, 404, 409, 422, 429})


def made() -> NinjaAPI:
    """The API with every operation."""
    api = NinjaAPI(title="bestexec desk", version="1", description=DESCRIPTION, openapi_url=None, docs_url=None, urls_namespace="api-v1")
    problems.handle(api)
    for operation in OPERATIONS:
        _add(api, operation)
    return api


def _add(api: NinjaAPI, operation: Operation) -> None:
    words = [line.strip() for line in (operation.does.__doc__ or "").splitlines()]
    roles = ", ".join(role.replace("_", " ") for role in operation.roles)
    answers: dict[Any, Any] = {200: operation.answers} if operation.answers else {}
    api.default_router.add_api_operation(
        operation.path,
        [operation.method],
        operation.does,
        auth=Bearer(operation),
        response={**answers, NOT_GOING: problems.Said},
        operation_id=f"{operation.group}_{operation.does.__name__}",
        summary=words[0].rstrip("."),
        description=f"Scope: {operation.scope or 'any token'}. Open to: {roles}.",
        tags=[operation.group],
        openapi_extra={"x-scope": operation.scope, "x-roles": list(operation.roles)},
    )


API = made()


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, 3.1."""
    described: OpenAPISchema = API.get_openapi_schema(path_prefix=PREFIX)
    for path in described["paths"].values():
        for operation in path.values():
            responses = {str(code): answer for code, answer in operation["responses"].items()}
            for code, answer in responses.items():
                if code >= "4" and "content" in answer:
                    answer["content"] = {problems.MEDIA: next(iter(answer["content"].values()))}
            if not any(code.startswith("2") for code in responses):
                responses["200"] = {"description": "OK", "content": {"application/octet-stream": {}}}
            operation["responses"] = dict(sorted(responses.items()))
    return dict(described)
