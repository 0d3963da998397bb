"""Opens an account from the command line: the first administrator of a fresh desk has nobody to ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from oversight.accounts import actions, queries
from oversight.actor import automated
from oversight.lifecycle import Refusal
from oversight.roles import EVERY_ROLE


class Command(BaseCommand):
    """`open_account NAME --role ROLE…`: prints the one-time link by which the person sets a password."""

    help = "open an account and print the one-time link by which its holder sets a password"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the name the person signs in with")
        parser.add_argument("--name", default="", help="the person's name; the sign-in name where none is given")
        parser.add_argument("--role", action="append", default=[], choices=EVERY_ROLE, help="may be said several times")
        parser.add_argument("--vendor", default="", help="whose outside account it is, with the role vendor")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        by = automated("operator" if queries.administrators() else "install")
        try:
            account = actions.open_account(
                by, username=options["username"], name=options["name"] or options["username"], email=options["email"],
                roles=options["role"], vendor=options["vendor"], why="opened from the command line",
            )  # fmt: skip
            link = settings.PUBLIC_URL.rstrip("/") + actions.invite(by, account)
        except Refusal as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write(
            f"{account.username} is open: {', '.join(options['role']) or 'no role yet'}. The link sets the password, once, within three days:\n{link}"
        )
