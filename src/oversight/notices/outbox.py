"""Sends the letters of the outbox: claim, send, mark."""

from __future__ import annotations

from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.notices import queries
from oversight.notices.models import Letter
from oversight.record import actions

TRIES = 8
"""After so many the letter is given up; each try is at least 15 minutes after the one before."""


@dataclass(frozen=True)
class Posted:
    """What became of one run through the outbox, in letters."""

    sent: int
    failed: int
    given_up: int


def post(by: Actor) -> Posted:
    """Send every letter that waits. Two senders at once never send the same one: a letter is claimed first, by compare and set.

    Killed before the mail server took the letter, it is sent 15 minutes later. Killed after the server took it and before it was marked,
    it goes out a second time with the same Message-ID: mail programs that look at it show one mail, others show two. No letter is lost.
    """
    results = {"sent": 0, "failed": 0, "given_up": 0}
    accounts = {account.key: account for account in Account.objects.filter(key__in=queries.waiting().values("to"))}
    connection = get_connection()
    try:
        for letter in list(queries.waiting()):
            if _claimed(letter):
                results[_posted(letter, accounts.get(letter.to), connection)] += 1
    finally:
        connection.close()
    if any(results.values()):
        actions.append(by, actions.Act("send_mail", ("mail", clock.today().isoformat()), facts=results))
    return Posted(**results)


def _claimed(letter: Letter) -> bool:
    return queries.waiting().filter(pk=letter.pk).update(claimed_at=clock.now(), tries=F("tries") + 1) == 1


def _posted(letter: Letter, account: Account | None, connection: BaseEmailBackend) -> str:
    mine = Letter.objects.filter(pk=letter.pk)
    if account is None or not account.is_active or not account.wants_mail or not account.email:
        mine.update(given_up_at=clock.now(), last_error="the account is closed or wants no mail")
        return "given_up"
    mail = EmailMessage(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [account.email],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}, connection=connection,
    )  # fmt: skip
    try:
        mail.send()
    except (OSError, SMTPException, ValueError) as error:
        is_last = letter.tries + 1 >= TRIES
        mine.update(last_error=type(error).__name__, given_up_at=clock.now() if is_last else None)
        return "given_up" if is_last else "failed"
    mine.update(sent_at=clock.now(), last_error="")
    return "sent"
