"""Every view of the desk as every role and as an outsider: a view without a rule, or without an example here, fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from oversight import clock
from oversight.accounts import actions as people
from oversight.actor import automated
from oversight.evidence import actions as evidence
from oversight.notices import actions as notices
from oversight.notices.models import Copy
from oversight.record.models import Entry
from oversight.roles import ADMINISTRATOR, AUDITOR, EVERY_ROLE, VENDOR

from .addresses import BY_TOKEN, BY_TOKEN_EXAMPLE, EXAMPLES, OF_THE_OBJECT, OUTSIDER, OWN, SEEN_BY_ADMINISTRATORS, SEEN_BY_VENDORS, SERVED, SIGNING_IN, Cast


@dataclass(frozen=True)
class Page:
    """One view: its name, its rule, whether its address has parameters."""

    name: str
    allowed: frozenset[str] | None
    parameters: frozenset[str]


def pages(patterns: list[Any] | None = None, namespace: str = "", above: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Every view of the URL conf."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        parameters = above | frozenset(each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from pages(each.url_patterns, inner, parameters)
        elif isinstance(each, URLPattern):
            yield Page(f"{namespace}{each.name}", getattr(each.callback, "allowed", None), parameters - set(each.default_args))


def asked() -> list[Page]:
    """The views that a session is asked for."""
    return [page for page in pages() if not page.name.startswith(BY_TOKEN)]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.stated(datetime(2026, 10, 1, 12, 0, tzinfo=UTC)):
        install = automated("install")
        accounts = {
            role: people.open_account(install, username=role, name=role, email=f"{role}@firm.example", roles=(role,), vendor="Alpha" if role == VENDOR else "")
            for role in EVERY_ROLE
        }
        accounts["roleless"] = people.open_account(install, username="roleless", name="roleless", email="")
        one = Cast(accounts)
        Authenticator.objects.create(user=accounts["analyst"], type=Authenticator.Type.TOTP, data={"secret": "x"})
        reset = people.ask_factor_reset(one.actor(ADMINISTRATOR), accounts["analyst"], why="lost")
        review = people.open_review(one.actor(ADMINISTRATOR))
        filed = evidence.file(one.actor("analyst"), "note.txt", b"What the vendor of the firm said.\n")
        one.made = {"analyst": accounts["analyst"], "reset": reset, "review": review, "line": review.lines.get(role="analyst"), "filed": filed}
        yield one


def browser(cast: Cast, role: str) -> Client:
    client = Client()
    if role != OUTSIDER:
        client.force_login(cast.accounts[role])
    return client


def address(page: Page, cast: Cast) -> str:
    return reverse(page.name, kwargs=EXAMPLES[page.name](cast) if page.parameters else {})


def test_every_view_says_who_may_see_it() -> None:
    assert [page.name for page in asked() if page.allowed is None] == []


def test_every_address_with_parameters_has_an_example() -> None:
    assert sorted({page.name for page in asked() if page.parameters} - set(EXAMPLES)) == []
    assert sorted(set(EXAMPLES) - {page.name for page in asked()}) == [], "no longer there"


def test_every_view_has_a_name_of_its_own() -> None:
    names = [page.name for page in asked()]
    assert sorted({name for name in names if names.count(name) > 1 or name.endswith("None")}) == []


@pytest.mark.parametrize("role", [*EVERY_ROLE, "roleless", OUTSIDER])
def test_each_role_reads_what_it_may_and_nothing_else(cast: Cast, role: str) -> None:
    client, wrong = browser(cast, role), []
    for page in asked():
        answer = client.get(address(page, cast))
        if not fits(page, role, answer):
            wrong.append(f"{page.name}: {answer.status_code} {answer.get('Location', '')}")
    assert wrong == []


@pytest.mark.parametrize("role", [*EVERY_ROLE, "roleless", OUTSIDER])
def test_who_may_not_changes_nothing(cast: Cast, role: str) -> None:
    client, wrong = browser(cast, role), []
    for page in asked():
        if page.allowed is None or page.allowed & {role, OUTSIDER}:
            continue
        before = Entry.objects.count()
        answer = client.post(address(page, cast), {"why": "x", "verdict": "kept", "reason": "x", "role": "auditor", "name": "x"})
        if not fits(page, role, answer) or Entry.objects.count() != before:
            wrong.append(f"{page.name}: {answer.status_code}, {Entry.objects.count() - before} entries")
    assert wrong == []


def test_an_auditor_changes_nothing_but_their_own_account(cast: Cast) -> None:
    client, wrong = browser(cast, AUDITOR), []
    for page in asked():
        if page.name in OWN:
            continue
        before = Entry.objects.count()
        client.post(address(page, cast), {"why": "x", "verdict": "kept", "reason": "x", "role": "analyst", "name": "x"})
        if Entry.objects.count() != before:
            wrong.append(page.name)
    assert wrong == []


@pytest.mark.parametrize("role", ["administrator", "compliance", "vendor", OUTSIDER])
def test_a_session_opens_nothing_of_the_api(cast: Cast, role: str) -> None:
    client, wrong = browser(cast, role), []
    for page in pages():
        if page.name.startswith(BY_TOKEN) and not page.name.endswith(":api-root"):
            url, before = reverse(page.name, kwargs={name: BY_TOKEN_EXAMPLE[name] for name in page.parameters}), Entry.objects.count()
            answers = [client.get(url).status_code, client.post(url, {}, content_type="application/json").status_code]
            if not set(answers) <= {401, 405} or 401 not in answers or Entry.objects.count() != before:
                wrong.append(f"{page.name}: {answers}")
    assert wrong == []


def test_a_vendor_reaches_what_is_listed_here_alone() -> None:
    assert sorted(page.name for page in asked() if page.allowed and VENDOR in page.allowed) == sorted(SEEN_BY_VENDORS)


def test_an_administrator_reaches_what_is_listed_here_alone() -> None:
    assert sorted(page.name for page in asked() if page.allowed and ADMINISTRATOR in page.allowed) == sorted(SEEN_BY_ADMINISTRATORS)


def test_an_outsider_reaches_the_ways_in_and_the_health_page_alone() -> None:
    needs_a_session = {"account_reauthenticate", "account_change_password", "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
                       "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"}  # fmt: skip
    assert {page.name for page in asked() if page.allowed and OUTSIDER in page.allowed} == (SIGNING_IN - needs_a_session) | {
        "health",
        "api:openapi",
        "api:nothing",
        "requests:reading",
        "requests:leave",
        "requests:reading_document",
        "requests:reading_part",
    }


def test_a_notice_is_its_readers_alone(cast: Cast) -> None:
    install, what = automated("test"), "The letter of Beta Router came."
    notices.tell(install, to_keys=[cast.accounts["analyst"].key], what=what, url="/people/me/")
    pk = Copy.objects.get().pk
    for role in (VENDOR, ADMINISTRATOR, "compliance", "roleless", OUTSIDER):
        client = browser(cast, role)
        assert client.post(f"/notices/{pk}/read/").status_code == (302 if role == OUTSIDER else 403 if role == "roleless" else 404)
        assert what not in client.get("/notices/").content.decode()
    assert what in browser(cast, "analyst").get("/notices/").content.decode()


def test_no_page_of_a_vendor_names_anybody_elses_business(cast: Cast) -> None:
    install = automated("test")
    people.open_account(install, username="beta", name="Bea Beta", email="bea@beta.example", roles=(VENDOR,), vendor="Beta Router")
    client = browser(cast, VENDOR)
    for page in asked():
        said = client.get(address(page, cast)).content.decode(errors="replace") if page.name != "account_logout" else ""
        assert not [word for word in ("Beta", "bea@", "analyst@firm", "note.txt", "What the vendor of the firm said") if word in said], page.name


def fits(page: Page, role: str, answer: Any) -> bool:
    """Whether the answer is what the view's rule says to this role."""
    if page.allowed is None:
        return False
    if page.allowed & {role, OUTSIDER}:
        return answer.status_code in SERVED | ({401} if OUTSIDER in page.allowed else set()) | ({403} if page.name in OF_THE_OBJECT else set())
    if role == OUTSIDER:
        return answer.status_code == 302 and answer["Location"].startswith("/account/login/?next=")
    return answer.status_code == 403
