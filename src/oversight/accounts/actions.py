"""Every write about people: accounts, roles, passwords, second factors."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.urls import reverse

from oversight import clock
from oversight.access import forget
from oversight.accounts import queries
from oversight.accounts.models import ENDED, KEPT, PASSWORD, PROVIDER, AccessReview, Account, FactorReset, Holding, ReviewLine
from oversight.actor import Actor
from oversight.lifecycle import SYSTEM, Refusal, spaced
from oversight.record import actions
from oversight.roles import ADMINISTRATOR, COMPLIANCE, EVERY_ROLE, SENIOR_MANAGER, VENDOR, why_apart

REVIEWERS = (COMPLIANCE, SENIOR_MANAGER)
"""Who keeps or ends the lines of an access review; compliance signs it."""


def open_account(
    by: Actor, *, username: str, name: str, email: str, roles: Collection[str] = (), vendor: str = "", sign_in: str = PASSWORD, why: str = ""
) -> Account:
    """A new account with its first roles. It has no password: `invite` makes the link to set one. Raises Refusal."""
    _may_open(by)
    username = username.strip().lower()
    if not username or not name.strip():
        raise Refusal("A sign-in name and a name are needed.")
    if sign_in == PROVIDER and not email:
        raise Refusal("An account that signs in through the firm's provider needs its e-mail address: it is found by it.")
    with actions.turn():
        if Account.objects.filter(username__iexact=username).exists():
            raise Refusal(f"The sign-in name {username} is taken. Choose another.")
        if email and Account.objects.filter(email__iexact=email, is_active=True).exists():
            raise Refusal("Another open account has this e-mail address. One person has one account.")
        account = Account(username=username, name=name.strip(), email=email, vendor=vendor.strip(), sign_in=sign_in, opened_at=clock.now())
        account.set_unusable_password()
        _fit(account, frozenset(roles))
        actions.create(by, account, verb="open", why=why)
        held = [Holding(account=account, role=role, given_by=by.key, given_at=clock.now()) for role in sorted(roles)]
        actions.create_many(by, held, verb="give_role", why=why)
    forget("accounts.names")
    return account


def close_account(by: Actor, account: Account, *, why: str) -> Account:
    """End the account: its roles, its sessions, its password. What it did stays in the record. Raises Refusal."""
    _may_change(by, account)
    with actions.turn():
        fresh = _fresh(account)
        if not fresh.is_active:
            raise Refusal("This account is closed already.")
        _end(by, fresh.held.filter(ended_at=None), why)
        _change(by, account, fresh, "close", why, is_active=False, closed_at=clock.now(), session_round=fresh.session_round + 1, password=make_password(None))
    return account


def give_role(by: Actor, account: Account, role: str, *, why: str) -> Holding:
    """Give `account` one more role. Raises Refusal where duties must stay apart."""
    _may_change(by, account)
    with actions.turn():
        fresh = _fresh(account)
        held = frozenset(fresh.held.filter(ended_at=None).values_list("role", flat=True))
        if not fresh.is_active:
            raise Refusal("This account is closed: it can hold no role.")
        if role in held:
            raise Refusal(f"{fresh} holds this role already.")
        _fit(fresh, held | {role})
        return actions.create(by, Holding(account=fresh, role=role, given_by=by.key, given_at=clock.now()), verb="give_role", why=why, account=fresh.key)


def end_role(by: Actor, holding: Holding, *, why: str) -> Holding:
    """End one role of an account; its next request is without it. Raises Refusal."""
    _may_change(by, holding.account)
    if holding.ended_at is not None:
        raise Refusal("This role has ended already.")
    with actions.turn():
        _fresh(holding.account)
        _end(by, [holding], why)
    return holding


def sign_in_through(by: Actor, account: Account, sign_in: str, *, why: str = "") -> Account:
    """Switch between a password and the firm's provider. Either way its password, its link to an outside identity and its sessions end."""
    _may_change(by, account)
    if sign_in == PROVIDER and not account.email:
        raise Refusal("The account has no e-mail address, so the firm's provider could not name it.")
    with actions.turn():
        fresh = _fresh(account)
        SocialAccount.objects.filter(user=fresh).delete()
        _change(by, account, fresh, "sign_in_through", why, sign_in=sign_in, session_round=fresh.session_round + 1, password=make_password(None))
    return account


def invite(by: Actor, account: Account) -> str:
    """The path of a one-time link by which the person sets a password, good for three days. A password or link from before is void. Raises Refusal."""
    _may_change(by, account)
    if not account.is_active or account.sign_in != PASSWORD:
        raise Refusal("Only an open account that signs in with a password can be invited to set one.")
    with actions.turn():
        fresh = _fresh(account)
        _change(by, account, fresh, "invite", "", password=make_password(None), session_round=fresh.session_round + 1)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)})


def set_password(by: Actor, account: Account, password: str) -> Account:
    """Set the password; every session ends. By the person through a link, or by the demonstration for its accounts. Raises Refusal for a weak one."""
    if by.key != account.key and SYSTEM not in by.roles:
        raise Refusal("Nobody sets another person's password.", is_forbidden=True)
    if not account.is_active or account.sign_in != PASSWORD:
        raise Refusal("This account does not sign in with a password.")
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise Refusal(" ".join(weak.messages)) from weak
    with actions.turn():
        _change(by, account, _fresh(account), "set_password", "", password=make_password(password))
    return account


