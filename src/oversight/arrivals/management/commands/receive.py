"""Receives sealed runs, and holds them against every promise: `oversight receive`."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bestexec import Problem
from oversight.actor import automated
from oversight.arrivals import actions
from oversight.findings import queries
from oversight.lifecycle import Refusal


class Command(BaseCommand):
    """Receive the runs named, or all that were not received yet."""

    help = "Receive sealed runs of the workspace, in the order of sealing. Each is verified first, received once, and held against every promise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("runs", nargs="*", metavar="RUN_ID", help="whole ids, or their beginnings; default: every run not received yet")
        parser.add_argument("--watch", action="store_true", help="keep looking for runs until stopped")
        parser.add_argument("--every", type=float, default=15, metavar="SECONDS", help="with --watch: how often to look")

    def handle(self, **options: Any) -> None:
        wanted = [self._whole(start) for start in options["runs"]]
        self._mend()
        if options["watch"]:
            self._watch(options["every"])
            return
        failed = [run_id for run_id in (wanted or queries.not_received()) if not self._receive(run_id)]
        if failed:
            raise CommandError(f"{len(failed)} of the runs were not received", returncode=2)
        if not wanted and not queries.received_count():
            self.stdout.write("The workspace has no sealed run yet. Measure first: `bestexec measure`.")

    def _watch(self, every: float) -> None:
        """Look, wait, look again; a signal ends the wait, and what is being received is finished first."""
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        self.stdout.write(f"Looking for sealed runs every {every:g} s · stop with Ctrl+C")
        refused: set[str] = set()
        while not stopped.is_set():
            for run_id in queries.not_received():
                if run_id not in refused and not stopped.is_set() and not self._receive(run_id):
                    refused.add(run_id)
            stopped.wait(every)
        self.stdout.write("Stopped. Nothing was left half done.")

    def _receive(self, run_id: str) -> bool:
        self.stdout.write(f"{run_id[:12]} verifying and receiving …")
        self.stdout.flush()
        held: list[str] = []
        try:
            receipt = actions.receive(automated("receive"), run_id, held.append)
        except (Problem, Refusal) as problem:
            self.stderr.write(f"{run_id[:12]} not received: {problem}")
            return isinstance(problem, Refusal)
        run = receipt.run
        self.stdout.write(
            f"{run_id[:12]} received: {run.days} days, {run.orders:,} orders, {run.findings:,} exceptions; {receipt.opened:,} opened, "
            f"{receipt.measured_again:,} with other numbers, {receipt.vanished:,} vanished, {receipt.recurred:,} back, {receipt.suppressed:,} suppressed; "
            f"{receipt.drawn:,} orders sampled; {receipt.days_late} signed days changed"
        )
        for line in held:
            self.stdout.write(line)
        return True

    def _mend(self) -> None:
        """Hold what was received before against the promises that an end in the middle left."""
        try:
            actions.hold(automated("receive"), self.stdout.write)
        except Problem as problem:
            self.stderr.write(f"not held against every promise yet: {problem}")

    def _whole(self, start: str) -> str:
        fitting = [run_id for run_id in queries.sealed_ids() if run_id.startswith(start)]
        if len(fitting) != 1:
            raise CommandError(f"{len(fitting)} runs of the workspace have an id that starts with {start!r}", returncode=2)
        return fitting[0]
