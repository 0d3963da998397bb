"""Accounts, the roles each holds or held, and what is asked and reviewed about them."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from oversight.accounts.lifecycle import ACCESS_REVIEW, FACTOR_RESET
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import ADMINISTRATOR, AUDITOR, COMPLIANCE, EVERY_ROLE, SENIOR_MANAGER

PASSWORD, PROVIDER = "password", "provider"
KEPT, ENDED = "kept", "ended"
READERS = (ADMINISTRATOR, COMPLIANCE, AUDITOR, SENIOR_MANAGER)
"""Who reads access reviews and resets."""


def opaque_key() -> str:
    """What the record calls an account: says nothing about the person."""
    return f"a-{secrets.token_hex(6)}"


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by the name they sign in with. They are made by `accounts.actions` alone."""


class Account(AbstractBaseUser, Recorded):
    """One person, or one outside person of a vendor. `vendor` names whose outside account it is."""

    RECORD = "account"
    PRIVATE = ("username", "name", "email")
    UNRECORDED = ("password", "last_login")

    key = models.CharField(max_length=20, unique=True, default=opaque_key, editable=False)
    username = models.CharField("sign-in name", max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    vendor = models.CharField(max_length=60, blank=True, default="")
    sign_in = models.CharField(max_length=10, choices=[(PASSWORD, "a password"), (PROVIDER, "the firm's provider")], default=PASSWORD)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    wants_mail = models.BooleanField(default=True)
    session_round = models.PositiveIntegerField(default=0)
    """Counted up to end every session of the account."""

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def subject(self) -> tuple[str, str]:
        return self.RECORD, self.key

    @property
    def roles(self) -> frozenset[str]:
        """The roles held now; read once a request."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.held.filter(ended_at=None).values_list("role", flat=True)) if self.is_active else frozenset()
        return self._roles

    def get_session_auth_hash(self) -> str:
        """What a session must carry to be this account's: it changes with the password and with `session_round`."""
        return salted_hmac("oversight.accounts.session", f"{self.session_round}:{self.password}", algorithm="sha256").hexdigest()


class Holding(Recorded):
    """One role held by one account, from when, given by whom, ended when."""

    RECORD = "holding"

    account = models.ForeignKey(Account, models.PROTECT, related_name="held")
    role = models.CharField(max_length=20, choices=[(key, key) for key in EVERY_ROLE])
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=EVERY_ROLE), name="accounts_holding_role"),
            models.UniqueConstraint(fields=["account", "role"], condition=models.Q(ended_at=None), name="accounts_holding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class FactorReset(Moving):
    """A lost second factor: asked for by an administrator, agreed to by a second person. `holder` is the key of the account."""

    RECORD = "factor_reset"
    LIFECYCLE = FACTOR_RESET
    PRIVATE = ("why",)

    holder = models.CharField(max_length=64)
    why = models.TextField()
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            state_constraint(FACTOR_RESET, "accounts_factorreset_state"),
            models.UniqueConstraint(fields=["holder"], condition=models.Q(state="asked"), name="accounts_factorreset_once"),
        ]

    def __str__(self) -> str:
        return f"reset of a second factor, number {self.pk}"

    def is_visible_to(self, account: Any) -> bool:
        return bool(account.roles & set(READERS))


class AccessReview(Moving):
    """Every account and role of one day, looked at by people who did not give them. `snapshot` names accounts by their keys."""

    RECORD = "access_review"
    LIFECYCLE = ACCESS_REVIEW

    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    snapshot = models.JSONField()
    signed_by = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(ACCESS_REVIEW, "accounts_accessreview_state"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="opened"), name="accounts_accessreview_one_open"),
        ]

    def __str__(self) -> str:
        return f"access review {self.pk}"

    @property
    def is_decided(self) -> bool:
        """Whether every line was kept or ended."""
        return not self.lines.filter(verdict="").exists()

    def is_visible_to(self, account: Any) -> bool:
        return bool(account.roles & set(READERS))


class ReviewLine(Recorded):
    """One role of one account in a review: kept or ended, why, by whom. `holder` is the key of the account."""

    RECORD = "review_line"
    PRIVATE = ("reason",)

    review = models.ForeignKey(AccessReview, models.PROTECT, related_name="lines")
    holding = models.ForeignKey(Holding, models.PROTECT, related_name="+")
    holder = models.CharField(max_length=64)
    role = models.CharField(max_length=20)
    verdict = models.CharField(max_length=8, blank=True, default="", choices=[(KEPT, "keep"), (ENDED, "end")])
    reason = models.TextField(blank=True, default="")
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "holding"], name="accounts_reviewline_once"),
            models.CheckConstraint(condition=models.Q(verdict__in=["", KEPT, ENDED]), name="accounts_reviewline_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.role} in review {self.review_id}"
