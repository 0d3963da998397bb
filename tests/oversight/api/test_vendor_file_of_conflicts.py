"""Programs read the register, the ledger and the reach as the pages show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.conflicts import actions as conflicts
from oversight.liquidity import actions as liquidity
from oversight.vendors import actions as vendors

from .conftest import Program

TEXT = (
    "month,venue,vendor,direction,kind,section,order_class,amount_usd,shares,currency,source\n"
    "2026-08,KNCM,vendor_b,received,pfof,sp500,market,24.00,12000,USD,statement\n"
)


def test_the_vendor_file_is_read_with_exact_amounts(program: Callable[..., Program], person: Callable[..., Account]) -> None:
    """A payment of $24.00 on 12,000 shares that nobody registered, a router that reaches one venue, a memo in draft."""
    by, other = (Actor(account.key, account.roles) for account in (person("vendor_manager"), person("compliance")))
    conflicts.approve(other, conflicts.upload(by, "august.csv", TEXT.encode(), Decimal(24)).batch)
    vendor = vendors.register(automated("test"), key="vendor_b", name="Router B")
    liquidity.state(by, vendor, venue="XNAS", kind="exchange", how="direct", through="", ats_n_on=None, since_on=date(2026, 7, 1), until_on=None)
    liquidity.draft(by, about="fee_tier", title="A tier", asked="Whether", reasons="For and against")
    reader = program("senior_manager")

    def rows(address: str, **query: Any) -> list[dict[str, Any]]:
        answer = reader.get(address, **query)
        assert answer.status_code == 200, answer.content
        return list(answer.json()["rows"])

    assert [(row["venue"], row["net_usd"], row["cents"]) for row in rows("/payments")] == [("KNCM", "24.000000", "20"), ("all venues", "24.000000", "20")]
    cells = rows("/payments/cells", first="2026-08-01", last="2026-08-31")
    assert [(row["section"], row["order_class"], row["lines"]) for row in cells] == [("S&P 500", "market", 1)]
    assert [(row["line"], row["amount_usd"]) for row in rows("/payments/lines", venue="KNCM")] == [(2, "24.000000")]
    assert [row["state"] for row in rows("/payments/files")] == ["in force"]
    assert [(row["venue"], row["on_file"]) for row in rows("/conflicts/payees")] == [("KNCM", "a payee without a conflict on file")]
    assert rows("/conflicts", state="live") == []
    assert [(row["venue"], row["how"]) for row in rows("/liquidity/reach")] == [("XNAS", "directly")]
    assert [(row["vendor"], row["reached"]) for row in rows("/liquidity/coverage")] == [("Router B", "no evidence collected")], "the run is gone"
    assert rows("/liquidity/missing") == []
    assert (rows("/liquidity/coverage/cuts"), rows(f"/liquidity/routers/{vendor.pk}/symbols")) == ([], [])
    assert [(row["title"], row["state"]) for row in rows("/liquidity/memos")] == [("A tier", "draft")]
