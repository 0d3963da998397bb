"""What holds of every look-back: the same question finds the same set, a narrower limit loses nothing, and every sum ties."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from bestexec.lookback import COMPARISONS, LookedBack, Question, Stated, by_customer, harm_of, look_back

from .firm import outside, sealed

DAYS = [date(2026, 8, day) for day in (3, 4, 5)]
CENT = Decimal("0.01")
STATED = [Stated("quote_at_t0"), Stated("mid_at_t0"), Stated("quote_at_execution"), *(Stated("comparison_eq", comparison=one.key) for one in COMPARISONS)]


@st.composite
def fills(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to a dozen fills of up to six orders on three days, inside and outside the quote, some without one."""
    made = []
    for place in range(draw(st.integers(1, 12))):
        order, px = draw(st.integers(0, 5)), draw(st.integers(99_000_000, 101_500_000))
        on, side = DAYS[order % 3], 1 if order % 2 else -1
        more: dict[str, Any] = {"quote_state_at_t0": "missing"} if draw(st.integers(0, 9)) == 0 else {}
        qty, venue = draw(st.integers(1, 999)), draw(st.sampled_from(["XNAS", "XNYS", "CDED"]))
        made.append(outside(f"O{order}", px=f"{Decimal(px) / 10_000_000:f}", qty=qty, on=on, side=side, fill_id=f"F{place}", venue=venue, **more))
    return made


def asked(runs: list[tuple[Any, list[date]]], limits: dict[str, Decimal] | None = None) -> LookedBack:
    return look_back(runs, Question("EXE-101", DAYS[0], DAYS[-1], limits=limits))


def as_bytes(looked: LookedBack, stated: Stated) -> list[bytes]:
    """Everything that a look-back gives, as a file would hold it; which run a row came from is left aside."""
    found = harm_of(looked, stated, "per_order")
    frames = [looked.affected.drop("run_id"), looked.fills.drop("run_id"), found.fills.drop("run_id"), found.orders.drop("run_id")]
    written = []
    for frame in frames:
        sink = io.BytesIO()
        frame.rechunk().write_ipc(sink, compression="uncompressed")
        written.append(sink.getvalue())
    return [*written, repr((*looked.unseen, *found.unseen)).encode()]


@settings(max_examples=examples(8, 100))
@given(fills(), st.randoms(use_true_random=False), st.sampled_from(STATED))
def test_the_same_question_gives_the_same_bytes_whatever_the_order_of_rows_or_runs(made: list[dict[str, Any]], draw: Any, stated: Stated) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        whole = sealed(root, made, days=DAYS)
        shuffled = list(made)
        draw.shuffle(shuffled)
        single = [(sealed(root, [row for row in shuffled if row["day"] == day], days=[day]), [day]) for day in DAYS]
        expected = as_bytes(asked([(whole, DAYS)]), stated)
        assert as_bytes(asked([(whole, DAYS)]), stated) == expected
        assert as_bytes(asked([(sealed(root, shuffled, days=DAYS), DAYS)]), stated) == expected
        assert as_bytes(asked(single), stated) == expected
        draw.shuffle(single)
        assert as_bytes(asked(single), stated) == expected


@settings(max_examples=examples(8, 100))
@given(fills(), st.decimals("0", "0.01", places=4), st.decimals("0", "0.01", places=4))
def test_a_narrower_limit_never_loses_an_order(made: list[dict[str, Any]], one: Decimal, other: Decimal) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs = [(sealed(Path(folder), made, days=DAYS), DAYS)]
        wide, narrow = (asked(runs, {"max_outside_usd": limit}).affected for limit in (max(one, other), min(one, other)))
        key = ["day", "order_id", "fill_id"]
        assert wide.join(narrow, on=key, how="anti").height == 0
        assert asked(runs, {}).affected.join(narrow, on=key, how="anti").height == 0, "the policy's own limit is the widest"
        exceptions = narrow.filter("is_exception").select(key).rows()
        assert exceptions == asked(runs, {}).affected.select(key).rows(), "what people saw as exceptions is marked"


@settings(max_examples=examples(8, 100))
@given(fills(), st.sampled_from(STATED), st.lists(st.sampled_from(["k1", "k2", "k3", None]), min_size=6, max_size=6))
def test_every_sum_ties(made: list[dict[str, Any]], stated: Stated, accounts: list[str | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        looked = asked([(sealed(Path(folder), made, days=DAYS), DAYS)])
    found = {netting: harm_of(looked, stated, netting) for netting in ("per_fill", "per_order")}
    for harmed in found.values():
        assert harmed.orders["order_id"].unique().sort().to_list() == looked.affected["order_id"].unique().sort().to_list()
        assert sum((usd for usd in harmed.orders["harm_usd"]), Decimal(0)) == harmed.harm_usd >= 0
        assert all(usd >= 0 for usd in harmed.orders["harm_usd"])
    gains = [max(Decimal(0), usd) for usd in found["per_fill"].fills["loss_usd"].drop_nulls()]
    assert found["per_fill"].harm_usd == sum(gains, Decimal(0))
    known = found["per_order"].orders.with_columns(
        account_key=pl.col("order_id").replace_strict({f"O{n}": key for n, key in enumerate(accounts)}, return_dtype=pl.String)
    )
    exact = sum((usd for usd, key in known.select("harm_usd", "account_key").iter_rows() if key), Decimal(0))
    shared, half_up = (by_customer(known, rule) for rule in ("largest_remainder", "half_up"))
    assert sum(shared["credit_usd"], Decimal(0)) == exact.quantize(CENT, ROUND_HALF_UP)
    assert sum(shared["exact_usd"], Decimal(0)) == exact == sum(half_up["exact_usd"], Decimal(0))
    assert all(abs(credit - usd) < CENT for usd, credit in shared.select("exact_usd", "credit_usd").iter_rows())
    assert half_up["credit_usd"].to_list() == [usd.quantize(CENT, ROUND_HALF_UP) for usd in half_up["exact_usd"]]


@given(st.lists(st.decimals("0", "9999", places=14), max_size=30))
def test_credits_sum_to_the_harm_to_the_cent(exact: list[Decimal]) -> None:
    rows = {"account_key": [f"k{place:02}" for place in range(len(exact))], "harm_usd": exact}
    found = by_customer(pl.DataFrame(rows, schema={"account_key": pl.String, "harm_usd": pl.Decimal(38, 15)}), "largest_remainder")
    assert sum(found["credit_usd"], Decimal(0)) == sum(exact, Decimal(0)).quantize(CENT, ROUND_HALF_UP)
