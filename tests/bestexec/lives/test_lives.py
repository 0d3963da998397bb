"""One order's life: what happened, when, by which line; what each figure is made of; which checks asked."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec import lives, policy
from bestexec.errors import Problem
from bestexec.lives import Life, raw
from bestexec.lives.index import index_of
from bestexec.runs import Run
from bestexec.workspace import Workspace

from .world import ACCOUNT, DAY, build

MS = 1_000_000
RECEIVED = 1_790_604_000_000_000_000
"""2026-09-28 14:00:00 UTC, 10:00 in New York."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Run, Path]:
    folder = tmp_path_factory.mktemp("lives")
    return (*build(folder), folder / "home")


@pytest.fixture(scope="module")
def life(world: tuple[Workspace, Run, Path]) -> Life:
    _, run, home = world
    return lives.life_of(run, home, DAY, "ABCZ", "O1")


def test_every_event_is_told_in_the_order_of_time_with_its_line(life: Life) -> None:
    told = [((event.at - RECEIVED) // MS, event.kind, event.words, event.source and (event.source.name, event.source.line)) for event in life.events]
    assert told == [
        (0, "received", "received: buy 300 ABCZ, market, day", ("orders.csv", 2)),
        (1, "routed", "300 shares sent to XNYS", ("routes.csv", 2)),
        (2, "rejected", "XNYS rejected it: no reason given", ("routes.csv", 2)),
        (3, "routed", "300 shares sent to XNAS", ("routes.csv", 3)),
        (4, "acked", "XNAS acknowledged", ("routes.csv", 3)),
        (5, "filled", "100 shares at 10.03 on XNAS", ("fills.csv", 2)),
        (20, "filled", "200 shares at 10.06 on XNAS", ("fills.csv", 3)),
        (20, "ended", "ended: filled", ("orders.csv", 2)),
    ]


def test_the_midpoints_afterwards_are_those_of_the_quotes(life: Life) -> None:
    of_x1 = {event.words.split()[1]: event.px for event in life.later if event.row == "fills-X1"}
    assert of_x1 == {"50ms": Decimal("10.02"), "1s": Decimal("10.02"), "15s": Decimal("10.04"), "1min": Decimal("10.04"), "5min": Decimal("10.04")}


def test_the_arithmetic_shows_formula_numbers_and_result(life: Life) -> None:
    steps = {one.metric.key: one for _, family in lives.worked(life.fills.row(0, named=True), "fills") for one in family}
    spread = steps["effective_spread"]
    assert (spread.step.arithmetic, spread.step.gives, spread.why_not) == ("2 * 1 * (10.03 - 10.02)", Decimal("0.02"), "")
    assert steps["net_price_improvement"].step.gives == Decimal("0.01")


def test_a_result_that_is_missing_says_what_is_not_known(life: Life) -> None:
    steps = {one.metric.key: one for _, family in lives.worked(life.fills.row(0, named=True), "fills") for one in family}
    assert steps["best_displayed_net_price_improvement"].step.gives is None
    assert steps["best_displayed_net_price_improvement"].why_not.startswith("not known: best_")


def test_the_quotes_around_it_are_the_three_that_stood(world: tuple[Workspace, Run, Path]) -> None:
    workspace, run, _ = world
    quotes = lives.quotes_of(workspace, run, policy.load(run.folder / "policy"), DAY, "ABCZ")
    steps = quotes.steps(RECEIVED - MS, RECEIVED + 60_000 * MS)
    assert steps is not None
    assert ((steps.at - RECEIVED) // MS).tolist() == [-1, 10, 10_000]
    assert (steps.bid.tolist(), steps.ask.tolist()) == ([10.0, 10.01, 10.02], [10.04, 10.03, 10.06])
    assert quotes.said == "sip nbbo"


def test_a_book_that_is_gone_is_said_and_not_built_again(tmp_path: Path) -> None:
    workspace, run = build(tmp_path)
    shutil.rmtree(workspace.books)
    quotes = lives.quotes_of(workspace, run, policy.load(run.folder / "policy"), DAY, "ABCZ")
    assert quotes.why_not == "the quote book of 2026-09-28 is not there; measure that day again and it is built"
    assert not workspace.books.exists()


def test_a_symbol_without_a_quote_is_said(world: tuple[Workspace, Run, Path]) -> None:
    workspace, run, _ = world
    quotes = lives.quotes_of(workspace, run, policy.load(run.folder / "policy"), DAY, "XYZZ")
    assert (quotes.why_not, quotes.steps(0, RECEIVED)) == ("no quote of XYZZ on 2026-09-28 in sip nbbo", None)


def test_the_same_id_in_another_symbol_is_another_order(world: tuple[Workspace, Run, Path]) -> None:
    _, run, home = world
    other = lives.life_of(run, home, DAY, "XYZZ", "O1")
    assert [event.words for event in other.events] == ["received: sell 50 XYZZ, limit 7.5, day", "ended: canceled, 50 of 50 shares not filled"]


def test_a_fill_without_its_order_is_shown_as_one(world: tuple[Workspace, Run, Path]) -> None:
    _, run, home = world
    alone = lives.life_of(run, home, DAY, "ABCZ", "GONE")
    assert (alone.order, [event.words for event in alone.events]) == (None, ["10 shares at 10.02 on XNAS; no feed has its order"])


def test_an_unknown_order_is_a_problem_in_words(world: tuple[Workspace, Run, Path]) -> None:
    _, run, home = world
    with pytest.raises(Problem, match="no order O2 in ABCZ of 2026-09-28 in the run"):
        lives.life_of(run, home, DAY, "ABCZ", "O2")


def test_each_check_says_failed_passed_or_why_not(world: tuple[Workspace, Run, Path], life: Life) -> None:
    _, run, _ = world
    told = {one.check.id: (one.state, one.rows, one.failed) for one in lives.judge(life, policy.load(run.folder / "policy"))}
    assert len(told) == 62
    assert told["EXE-101"] == ("failed", 2, 1)  # X2 at 10.06 is 0.02 × 200 = $4 outside 10.04; X1 is inside
    assert told["SPD-101"] == ("passed", 1, 0)
    assert told["ROU-107"][0] == "not asked"
    assert told["EXE-112"][0] == "not evaluated"
    assert told["ROU-103"][0] == "not about a single order"


def test_the_checks_of_one_order_agree_with_the_run_for_every_order_of_the_samples(root: Path, tmp_path: Path) -> None:
    from bestexec import open_workspace, pipeline
    from bestexec.intake import import_files

    workspace = open_workspace(tmp_path / "workspace")
    import_files(workspace, [root / "samples/raw"], received_at=1)
    run = pipeline.measure(workspace, pipeline.Asked(last=DAY.replace(month=8, day=11)))
    limits, wrong = policy.load(run.folder / "policy"), []
    for key_on, symbol, order_id in run.table("orders").select("key_on", "symbol", "order_id").sample(60, seed=1).iter_rows():
        one = lives.life_of(run, tmp_path / "home", key_on, symbol, order_id)
        judged = lives.judge(one, limits)
        sealed = sorted(one.findings.filter(pl.col("check_id").is_in([item.check.id for item in judged if item.rows]))["finding_id"])
        if sealed != sorted(finding for item in judged for finding in item.finding_ids if item.rows):
            wrong.append(order_id)
        wrong += [f"{order_id} {item.check.id}" for item in judged if "today's definition" in item.why]
    assert wrong == []


def test_the_index_finds_orders_that_span_its_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bestexec.lives.index.PIECE", 1)
    _, run = build(tmp_path)
    index = index_of(run, tmp_path / "home")
    found = {order: index.rows("fills", order).height for order in ("", "GONE", "O1", "O2", "Z")}  # type: ignore[union-attr]
    assert found == {"": 0, "GONE": 0, "O1": 2, "O2": 0, "Z": 0}
    assert sorted(index.rows("orders", "O1")["symbol"]) == ["ABCZ", "XYZZ"]  # type: ignore[index]


def test_a_deleted_index_is_made_again(tmp_path: Path) -> None:
    _, run = build(tmp_path)
    before = lives.life_of(run, tmp_path / "home", DAY, "ABCZ", "O1").events
    shutil.rmtree(tmp_path / "home")
    assert lives.life_of(run, tmp_path / "home", DAY, "ABCZ", "O1").events == before


def _line(workspace: Workspace, run: Run, name: str, line: int) -> raw.RawLine:
    import_id = next(key for key, item in run.manifest["inputs"].items() if item["files"][0]["name"] == name)
    (found,) = lives.raw_lines(workspace, import_id, line)
    return found


@pytest.mark.parametrize("by_reference", [False, True])
def test_the_raw_line_is_read_and_the_account_is_not_in_it(tmp_path: Path, by_reference: bool) -> None:
    workspace, run = build(tmp_path, by_reference=by_reference)
    found = _line(workspace, run, "orders.csv", 2)
    cells = dict(found.cells)
    assert (cells["order_id"], cells["account"], cells["arrangement"]) == ("O1", "•••", "ring ••• first")
    assert ACCOUNT not in repr(found)


def test_a_raw_file_that_is_gone_or_altered_is_said_and_nothing_is_guessed(tmp_path: Path) -> None:
    workspace, run = build(tmp_path, by_reference=True)
    path = tmp_path / "raw" / "orders.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("300", "301"), encoding="utf-8")
    assert _line(workspace, run, "orders.csv", 2).why_not.startswith("the file changed since it was imported: its SHA-256 is another")
    path.unlink()
    found = _line(workspace, run, "orders.csv", 2)
    assert (found.cells, found.why_not) == ((), "the raw file is gone from where it was kept. The line cannot be shown")


def test_a_line_that_does_not_split_as_its_header_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"firm,order_id,symbol,side,qty,order_type,received_at,account\nFIRM,O1,ABCZ,buy,1,market,x,y,{ACCOUNT}\n", encoding="utf-8")
    with pytest.raises(raw._Gone, match="the line has 9 fields and the header 8"):
        raw._text(path, 2, knows_no_customer=False)


def test_a_line_beyond_the_file_is_said(tmp_path: Path) -> None:
    workspace, run = build(tmp_path)
    assert _line(workspace, run, "orders.csv", 9).why_not == "the file has 3 lines and no line 9"


def test_an_unknown_import_is_a_problem(world: tuple[Workspace, Run, Path]) -> None:
    with pytest.raises(Problem, match="there is no such import"):
        lives.raw_lines(world[0], "../orders", 1)
