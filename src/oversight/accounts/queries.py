"""Every read of accounts worth a name."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from oversight import clock
from oversight.access import once
from oversight.accounts.models import PROVIDER, AccessReview, Account, FactorReset, Holding, ReviewLine
from oversight.roles import ADMINISTRATOR


def names() -> dict[str, str]:
    """Each account's name by its key; read at most once a request."""
    return once("accounts.names", lambda: dict(Account.objects.values_list("key", "name")))


def person(key: str) -> Account | None:
    """The account of that key."""
    return Account.objects.filter(key=key).first()


def of_username(username: str) -> Account | None:
    """The account that signs in under that name."""
    return Account.objects.filter(username=username.strip().lower()).first()


def is_linked(account: Account) -> bool:
    """Whether the account is tied to an identity of the firm's provider."""
    return SocialAccount.objects.filter(user_id=account.pk).exists()


def people() -> list[Any]:
    """Every account by name, open ones first; `roles_now` are the roles held, `has_factor` whether a second factor is set up. Three queries."""
    now = Prefetch("held", Holding.objects.filter(ended_at=None).order_by("role"), to_attr="holdings_now")
    secured = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True))
    found: list[Any] = list(Account.objects.order_by("-is_active", "name", "key").prefetch_related(now))
    for account in found:
        account.has_factor = account.pk in secured
        account.roles_now = [holding.role for holding in account.holdings_now]
    return found


def has_factor(account: Account) -> bool:
    """Whether the account has a second factor."""
    return Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).exists()


def holdings(account: Account) -> QuerySet[Holding]:
    """The roles the account holds and held, held ones first."""
    return account.held.order_by("ended_at", "given_at", "pk")


def open_reset(key: str) -> FactorReset | None:
    """The reset of this account's second factor that waits for a second person."""
    return FactorReset.objects.filter(holder=key, state="asked").first()


def waiting_resets() -> QuerySet[FactorReset]:
    """Every reset that waits for a second person, oldest first."""
    return FactorReset.objects.filter(state="asked").order_by("asked_at", "pk")


def administrators() -> int:
    """How many open accounts hold the administrator's role."""
    return Holding.objects.filter(role=ADMINISTRATOR, ended_at=None, account__is_active=True).count()


def of_address(address: str) -> Account | None:
    """The one open account that signs in through the firm's provider with that e-mail address; None for none or several."""
    found = list(Account.objects.filter(email__iexact=address, is_active=True, sign_in=PROVIDER)[:2])
    return found[0] if len(found) == 1 else None


def reviews() -> QuerySet[Any]:
    """Every access review, the newest first, with its counts of lines and of undecided ones."""
    return AccessReview.objects.annotate(line_count=Count("lines"), left_count=Count("lines", filter=Q(lines__verdict="")))


def review(pk: int) -> AccessReview | None:
    """One review."""
    return AccessReview.objects.filter(pk=pk).first()


def line(pk: int) -> ReviewLine | None:
    """One line of a review, with its review and the holding."""
    return ReviewLine.objects.select_related("review", "holding__account").filter(pk=pk).first()


def lines_of(of: AccessReview) -> list[tuple[dict[str, Any], list[ReviewLine]]]:
    """The accounts of the review's snapshot in the order of their names, each with its lines."""
    known, by_holder = names(), defaultdict(list)
    for each in of.lines.order_by("role", "pk"):
        by_holder[each.holder].append(each)
    return [(entry, by_holder[entry["account"]]) for entry in sorted(of.snapshot, key=lambda entry: (known.get(entry["account"], ""), entry["account"]))]


def review_due_at() -> datetime | None:
    """When the next access review must be signed: ACCESS_REVIEW_DAYS after the last signature, or after the first account was opened."""
    last = AccessReview.objects.filter(state="signed").order_by("-signed_at").values_list("signed_at", flat=True).first()
    since = last or Account.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    return since + timedelta(days=settings.ACCESS_REVIEW_DAYS) if since else None


def is_review_overdue() -> bool:
    """Whether the next access review is late."""
    due = review_due_at()
    return due is not None and due < clock.now()


def snapshot() -> list[dict[str, Any]]:
    """Every open account and what it may do, as an access review keeps it: keys, no names."""
    return [
        {
            "account": account.key, "vendor": account.vendor, "sign_in": account.sign_in, "has_factor": account.has_factor,
            "last_sign_in": account.last_login.isoformat() if account.last_login else None,
            "roles": [{"holding": held.pk, "role": held.role, "given_by": held.given_by, "given_at": held.given_at.isoformat()}
                      for held in account.holdings_now],
        }
        for account in people() if account.is_active
    ]  # fmt: skip
