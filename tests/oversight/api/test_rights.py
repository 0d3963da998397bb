"""Every operation, every role, every scope: what opens it, and that its rights are those of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import resolve, reverse
from tests.examples import IS_PROOF

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.api import allowance
from oversight.api.models import Token
from oversight.api.operation import Operation
from oversight.api.operations import OPERATIONS
from oversight.api.scopes import BY_KEY, SCOPES
from oversight.findings.models import Finding
from oversight.record.actions import create
from oversight.roles import EVERY_ROLE

PAGES = {
    "findings": ("findings:queue", ()), "findings_read": ("findings:finding", (1,)), "take": ("findings:take", (1,)), "runs": ("findings:runs", ()),
    "run": ("findings:run", ("a",)), "verify": ("findings:verify", ("a",)), "every_day": ("findings:days", ()), "day": ("findings:day", ("2026-09-30",)),
    "sample": ("findings:sample", ()), "suppressions": ("findings:suppressions", ()), "handled": ("handling:entries", ()), "files": ("evidence:files", ()),
    "filed": ("evidence:file", (1,)), "content": ("evidence:file_bytes", (1,)), "file": ("evidence:new", ()), "in_force": ("policy:versions", ()),
    "order": ("desk:order", ("2026-09-30", "SYMB", "O1")), "versions": ("policy:versions", ()), "version": ("policy:version", (1,)),
    "vendors": ("vendors:vendors", ()),
    "summary": ("analysis:of", ("2026Q3",)), "factors": ("analysis:of", ("2026Q3",)), "single_orders": ("analysis:lane", ("2026Q3",)),
    "verdicts": ("analysis:verdicts", ("2026Q3",)), "competing_markets": ("analysis:verdicts", ("2026Q3",)),
    "differences": ("differences:differences", ()), "difference": ("differences:difference", (1,)),
    "refreshes": ("refreshes:refreshes", ()), "refresh": ("refreshes:refresh", (1,)), "approvals": ("refreshes:refreshes", ()),
    "claims": ("claims:ledger", ()), "claim": ("claims:claim", (1,)), "claim_tests": ("claims:claim", (1,)),
    "cases_listed": ("cases:cases", ()), "case_read": ("cases:case", (1,)), "measures_of_case": ("cases:case", (1,)), "overrides_of_case": ("cases:case", (1,)),
    "monitoring_of_case": ("cases:case", (1,)), "monitored_exceptions": ("cases:monitoring", (1,)), "closing_test": ("cases:test", (1,)),
    "agreements": ("agreements:agreements", ()), "clauses": ("agreements:agreement", (1,)), "measurements": ("agreements:clause", (1,)),
    "possible_breaches": ("agreements:breaches", ()), "credits_of_vendors": ("agreements:credits", ()), "obtained": ("agreements:obtained", ()),
    "prove_delivery": ("agreements:prove", (1, "2026-08")),
    "conflicts": ("conflicts:register", ()), "payees": ("conflicts:register", ()), "payments": ("conflicts:ledger", ()),
    "payment_cells": ("conflicts:ledger", ()), "payment_lines": ("conflicts:batch", (1,)), "payment_files": ("conflicts:ledger", ()),
    "coverage": ("liquidity:reach", ()), "missing_venues": ("liquidity:reach", ()), "reachable": ("liquidity:vendor", (1,)), "memos": ("liquidity:reach", ()),
    "coverage_by_cut": ("liquidity:reach", ()), "coverage_by_symbol": ("liquidity:vendor", (1,)),
    "vendor": ("vendors:vendor", (1,)), "vendor_states": ("vendors:vendors", ()), "chain_of": ("vendors:chain", (1,)),
    "arrangements_of": ("vendors:vendor", (1,)), "reliances": ("vendors:vendor", (1,)), "pilot_of": ("vendors:vendor", (1,)),
    "configurations": ("configuration:versions", ()), "configuration": ("configuration:version", (1,)),
    "configuration_in_force": ("configuration:lookup", ()), "configurations_compared": ("configuration:compare", ()),
    "venue_drift": ("configuration:versions", ()),
    "assessments": ("diligence:assessments", ()), "assessment": ("diligence:assessment", (1,)), "answers": ("diligence:assessment", (1,)),
    "answer": ("diligence:answer", (1,)), "comparison": ("diligence:selection", (1,)), "selections": ("diligence:selections", ()),
    "score": ("diligence:score", (1,)), "challenge": ("diligence:challenge", (1,)), "set_condition": ("diligence:set_condition", (1,)),
    "rooms": ("rooms:rooms", ()), "room": ("rooms:room", (1,)),
    "plans": ("plans:plans", ()), "plan": ("plans:plan", (1,)), "plan_items": ("plans:plans", ()), "plan_item": ("plans:item", (1,)),
    "owed": ("obligations:duties", ()), "owed_one": ("obligations:occurrence", (1,)), "duties": ("obligations:register", ()),
    "duty": ("obligations:duty", (1,)),
    "duties_of_day": ("obligations:state", ()), "obligation_profile": ("obligations:profile", ()), "gaps": ("obligations:assessment", (1,)),
    "sections": ("procedures:sections", ()), "procedure": ("procedures:section", (1,)), "procedures_by_age": ("procedures:by_age", ()),
    "claimed_checks": ("procedures:checks", ()), "attestations": ("procedures:attestations", ()), "procedures_printed": ("procedures:print", ()),
    "reviews": ("reviews:reviews", ()), "review": ("reviews:review", (1,)), "review_agenda": ("reviews:agenda", (1,)),
    "review_minutes": ("reviews:minutes", (1,)), "review_actions": ("reviews:actions", ()), "committee": ("reviews:charter", ()),
    "harms": ("harm:harms", ()), "harm": ("harm:harm", (1,)), "harm_orders": ("harm:orders", (1,)), "harm_credits": ("harm:credits", (1,)),
    "letters": ("requests:requests", ()), "letter": ("requests:request", (1,)), "item_of_letter": ("requests:item", (1,)),
    "production_log": ("requests:request", (1,)), "withheld": ("requests:request", (1,)), "production": ("requests:production", (1,)),
    "framework": ("desk:scorecard", ()), "costs": ("desk:scorecard", ()), "of_venues": ("desk:venues", ()), "ledger": ("desk:coverage", ()),
    "grade": ("desk:coverage", ()), "scorecard": ("desk:scorecard", ()), "left_out": ("desk:scorecard", ()), "orders": ("desk:orders", ()),
}  # fmt: skip
"""The page that shows or does the same, by the operation's function."""
WITHOUT_A_PAGE_OF_ITS_OWN = (
    "me", "inbox", "waiting", "finding", "move", "receive", "names", "entries", "head",
)  # fmt: skip


