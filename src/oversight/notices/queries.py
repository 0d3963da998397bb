"""Every read of notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from oversight import clock
from oversight.access import once
from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.lifecycle import spaced
from oversight.notices.models import Copy, Letter
from oversight.sheets import Column, Row, Sheet

CLAIM = timedelta(minutes=15)
"""A letter that was claimed and neither sent nor refused within this time is taken up again."""
COLUMNS = (
    Column("severity", "Severity", kind="severity"), Column("what", "What"), Column("told_by", "Told by", kind="person"),
    Column("told_at", "Told", kind="instant"), Column("read_at", "Read", kind="instant"),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One copy as its reader sees it."""

    pk: int
    severity: str
    what: str
    told_by: str
    told_at: datetime
    read_at: datetime | None


def unread(account: Account) -> int:
    """How many notices this account has not read; one query a request, though *Today* and its frame both say it."""
    return once(unread_name(account), lambda: Copy.objects.filter(to=account.key, read_at=None).count())


def unread_name(account: Account) -> str:
    """Under which name a request remembers the number."""
    return f"unread notices of {account.key}"


def inbox(account: Account, *, is_unread: bool = False) -> QuerySet[Copy]:
    """This account's own copies, latest first."""
    found = Copy.objects.filter(to=account.key).select_related("notice")
    return found.filter(read_at=None) if is_unread else found


def told(copies: Iterable[Copy]) -> list[Told]:
    """The copies with who told what, in words."""
    people = names()
    return [Told(copy.pk, copy.notice.severity, copy.notice.what, _who(copy.notice.told_by, people), copy.notice.told_at, copy.read_at) for copy in copies]


def sheet(copies: Iterable[Copy]) -> Sheet:
    """The copies as a table."""
    rows = tuple(Row((one.severity, one.what, one.told_by, one.told_at, one.read_at), key=str(one.pk)) for one in told(copies))
    return Sheet("notices", "Your notices", COLUMNS, rows, source="What the desk told you; nobody else sees this list.", empty="You were told nothing yet.")


def people(roles: Iterable[str], keys: Iterable[str]) -> list[Account]:
    """The open accounts that hold one of these roles now, and those with these keys."""
    holding = Q(held__role__in=list(roles), held__ended_at=None)
    return list(Account.objects.filter(holding | Q(key__in=list(keys)), is_active=True).distinct().order_by("pk"))


def active() -> list[Account]:
    """Every open account."""
    return list(Account.objects.filter(is_active=True).order_by("pk"))


def waiting() -> QuerySet[Letter]:
    """Letters to be sent now: neither sent, given up nor said by a digest, and not in another sender's hands."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=clock.now() - CLAIM)
    return Letter.objects.filter(free, sent_at=None, given_up_at=None, folded_into=None)


def _who(key: str, people: dict[str, str]) -> str:
    return f"the desk itself ({spaced(key.partition(':')[2])})" if key.startswith("system:") else people.get(key, key)
