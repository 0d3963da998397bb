"""Sealed runs made by hand, small enough to count on one's fingers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import LazySettings

from bestexec.checks.base import FINDINGS, NOT_EVALUATED
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.runs import seal
from oversight.actor import automated
from oversight.findings import actions
from oversight.findings.models import Finding
from oversight.findings.receipt import Receipt

MONDAY = date(2026, 9, 28)
ORDERS = {
    "day": pl.Date,
    "firm": pl.String,
    "key_on": pl.Date,
    "order_id": pl.String,
    "symbol": pl.String,
    "vendor": pl.String,
    "excluded": pl.String,
    "is_left_out": pl.Boolean,
}
FILLS = {"day": pl.Date, "key_on": pl.Date, "order_id": pl.String, "symbol": pl.String, "vendor": pl.String, "fill_id": pl.String}


@dataclass
class Bench:
    """A workspace in which runs are sealed by hand, and the desk that receives them."""

    root: Path
    sealed: list[str] = field(default_factory=list)

    def found(self, name: str, on: date = MONDAY, **said: Any) -> dict[str, Any]:
        """A row of a run's findings called `name`: of order `name`, medium, $5, unless said otherwise."""
        row = {
            "finding_id": hashlib.sha256(name.encode()).hexdigest(),
            "check_id": "EXE-105",
            "check_version": 1,
            "title": "Slippage from arrival",
            "severity": "medium",
            "day": on,
            "subject": f"order {name}, 100 ABCZ",
            "symbol": "ABCZ",
            "venue": None,
            "vendor": "vendor_a",
            "order_id": name,
            "fill_id": None,
            "numbers": '{"slippage_usd": 5, "max_slippage_bps": 25}',
            "ask": f"Why did order {name} slip?",
            "authority": "FINRA 5310(a)(1)",
            "harm_usd": Decimal(5),
            "raw_line": 7,
            "raw_import": "f" * 64,
        }
        return row | said

    def order(self, name: str, on: date = MONDAY, **said: Any) -> dict[str, Any]:
        """A row of a run's orders: measured, unless said otherwise."""
        return {
            "day": on,
            "firm": "FIRM",
            "key_on": on,
            "order_id": name,
            "symbol": "ABCZ",
            "vendor": "vendor_a",
            "excluded": None,
            "is_left_out": False,
        } | said

    def seal(
        self,
        findings: Sequence[dict[str, Any]],
        *,
        days: Sequence[date] = (MONDAY,),
        orders: Sequence[dict[str, Any]] = (),
        files: Sequence[str] = ("orders.csv",),
        policy: str = "p-1",
    ) -> str:
        """Seal a run; its id. Orders of the findings are there without being named."""
        named = {(row["day"], row["order_id"]) for row in orders}
        implied = [
            self.order(row["order_id"], row["day"], symbol=row["symbol"])
            for row in findings
            if row["order_id"] and row["symbol"] and (row["day"], row["order_id"]) not in named
        ]
        texts = self.root / "policy"
        texts.mkdir(exist_ok=True)
        (texts / "policy.toml").write_text(f'version = "{policy}"\n', encoding="utf-8")
        outputs = {
            "orders": pl.DataFrame([*orders, *implied], schema={**LINKED_ORDERS.schema, **ORDERS}),
            "fills": pl.DataFrame([], schema={**LINKED_FILLS.schema, **FILLS}),
            "findings": pl.DataFrame(list(findings), schema=FINDINGS.schema),
            "not_evaluated": pl.DataFrame(
                [{"check_id": "EXE-104", "title": "Slow too often", "reason": "too few to judge by", "rows": 3, "of_rows": 9}],
                schema=NOT_EVALUATED.schema,
            ),
        }
        inputs = {
            ("f" * 64 if place == 0 else hashlib.sha256(name.encode()).hexdigest()): {
                "importer": "blotter",
                "files": [{"name": name, "sha256": "0" * 64, "size": 1}],
                "records": 9,
                "accepted": 9,
                "rejected": {},
                "skipped": {},
                "notes": [],
            }
            for place, name in enumerate(files)
        }
        manifest = {
            "firm": ["FIRM"],
            "days": [day.isoformat() for day in days],
            "asked": {"first": None, "last": None, "as_of": "before"},
            "inputs": inputs,
            "benchmarks": ["sip nbbo"],
            "policy": {"version": policy, "sha256": hashlib.sha256(policy.encode()).hexdigest()},
            "definitions": {"metrics": "1" * 64, "checks": "2" * 64},
            "code": {"version": "0.1.0", "source": "3" * 64, "constraints": None},
        }
        (self.root / "runs").mkdir(exist_ok=True)
        run = seal(self.root / "runs", manifest, outputs, texts)
        self.sealed.append(run.id)
        return run.id

    def receive(self, findings: Sequence[dict[str, Any]], **said: Any) -> Receipt:
        """Seal a run and receive it."""
        return actions.receive(automated("receive"), self.seal(findings, **said))

    def finding(self, name: str) -> Finding:
        """The desk's row of the finding called `name`, as the database has it."""
        return Finding.objects.get(finding_id=hashlib.sha256(name.encode()).hexdigest())


@pytest.fixture
def bench(db: None, tmp_path: Path, settings: LazySettings) -> Bench:
    """An empty workspace that the desk looks at."""
    settings.WORKSPACE = tmp_path
    return Bench(tmp_path)