def address(operation: Operation) -> str:
    path = operation.path
    for name, sample in (
        ("{int:id}", "1"),
        ("{id}", "b" * 64),
        ("{name}", "escalate"),
        ("{on}", "2026-09-30"),
        ("{key_on}", "2026-09-30"),
        ("{symbol}", "OTHER"),
        ("{named:symbol}", "OTHER"),
        ("{named:order_id}", "O9"),
        ("{int:number}", "1"),
    ):
        path = path.replace(name, sample)
    return path


@pytest.fixture
def token(person: Callable[..., Account], desk: Finding) -> Callable[..., str]:
    """A token of an account with one role, with any scopes at all: what a database that was tampered with might hold."""

    def make(role: str, scopes: tuple[str, ...]) -> str:
        import hashlib

        account = Account.objects.filter(username=role).first() or person(role)
        number = Token.objects.count()
        secret = f"bx_{number:08d}_secret"
        sha256 = hashlib.sha256(secret.encode()).hexdigest()
        row = Token(owner=account, name="any", scopes=list(scopes), prefix=f"bx_{number:08d}", sha256=sha256, made_at=clock.now(), expires_on=clock.today())
        create(automated("test"), row)
        return secret

    return make


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_an_operation_opens_to_its_roles_with_its_scope_and_to_nothing_else(
    role: str, token: Callable[..., str], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "A_MINUTE", 10_000)  # so many calls in one minute are no program's
    every = tuple(BY_KEY)
    whole = token(role, every)
    without = {scope: token(role, tuple(key for key in every if key != scope)) for scope in every}
    only = {scope: token(role, (scope,)) for scope in every}
    for operation in OPERATIONS:
        call = client.get if operation.method == "GET" else client.post

        def status(secret: str, call: Any = call, operation: Operation = operation) -> int:
            answer = call(f"/api/v1{address(operation)}", headers={"Authorization": f"Bearer {secret}"})
            assert answer.status_code != 500, (operation, answer.content)
            assert answer.status_code < 400 or b"SYMB" not in answer.content
            return 403 if (answer.status_code == 403 and b"scope" in answer.content) or b"do not reach" in answer.content else 0

        is_open = role in operation.roles
        assert (operation.path, status(whole)) == (operation.path, 0 if is_open else 403)
        if operation.scope:
            assert status(without[operation.scope]) == 403, "all others together do not open it"
        for scope in every if IS_PROOF or not operation.scope else (operation.scope,):
            assert (operation.path, scope, status(only[scope])) == (operation.path, scope, 0 if is_open and operation.scope in ("", scope) else 403)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.does.__name__)
def test_the_rights_are_those_of_the_page(operation: Operation) -> None:
    name, given = PAGES.get(operation.does.__name__, ("", ()))
    if name:
        assert set(operation.roles) == set(resolve(reverse(name, args=given)).func.allowed)  # type: ignore[attr-defined]  # set by `allow`
    else:
        assert operation.does.__name__ in WITHOUT_A_PAGE_OF_ITS_OWN


def test_every_scope_opens_something_and_says_to_whom() -> None:
    for scope in SCOPES:
        opened = {role for operation in OPERATIONS if operation.scope == scope.key for role in operation.roles}
        assert set(scope.roles) == opened


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.does.__name__)
def test_what_it_calls_is_there(operation: Operation) -> None:
    from importlib import import_module

    module, _, name = operation.calls.rpartition(".")
    assert hasattr(import_module(module), name)


def test_calls_are_counted_for_each_token_alone() -> None:
    assert (allowance.spend("one"), allowance.spend("other")) == (0, 0)
