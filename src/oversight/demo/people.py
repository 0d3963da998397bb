"""The sample firm's people: one account a role, and how each signs in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from oversight.accounts import actions
from oversight.actor import Actor, automated
from oversight.roles import COMMITTEE, ROLES, VENDOR

FURTHER = (("committee_2", COMMITTEE), ("committee_3", COMMITTEE))
"""Accounts beyond one a role: a committee is three people."""


@dataclass(frozen=True)
class People:
    """Who acts in the demonstration, by sign-in name, and the password that all its accounts share. A role's account is named as the role is."""

    by_name: dict[str, Actor]
    password: str

    def __getitem__(self, name: str) -> Actor:
        return self.by_name[name]


def open_accounts(vendor: str, *others: str) -> People:
    """One account a role, named as the role is, the outside one `vendor`'s; one more for each other vendor, named as it is. The password is made afresh."""
    install = automated("install")
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    acting = {}
    for key, role in (*((role.key, role.key) for role in ROLES), *FURTHER):
        account = actions.open_account(
            install, username=key, name=key.replace("_", " ").capitalize(), email=f"{key.replace('_', '.')}@firm.example", roles=[role],
            vendor=vendor if role == VENDOR else "", why="The sample firm's account of this role.",
        )  # fmt: skip
        actions.set_password(automated("demo"), account, password)
        acting[key] = Actor(account.key, frozenset({role}))
    for key in others:
        name = key.replace("_", " ").title()
        account = actions.open_account(
            install, username=key, name=name, email=f"{key.replace('_', '.')}@firm.example", roles=[VENDOR], vendor=key,
            why="To answer the questionnaire of the selection, and what its agreement asks.",
        )  # fmt: skip
        actions.set_password(automated("demo"), account, password)
        acting[key] = Actor(account.key, frozenset({VENDOR}))
    return People(acting, password)


def sign_in_lines(people: People, home: Path) -> list[str]:
    """How to open the desk and who can sign in, a line each; the same is kept beside the desk."""
    lines = [f"{settings.PUBLIC_URL} · every account's password is {people.password}", *(f"  {role}" for role in people.by_name)]
    (home / "sign-in.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lines
