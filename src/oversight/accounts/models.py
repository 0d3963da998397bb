"""Accounts, and the roles each holds or held."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from oversight.record.models import Recorded
from oversight.roles import EVERY_ROLE


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
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    wants_mail = models.BooleanField(default=True)

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
