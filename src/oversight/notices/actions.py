"""Every write of notices: telling people, what they read, the letters of the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from oversight import clock
from oversight.access import forget
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.notices import queries, wording
from oversight.notices.models import SEVERITIES, Copy, Letter, Notice
from oversight.record import actions
from oversight.roles import VENDOR


def tell(by: Actor, *, to_roles: Iterable[str] = (), to_keys: Iterable[str] = (), what: str, url: str, severity: str = "info") -> Notice:
    """Tell people something: a notice in the desk for each, and a mail queued for those who want mail. One entry of the record.

    Whoever tells is not told through a role. `url` is a page of the desk. ValueError for another address, an unknown severity, or for vendors as a role:
    a vendor's account is told by its key alone. Amounts, prices, percentages and addresses in `what` stay out of the mail.
    """
    roles, keys = tuple(to_roles), tuple(to_keys)
    if severity not in SEVERITIES or VENDOR in roles or not url.startswith("/") or url.startswith(("//", "/\\")) or any(char.isspace() for char in url):
        raise ValueError(f"cannot tell {roles} with severity {severity!r} of {url!r}")
    told = [account for account in queries.people(roles, keys) if account.key != by.key or account.key in keys]
    notice = Notice(severity=severity, what=" ".join(what.split())[:300], url=url, told_by=by.key, told_at=clock.now())
    with transaction.atomic():
        actions.create(by, notice, verb="tell", to=[account.key for account in told])
        Copy.objects.bulk_create([Copy(notice=notice, to=account.key) for account in told])
        Letter.objects.bulk_create(
            [_letter(account, wording.subject(severity, notice.what), wording.letter(severity, notice.what, url)) for account in _mailed(told)]
        )
    return notice


def read(account: Account, pk: int) -> Copy | None:
    """Mark one of the account's own copies as read; None where it has none of that number. Not recorded."""
    copy = queries.inbox(account).filter(pk=pk).first()
    if copy is not None and copy.read_at is None:
        Copy.objects.filter(pk=pk, to=account.key, read_at=None).update(read_at=clock.now())
        forget(queries.unread_name(account))
    return copy


def read_all(account: Account) -> int:
    """Mark all of the account's own copies as read; says how many. Not recorded."""
    forget(queries.unread_name(account))
    return Copy.objects.filter(to=account.key, read_at=None).update(read_at=clock.now())


def digest(by: Actor, needs: Callable[[Account], Sequence[wording.Need]] = lambda account: ()) -> int:
    """Queue today's digest for each person who wants mail and has unread notices or something that `needs` them, at most one a person a day; says how many.

    Letters that still wait for that person are said by the digest and are not sent by themselves.
    """
    waiting: dict[str, list[tuple[str, str, str]]] = {}
    for copy in Copy.objects.filter(read_at=None).select_related("notice").order_by("-pk"):
        waiting.setdefault(copy.to, []).append((copy.notice.severity, copy.notice.what, copy.notice.url))
    queued = sum(_digest(account, waiting.get(account.key, []), needs(account)) for account in _mailed(queries.active()))
    if queued:
        actions.append(by, actions.Act("digest", ("mail", clock.today().isoformat()), facts={"queued": queued}))
    return queued


def _digest(account: Account, notices: list[tuple[str, str, str]], needs: Sequence[wording.Need]) -> bool:
    if not notices and not needs:
        return False
    notices.sort(key=lambda notice: SEVERITIES.index(notice[0]))
    letter = _letter(account, wording.digest_subject(len(notices), len(needs)), wording.digest(notices, needs))
    letter.digest_on = clock.today()
    if Letter.objects.filter(to=account.key, digest_on=letter.digest_on).exists():
        return False
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
            Letter.objects.filter(to=account.key, sent_at=None, claimed_at=None, given_up_at=None, folded_into=None, digest_on=None).update(folded_into=letter)
    except IntegrityError:  # another process queued it between the look and the write
        return False
    return True


def _mailed(accounts: Iterable[Account]) -> list[Account]:
    return [account for account in accounts if account.wants_mail and account.email]


def _letter(account: Account, subject: str, text: str) -> Letter:
    """A letter not yet queued. Its Message-ID is given once, so that a mail sent twice is the same mail."""
    message_id = f"<{secrets.token_hex(16)}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"
    return Letter(to=account.key, subject=subject, text=text, message_id=message_id, queued_at=clock.now())
