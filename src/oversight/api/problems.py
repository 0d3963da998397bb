"""What a program is told when something does not go: what, where, what to do."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from bestexec import Problem
from oversight.lifecycle import Refusal

MEDIA = "application/problem+json"
logger = logging.getLogger("django.request")


class Said(Schema):
    """A problem: what happened, where, what to do about it."""

    status: int
    what: str
    where: str = ""
    do: str = ""


class Denied(Exception):  # noqa: N818 -- named for what the caller is told
    """The token does not open this. `status`: 401, 403 or 429; `wait`: seconds until it may."""

    def __init__(self, status: int, what: str, do: str = "", wait: int = 0) -> None:
        self.status, self.what, self.do, self.wait = status, what, do, wait
        super().__init__(what)


def told(status: int, what: str, where: str = "", do: str = "") -> JsonResponse:
    """The answer that says so."""
    return JsonResponse({"status": status, "what": what, "where": where, "do": do}, status=status, content_type=MEDIA)


def handle(api: NinjaAPI) -> None:
    """Answer with problems whatever an operation raises."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (Denied, _denied), (Refusal, _refused), (Problem, _problem), (Http404, _missing), (ValidationError, _invalid), (HttpError, _http), (Exception, _ours),
    )  # fmt: skip
    for kind, answer in handlers:
        api.add_exception_handler(kind, answer)


def _denied(request: HttpRequest, denied: Denied) -> JsonResponse:
    answer = told(denied.status, denied.what, request.path, denied.do)
    if denied.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="bestexec"'
    if denied.wait:
        answer["Retry-After"] = str(denied.wait)
    return answer


def _refused(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    return told(403 if refusal.is_forbidden else 409, refusal.words, request.path)


def _problem(request: HttpRequest, problem: Problem) -> JsonResponse:
    return told(400, problem.what, problem.where, problem.do)


def _missing(request: HttpRequest, missing: Http404) -> JsonResponse:
    return told(404, "there is nothing here, or it is not for you to see", request.path, "look at the list it should be in")


def _invalid(request: HttpRequest, invalid: ValidationError) -> JsonResponse:
    first: dict[str, Any] = invalid.errors[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("page", "given", "ask"))
    return told(422, str(first["msg"]), where, "the description at /api/v1/openapi.json says what is allowed")


def _http(request: HttpRequest, error: HttpError) -> JsonResponse:
    if error.status_code == 401:
        return _denied(request, Denied(401, "no token was sent", "send the header `Authorization: Bearer <token>`; tokens are made at /api/"))
    return told(error.status_code, str(error), request.path)


def _ours(request: HttpRequest, error: Exception) -> JsonResponse:
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return told(500, "something went wrong on our side; nothing was half done", request.path, "tell whoever runs the desk; its log says more")
