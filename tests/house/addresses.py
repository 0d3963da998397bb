"""Every view's roles that are written out by hand, and what fills the parameters of its address, for the permission matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from oversight.accounts.models import Account
from oversight.actor import Actor

OUTSIDER = "outsider"
SERVED = {200, 204, 302, 400, 404, 405, 409}
"""What a role that may gets: never a refusal, never a crash."""
BY_TOKEN = "api:api-v1:"
"""Operations of the API ask for a token, not for a session: here each is tried without one, in tests/oversight/api with every scope."""
BY_TOKEN_EXAMPLE = {"id": "1", "name": "explain", "on": "2026-09-30", "number": "1", "key_on": "2026-09-30", "symbol": "IBM", "order_id": "C-1"}
OF_THE_OBJECT = {
    "move": "each lifecycle says who may; tests/house/test_lifecycles tries every move",
    "account_reauthenticate": "an account without a password has nothing to say again",
    "mfa_reauthenticate": "an account without a second factor has nothing to say again",
    "mfa_download_recovery_codes": "who has none is refused",
    "accounts:decide": "nobody decides about themselves",
    "record:entry": "each role sees the kinds that are its own",
    "record:hashed": "the same",
    "record:history": "the same",
}
"""Views that may refuse even a role of theirs, and why."""
OWN = {
    "account_login", "account_logout", "account_reauthenticate", "account_change_password", "account_reset_password_from_key",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes",
    "openid_connect_login", "openid_connect_callback", "accounts:me", "accounts:end_own_sessions",
}  # fmt: skip
"""What everybody does about their own account, the auditor too."""
SIGNING_IN = {name for name in OWN if not name.startswith("accounts:")} | {
    "account_inactive", "account_reset_password_from_key_done", "mfa_index", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
    "socialaccount_login_cancelled", "socialaccount_login_error",
}  # fmt: skip
SEEN_BY_VENDORS = SIGNING_IN | {
    "health",
    "move",
    "desk:today",
    "api:openapi",
    "api:nothing",
    "accounts:me",
    "accounts:end_own_sessions",
    "notices:inbox",
    "notices:read",
    "notices:read_all",
    "diligence:questionnaires",
    "diligence:questionnaire",
    "diligence:area",
    "diligence:save",
    "diligence:attach",
    "diligence:delegate",
    "diligence:take_off",
    "diligence:questionnaire_file",
    "diligence:reply",
    "diligence:submit",
    "agreements:asked",
    "agreements:asked_of",
    "requests:reading",
    "requests:leave",
    "requests:reading_document",
    "requests:reading_part",
}
"""The whole of what an outside account reaches. A view that is shown to vendors is added here by hand, with a test that it shows their own alone."""
SEEN_BY_ADMINISTRATORS = {name for name in SEEN_BY_VENDORS if not name.startswith(("diligence:", "agreements:"))} | {
    "api:home", "api:end",
    "accounts:people", "accounts:open", "accounts:person", "accounts:give_role", "accounts:end_role", "accounts:close", "accounts:invite",
    "accounts:ask_reset", "accounts:sign_in_through", "accounts:end_sessions", "accounts:reviews", "accounts:review", "accounts:open_review",
    "record:entries", "record:entry", "record:hashed", "record:history",
}  # fmt: skip
"""The whole of what an administrator reaches: no execution figures."""


@dataclass
class Cast:
    """An account of every role, and one object of each kind that has addresses."""

    accounts: dict[str, Account]
    made: dict[str, Any] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        return Actor(self.accounts[role].key, self.accounts[role].roles)


def absent(**kwargs: object) -> Callable[[Cast], dict[str, object]]:
    """An address of the right shape that nothing stands at: the role is asked for before the object is looked for."""
    return lambda cast: kwargs


def made(name: str, parameter: str = "pk", attribute: str = "pk") -> Callable[[Cast], dict[str, object]]:
    return lambda cast: {parameter: getattr(cast.made[name], attribute)}


THE_ANALYST = made("analyst", "key", "key")
AN_ORDER = absent(key_on="2026-09-30", symbol="IBM", order_id="C-1")
EXAMPLES: dict[str, Callable[[Cast], dict[str, object]]] = {
    "account_reset_password_from_key": absent(uidb36="1", key="no-key"),
    "api:end": absent(pk=999_999),
    "api:nothing": absent(rest="nothing/here"),
    "move": lambda cast: {"kind": "factor_reset", "pk": str(cast.made["reset"].pk), "name": "agree"},
    "accounts:person": THE_ANALYST,
    "accounts:give_role": THE_ANALYST,
    "accounts:end_role": THE_ANALYST,
    "accounts:close": THE_ANALYST,
    "accounts:invite": THE_ANALYST,
    "accounts:ask_reset": THE_ANALYST,
    "accounts:sign_in_through": THE_ANALYST,
    "accounts:end_sessions": THE_ANALYST,
    "accounts:review": made("review"),
    "accounts:decide": made("line"),
    "evidence:file": made("filed"),
    "evidence:file_bytes": made("filed"),
    "evidence:link": made("filed"),
    "notices:read": absent(pk=999_999),
    "handling:entry": absent(pk=999_999),
    "handling:correct": absent(pk=999_999),
    "policy:version": absent(pk=999_999),
    "policy:revise": absent(pk=999_999),
    "findings:finding": absent(pk=999_999),
    "findings:take": absent(pk=999_999),
    "findings:assign": absent(pk=999_999),
    "findings:day": absent(on="2026-09-30"),
    "findings:draw": absent(pk=999_999),
    "findings:suppression": absent(pk=999_999),
    "findings:run": absent(pk="0" * 64),
    "findings:verify": absent(pk="0" * 64),
    "desk:share": absent(pk=999_999),
    "desk:drop": absent(pk=999_999),
    "desk:order": AN_ORDER,
    "desk:order_page": AN_ORDER,
    "desk:raw_line": absent(key_on="2026-09-30", symbol="IBM", order_id="C-1", import_id="0" * 64, line=7),
    "desk:source_line": absent(import_id="0" * 64, line=7),
    "vendors:vendor": absent(pk=999_999),
    "refreshes:approval": absent(pk=999_999),
    "refreshes:extend": absent(pk=999_999),
    "refreshes:refresh": absent(pk=999_999),
    "refreshes:changes": absent(pk=999_999),
    "refreshes:assessment": absent(pk=999_999),
    "refreshes:condition": absent(pk=999_999),
    "refreshes:managers": absent(pk=999_999),
    "refreshes:question": absent(pk=999_999),
    "refreshes:paper": absent(pk=999_999),
    "refreshes:paper_pdf": absent(pk=999_999),
    "claims:claim": absent(pk=999_999),
    "agreements:agreement": absent(pk=999_999),
    "agreements:correct": absent(pk=999_999),
    "agreements:amend": absent(pk=999_999),
    "agreements:add_clause": absent(pk=999_999),
    "agreements:clause": absent(pk=999_999),
    "agreements:report_duty": absent(pk=999_999),
    "agreements:report": absent(pk=999_999),
    "agreements:breach": absent(pk=999_999),
    "agreements:claim": absent(pk=999_999),
    "agreements:asked_of": absent(pk=999_999),
    "agreements:entitlement": absent(pk=999_999),
    "agreements:prove": absent(pk=999_999, month="2026-08"),
    "conflicts:conflict": absent(pk=999_999),
    "conflicts:correct": absent(pk=999_999),
    "conflicts:hand_over": absent(pk=999_999),
    "conflicts:note_result": absent(pk=999_999),
    "conflicts:batch": absent(pk=999_999),
    "liquidity:vendor": absent(pk=999_999),
    "liquidity:reached": absent(pk=999_999),
    "liquidity:memo": absent(pk=999_999),
    "liquidity:revise": absent(pk=999_999),
    "liquidity:published": absent(pk=999_999),
    "vendors:describe": absent(pk=999_999),
    "vendors:chain": absent(pk=999_999),
    "vendors:add_product": absent(pk=999_999),
    "vendors:add_sub_vendor": absent(pk=999_999),
    "vendors:release": absent(pk=999_999),
    "vendors:draft_arrangement": absent(pk=999_999),
    "vendors:arrangement": absent(pk=999_999),
    "vendors:correct_arrangement": absent(pk=999_999),
    "vendors:open_reliance": absent(pk=999_999),
    "vendors:reliance": absent(pk=999_999),
    "vendors:file_test_report": absent(pk=999_999),
    "vendors:test_report": absent(pk=999_999),
    "vendors:state_access_control": absent(pk=999_999),
    "vendors:access_control": absent(pk=999_999),
    "vendors:draft_exit_plan": absent(pk=999_999),
    "vendors:exit_plan": absent(pk=999_999),
    "vendors:revise_exit_plan": absent(pk=999_999),
    "configuration:version": absent(pk=999_999),
    "configuration:revise": absent(pk=999_999),
    "configuration:analyze": absent(pk=999_999),
    "configuration:conclude": absent(pk=999_999),
    "configuration:draft": absent(pk=999_999),
    "configuration:draft_document": absent(pk=999_999, kind="statement"),
    "configuration:document": absent(pk=999_999),
    "configuration:revise_document": absent(pk=999_999),
    "diligence:assessment": absent(pk=999_999),
    "diligence:take_proposals": absent(pk=999_999),
    "diligence:set_condition": absent(pk=999_999),
    "diligence:ask_for_account": absent(pk=999_999),
    "diligence:condition": absent(pk=999_999),
    "diligence:answer": absent(pk=999_999),
    "diligence:score": absent(pk=999_999),
    "diligence:challenge": absent(pk=999_999),
    "diligence:score_area": absent(pk=999_999, area="access"),
    "diligence:selection": absent(pk=999_999),
    "diligence:add_candidate": absent(pk=999_999),
    "diligence:memo": absent(pk=999_999),
    "diligence:questionnaire": absent(pk=999_999),
    "diligence:submit": absent(pk=999_999),
    "diligence:questionnaire_file": absent(pk=999_999, filed=999_999),
    "diligence:take_off": absent(pk=999_999, link=999_999),
    "diligence:reply": absent(pk=999_999, challenge=999_999),
    "diligence:area": absent(pk=999_999, area="access"),
    "diligence:save": absent(pk=999_999, question="ACC-1"),
    "diligence:attach": absent(pk=999_999, question="ACC-1"),
    "diligence:delegate": absent(pk=999_999, question="ACC-1"),
    "obligations:duty": absent(pk=999_999),
    "obligations:amend": absent(pk=999_999),
    "obligations:assign": absent(pk=999_999),
    "obligations:occurrence": absent(pk=999_999),
    "obligations:end_absence": absent(pk=999_999),
    "obligations:end_pull": absent(pk=999_999),
    "obligations:question": absent(key="pfof"),
    "obligations:assessment": absent(pk=999_999),
    "obligations:plan": absent(pk=999_999),
    "obligations:area": absent(pk=999_999, number=1),
    "procedures:section": absent(pk=999_999),
    "procedures:ask": absent(pk=999_999),
    "procedures:compare": absent(pk=999_999),
    "procedures:draft": absent(pk=999_999),
    "procedures:version": absent(pk=999_999),
    "procedures:revise": absent(pk=999_999),
    "procedures:attest": absent(pk=999_999),
    "differences:difference": absent(pk=999_999),
    "cases:case": absent(pk=999_999),
    "requests:request": absent(pk=999_999),
    "requests:correct": absent(pk=999_999),
    "requests:add_item": absent(pk=999_999),
    "requests:name_counsel": absent(pk=999_999),
    "requests:space": absent(pk=999_999),
    "requests:ask_extension": absent(pk=999_999),
    "requests:draft": absent(pk=999_999),
    "requests:make_room": absent(pk=999_999),
    "requests:end_counsel": absent(pk=999_999),
    "requests:answer_extension": absent(pk=999_999),
    "requests:item": absent(pk=999_999),
    "requests:assign": absent(pk=999_999),
    "requests:gather": absent(pk=999_999),
    "requests:document": absent(pk=999_999),
    "requests:redact": absent(pk=999_999),
    "requests:take_later": absent(pk=999_999),
    "requests:paper": absent(pk=999_999),
    "requests:production": absent(pk=999_999),
    "requests:room": absent(pk=999_999),
    "requests:relink": absent(pk=999_999),
    "requests:reading": absent(secret="nothing"),
    "requests:leave": absent(secret="nothing"),
    "requests:reading_document": absent(secret="nothing", label="BX-000001"),
    "requests:reading_part": absent(secret="nothing", number=1, name="archive"),
    "record:entry": absent(seq=1),
    "record:hashed": absent(seq=1),
    "record:history": lambda cast: {"kind": "account", "id": cast.accounts["analyst"].key},
}
"""What fills the parameters of each view's address, by the view's name."""
