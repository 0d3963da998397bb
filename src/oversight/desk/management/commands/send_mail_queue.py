"""Sends the mails that wait; with --digest one mail a person a day in their place."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.desk import todo
from oversight.notices import actions, outbox
from oversight.notices.wording import Need


class Command(BaseCommand):
    """Send what waits in the outbox, for a timer to call."""

    help = "Send the mails that wait (to the console, unless OVERSIGHT_SMTP_HOST names a server); --digest puts a person's waiting mails into one a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--digest", action="store_true", help="first put what needs each person, and their unread notices, into one mail, once a day")

    def handle(self, **options: Any) -> None:
        by = automated("mail")
        if options["digest"]:
            self.stdout.write(f"{actions.digest(by, _needs)} digests queued.")
        posted = outbox.post(by)
        self.stdout.write(f"{posted.sent} sent, {posted.failed} failed (tried again after 15 minutes), {posted.given_up} given up.")


def _needs(account: Account) -> list[Need]:
    """What the person's page Today lists, unread notices aside: the digest names those itself."""
    return [(task.number, task.what, task.address) for task in todo.of_roles(account)]
