"""Times every page of figures over a year of 250,000 orders: scopes asked for the first time, and asked again."""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

PAGES = (
    ("today", "/?"), ("scorecard", "/scorecard/?"), ("scorecard by vendor", "/scorecard/?by=vendor"),
    ("scorecard by venue, compared", "/scorecard/?by=venue&compare=previous"), ("trend by week", "/scorecard/trend/?per=week"), ("venues", "/venues/?"),
    ("coverage", "/coverage/?"), ("orders", "/orders/?"), ("fills behind E/Q", "/orders/?metric=effective_over_quoted"), ("search", "/search/?q=260115"),
)  # fmt: skip
PERIODS = ("first=2026-09-30&last=2026-09-30", "first=2026-09-24&last=2026-09-30", "first=2026-09-01&last=2026-09-30", "", "first=2026-07-01&last=2026-08-31")
"""The last day, five days, the last month, the page's own default (the last quarter), two months."""
YEAR = "first=2025-10-01&last=2026-09-30"
CUTS = ("", "vendor=vendor_a", "order_class=MXXNN", "customer_class=institutional&held=no", "pool=session,held,customer_class")
AGAIN = 4
MOST_MS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a page and the whole; 1 where the 95th percentile of the mix is above the goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench" / "desk")
    parser.add_argument("--workspace", type=Path, help="a workspace with a sealed year; default: one that is made in --dir when absent")
    asked = parser.parse_args(arguments)
    workspace = asked.workspace or asked.dir / "workspace"
    if not (workspace / "runs").exists():
        _make(asked.dir)
    client = _desk(asked.dir / "home", workspace)
    seconds = _walk(client)
    every = [took for of_page in seconds.values() for kind in ("first", "again") for took in of_page[kind]]
    print(f"{'page':32}{'first, p50':>12}{'first, most':>12}{'again, p50':>12}{'again, most':>12}{'year, first':>12}{'year, again':>12}   ms")
    for name, of_page in seconds.items():
        figures = [statistics.median(of_page["first"]), max(of_page["first"]), statistics.median(of_page["again"]), max(of_page["again"])]
        print(f"{name:32}" + "".join(f"{1000 * figure:12.0f}" for figure in (*figures, *of_page["year"])))
    ninety_fifth = 1000 * statistics.quantiles(every, n=20)[-1]
    firsts = [took for of_page in seconds.values() for took in of_page["first"]]
    print(f"mix of {len(every)} pages, one in {AGAIN + 1} asked for the first time: p50 {1000 * statistics.median(every):.0f} ms, p95 {ninety_fifth:.0f} ms")
    print(f"those asked for the first time alone: p50 {1000 * statistics.median(firsts):.0f} ms, p95 {1000 * statistics.quantiles(firsts, n=20)[-1]:.0f} ms")
    return int(ninety_fifth > MOST_MS)


def _walk(client: Any) -> dict[str, dict[str, list[float]]]:
    """Seconds by page: of scopes asked for the first time, of the same asked again, and of the whole year (first, again)."""
    asked = [(name, page, f"{period}&{cut}") for name, page in PAGES for period in PERIODS for cut in CUTS]
    random.Random(605).shuffle(asked)
    seconds: dict[str, dict[str, list[float]]] = {name: {"first": [], "again": [], "year": []} for name, _ in PAGES}
    for _, page in PAGES:
        _took(client, page)
    for name, page, scope in asked:
        seconds[name]["first"].append(_took(client, f"{page}&{scope}"))
        seconds[name]["again"] += [_took(client, f"{page}&{scope}") for _ in range(AGAIN)]
    for name, page in PAGES:
        seconds[name]["year"] = [_took(client, f"{page}&{YEAR}") for _ in range(2)]
    return seconds


def _took(client: Any, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address)
    took = time.perf_counter() - began
    assert response.status_code in (200, 302), f"{address}: {response.status_code}"
    return took


def _desk(home: Path, workspace: Path) -> Any:
    """A browser signed in as a supervisor who is also an analyst, at a desk that received the workspace's last run."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        OVERSIGHT_HOME=str(home), BESTEXEC_WORKSPACE=str(workspace), OVERSIGHT_SECRET_KEY="benchmark" * 8, OVERSIGHT_MFA="offered",
        OVERSIGHT_URL="http://testserver", DJANGO_SETTINGS_MODULE="oversight.settings",
        OVERSIGHT_CLOCK=f"2026-10-01T12:00:00+00:00@{datetime.now(UTC).isoformat(timespec='seconds')}",
    )  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from oversight import clock
    from oversight.accounts.models import Account, Holding

    call_command("migrate", verbosity=0)
    call_command("receive", verbosity=0)
    account = Account.objects.filter(username="benchmark").first()
    if account is None:
        account = Account(username="benchmark", name="Benchmark", email="benchmark@firm.example", opened_at=clock.now())
        account.set_unusable_password()
        account.save()
        Holding.objects.bulk_create(
            Holding(account=account, role=role, given_by="system:benchmark", given_at=clock.now()) for role in ("analyst", "supervisor")
        )
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _make(folder: Path) -> None:
    """A year of the practice market: 250,000 orders, imported and measured. Takes about twenty minutes."""
    from bestexec import intake, pipeline, policy
    from bestexec.demonstration import sample_policy
    from bestexec.practice import make_quarter
    from bestexec.practice.make import QUOTES_PER_SYMBOL_DAY
    from bestexec.workspace import open_workspace

    quotes = tuple(max(number // 4, 60) for number in QUOTES_PER_SYMBOL_DAY)
    make_quarter(folder, orders=250_000, first=date(2025, 10, 1), last=date(2026, 9, 30), quotes_per_symbol_day=quotes)
    workspace = open_workspace(folder / "workspace")
    (workspace.policy / policy.FILE).write_text(sample_policy(), encoding="utf-8")
    intake.import_files(workspace, [folder / "raw"], received_at=1, by_reference=True)
    pipeline.measure(workspace)


if __name__ == "__main__":
    sys.exit(main())