def ask_factor_reset(by: Actor, account: Account, *, why: str) -> FactorReset:
    """Ask that a lost second factor be removed; a second person must agree. Raises Refusal."""
    _may_change(by, account)
    if not queries.has_factor(account):
        raise Refusal("This account has no second factor to reset.")
    if queries.open_reset(account.key):
        raise Refusal("A reset of this second factor waits for the second person already.")
    return actions.create(by, FactorReset(holder=account.key, why=why, asked_by=by.key, asked_at=clock.now(), state="asked"), verb="ask")


def agree_to_reset(by: Actor, reset: FactorReset, *, why: str = "") -> FactorReset:
    """The second person agrees: the second factor and every session of the account end."""
    with actions.turn():
        actions.move(by, reset, "agree", why=why)
        account = Account.objects.get(key=reset.holder)
        Authenticator.objects.filter(user=account).delete()
        actions.change(by, account, verb="reset_second_factor", session_round=account.session_round + 1)
    return reset


def keep_own(by: Actor, account: Account, *, name: str, wants_mail: bool) -> Account:
    """The person's own name and whether mail comes."""
    forget("accounts.names")
    return actions.change(by, account, verb="change_own", name=name, wants_mail=wants_mail)


def end_sessions(by: Actor, account: Account) -> Account:
    """End every session of the account, this one too unless the caller renews it. By the person or an administrator."""
    if by.key != account.key:
        _may_change(by, account)
    return actions.change(by, account, verb="end_sessions", session_round=account.session_round + 1)


def open_review(by: Actor) -> AccessReview:
    """Take down every account and role of now, for people other than the administrator to keep or end. Raises Refusal."""
    if ADMINISTRATOR not in by.roles:
        raise Refusal("An administrator opens the access review.", is_forbidden=True)
    with actions.turn():
        if AccessReview.objects.filter(state="opened").exists():
            raise Refusal("An access review is open already. It must be signed before the next one.")
        review = AccessReview(opened_by=by.key, opened_at=clock.now(), snapshot=queries.snapshot(), state=AccessReview.LIFECYCLE.start)
        actions.create(by, review, verb="open")
        lines = [
            ReviewLine(review=review, holding_id=role["holding"], holder=entry["account"], role=role["role"])
            for entry in review.snapshot for role in entry["roles"]
        ]  # fmt: skip
        actions.create_many(by, lines)
    return review


def decide(by: Actor, line: ReviewLine, *, verdict: str, reason: str) -> ReviewLine:
    """Keep or end one role in an open review; an ended one is gone at once. Nobody decides about themselves. Raises Refusal."""
    if not by.roles & set(REVIEWERS):
        raise Refusal("Compliance or a senior manager decides about the lines of an access review.", is_forbidden=True)
    if by.key == line.holder:
        raise Refusal("Nobody reviews their own access. A second reviewer must decide this line.", is_forbidden=True)
    if line.review.state != "opened" or line.review.opened_by == by.key:
        raise Refusal("This review is signed, or you opened it: its lines are not yours to decide.")
    if line.verdict == ENDED:
        raise Refusal("This role was ended already. An administrator may give it anew, with a reason.")
    if verdict not in (KEPT, ENDED) or not reason.strip():
        raise Refusal("Say whether the role is kept or ended, and why.")
    with actions.turn():
        actions.change(by, line, verb="keep" if verdict == KEPT else "end", verdict=verdict, reason=reason.strip(), decided_by=by.key, decided_at=clock.now())
        if verdict == ENDED:
            _fresh(line.holding.account)
            _end(by, Holding.objects.filter(pk=line.holding_id, ended_at=None), f"access review {line.review_id}: {reason.strip()}")
    return line


def _may_open(by: Actor) -> None:
    if not by.roles & {ADMINISTRATOR, SYSTEM}:
        raise Refusal("Accounts and roles are an administrator's to open and close.", is_forbidden=True)


def _may_change(by: Actor, account: Account) -> None:
    _may_open(by)
    if by.key == account.key:
        raise Refusal("Nobody changes their own account's rights. Ask another administrator.", is_forbidden=True)


def _fit(account: Account, roles: frozenset[str]) -> None:
    if not roles <= set(EVERY_ROLE):
        raise Refusal(f"There is no role {min(roles - set(EVERY_ROLE))}.")
    if apart := why_apart(roles):
        raise Refusal(f"{apart[0].upper()}{apart[1:]}.")
    if VENDOR in roles and not account.vendor:
        raise Refusal("An outside account must name its vendor.")
    if account.vendor and roles - {VENDOR}:
        raise Refusal(f"This is an outside account of {account.vendor}: it holds no role of the firm.")


def _fresh(account: Account) -> Account:
    """The row as the database has it; within a turn nobody else writes."""
    return Account.objects.get(pk=account.pk)


def _change(by: Actor, account: Account, fresh: Account, verb: str, why: str, **values: Any) -> None:
    actions.change(by, fresh, verb=verb, why=why, **values)
    for name, value in values.items():
        setattr(account, name, value)


def _end(by: Actor, holdings: Iterable[Holding], why: str) -> None:
    for holding in holdings:
        if holding.role == ADMINISTRATOR and queries.administrators() <= 1:
            raise Refusal(f"The last {spaced(ADMINISTRATOR)} stays: give the role to somebody else first.")
        actions.change(by, holding, verb="end_role", why=why, ended_by=by.key, ended_at=clock.now())


MOVES = {(FactorReset.RECORD, "agree"): agree_to_reset}
