"""Serves the desk: `oversight serve`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from gunicorn.app.base import BaseApplication


class Desk(BaseApplication):
    """The desk behind gunicorn. Each worker loads it after the fork, for the column engine's threads do not survive one."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application itself."""
        from oversight.wsgi import application  # noqa: PLC0415 -- after the fork

        return application


class Command(BaseCommand):
    """Serve the desk until it is told to stop."""

    help = "Serve the desk at OVERSIGHT_URL's port on this machine (a proxy in front of it speaks https)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="", help="address:port; default: 127.0.0.1 and the port of OVERSIGHT_URL")
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, **options: Any) -> None:
        bind = options["bind"] or f"127.0.0.1:{urlsplit(settings.PUBLIC_URL).port or 8000}"
        self.stdout.write(f"The desk is open at {settings.PUBLIC_URL}, listening on {bind} · stop it with Ctrl+C")
        Desk({"bind": bind, "workers": options["workers"], "threads": 4, "worker_class": "gthread", "timeout": 120, "loglevel": "warning"}).run()
