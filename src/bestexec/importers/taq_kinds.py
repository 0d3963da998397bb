"""The four kinds of TAQ files: which columns each is known by and read from, and the canonical rows that they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from bestexec.importers import cells
from bestexec.importers.cells import Cell, Parser
from bestexec.importers.taq_limits import LimitSpans
from bestexec.market import conditions
from bestexec.market.conditions import PLANS, judged, read_sale
from bestexec.market.dated import in_force
from bestexec.market.lots import told_sizes, unit_doubt
from bestexec.market.sessions import local_to_epoch
from bestexec.market.symbols import canonical
from bestexec.market.venues import SIP_MICS, TRF_MICS
from bestexec.units import PX_SCALE, QTY

SOURCE, TRADES_SOURCE = "taq", "taq_trades"
"""Apart, because the tapes number quotes and trades each for themselves."""
QUOTING_MICS = {**SIP_MICS, "D": "XADF"}
"""Whoever quotes as `D` does so on FINRA's display facility."""


@dataclass(frozen=True)
class Facts:
    """What holds for every row of a file."""

    day: date
    clock: str
    suffix: str
    """Of the source, where the clock is not the tape's."""
    unit: int
    """Shares that one unit of a quote's size counts."""
    hours: tuple[int, int] | None
    resolution_ns: int
    notes: tuple[str, ...]


@dataclass
class Tally:
    """What is counted over a whole file."""

    records: int = 0
    sizes: int = 0
    hundreds: int = 0
    national: int = 0
    apart: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Participants' letters that are in no table."""
    limits: LimitSpans = field(default_factory=LimitSpans)

    def notes(self, facts: Facts) -> tuple[str, ...]:
        doubt = unit_doubt(facts.unit, self.sizes, self.hundreds)
        apart = ", ".join(f"{code} {count:,}" for code, count in sorted(self.apart.items()))
        told = [doubt] if doubt else []
        told += [f"quotes that take no part in the national best and stand without prices, by condition: {apart}"] if apart else []
        unknown = ", ".join(f"{letter} {count:,}" for letter, count in sorted(self.unknown.items()))
        told += [f"venues of best quotes left empty, for their letters are not known: {unknown}"] if unknown else []
        states = len(self.limits.rows)
        told += [f"{states:,} limit states of limit-up limit-down, by the tape's national indicator"] if states else []
        told += [f"{self.national:,} quotes that are the national best by themselves stand as national quotes too"] if self.national else []
        return tuple(told)


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    needs: frozenset[str]
    """Folded column names that it is known by."""
    asks_for: frozenset[str]
    """Columns that some years lack, and without which something stays unknown."""
    cells: Callable[[str], tuple[Cell, ...]]
    """By the column that instants are read from."""
    tables: Callable[[pl.DataFrame, Facts, Tally], tuple[dict[str, pl.DataFrame], dict[str, int]]]
    """Rows → canonical tables, and what is skipped."""
    notes: Callable[[str, int], tuple[str, ...]]
    timed: bool = True


def _letter(mics: dict[str, str]) -> Parser:
    """A participant's letter → its MIC."""
    return Parser(
        lambda given: given.replace_strict(mics, default=None, return_dtype=pl.String), lambda given: ((given.is_not_null(), "not a known participant"),)
    )


_PRICE, _SIZE = cells.decimal(PX_SCALE, least=0), cells.integer(least=0)
_SEQUENCE = Cell("sequencenumber", cells.integer(least=0))
_NOT_NATIONAL_BY_ITSELF = "the tape's national best is complete only where the day's NBBO file and its quotes files are both imported"


def _quote_cells(clock: str) -> tuple[Cell, ...]:
    return (
        Cell(clock, cells.clock_digits()), Cell("exchange", _letter(QUOTING_MICS)), Cell("symbol", cells.text()), _SEQUENCE,
        Cell("bidprice", _PRICE, required=False), Cell("bidsize", _SIZE, required=False),
        Cell("offerprice", _PRICE, required=False), Cell("offersize", _SIZE, required=False),
        Cell("quotecondition", cells.text(), required=False), Cell("nationalbboind", cells.text(), required=False),
        Cell("quotecancelcorrection", cells.text(), required=False), Cell("sourceofquote", cells.text(), required=False),
        Cell("nationalbboluldindicator", cells.text(), required=False),
    )  # fmt: skip


def _nbbo_cells(clock: str) -> tuple[Cell, ...]:
    def of_side(side: str) -> tuple[Cell, ...]:
        whose = Cell(f"best{side}exchange", cells.text(), required=False)
        return whose, Cell(f"best{side}price", _PRICE, required=False), Cell(f"best{side}size", _SIZE, required=False)

    canceled = Cell("quotecancelcorrection", cells.text(), required=False)
    limit = Cell("luldnbboindicator", cells.text(), required=False)
    return Cell(clock, cells.clock_digits()), Cell("symbol", cells.text()), _SEQUENCE, canceled, limit, *of_side("bid"), *of_side("offer")


def _trade_cells(clock: str) -> tuple[Cell, ...]:
    return (
        Cell(clock, cells.clock_digits()), Cell("exchange", cells.text()), Cell("symbol", cells.text()), _SEQUENCE,
        Cell("tradeprice", cells.price()), Cell("tradevolume", cells.quantity()),
        Cell("salecondition", cells.text(), required=False), Cell("tradecorrectionindicator", cells.text(), required=False),
        Cell("sourceoftrade", cells.text(), required=False), Cell("tradereportingfacility", cells.text(), required=False),
    )  # fmt: skip


def _master_cells(clock: str) -> tuple[Cell, ...]:
    return (
        Cell("symbol", cells.text()), Cell("securitydescription", cells.text(), required=False), Cell("testsymbolflag", cells.text(), required=False),
        Cell("listedexchange", cells.text(), required=False), Cell("roundlot", _SIZE, required=False),
    )  # fmt: skip


def _venue_quotes(rows: pl.DataFrame, facts: Facts, tally: Tally) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    known = [one for one in in_force(conditions.QUOTE_CONDITIONS, facts.day) if one.eligible]
    everywhere = pl.col("quotecondition").is_in([one.code for one in known if one.plans == conditions.BOTH])
    by_plan = [
        (pl.col("quotecondition") == one.code) & (pl.col("sourceofquote") == source)
        for one in known for source, plan in PLANS.items() if one.plans == (plan,)
    ]  # fmt: skip
    stands = pl.any_horizontal(everywhere, *by_plan).fill_null(value=False) & ~_canceled(facts)
    alone = in_force(conditions.NATIONAL_INDICATORS, facts.day)
    national = pl.any_horizontal((pl.col("sourceofquote") == source) & (pl.col("nationalbboind") == said) for source, said in alone)
    rows = rows.with_columns(stands=stands, national=national.fill_null(value=False) & stands)
    _count(rows, ("bidprice", "bidsize"), tally)
    tally.national += int(rows["national"].sum())
    tally.apart.update(dict(rows.filter(~pl.col("stands"))["quotecondition"].fill_null("none").value_counts().iter_rows()))
    quotes = _quotes(rows, facts, ("bidprice", "bidsize", "offerprice", "offersize"), pl.col("stands")).with_columns(rows["exchange"], rows["national"])
    tally.limits.read(quotes.with_columns(luld=rows["nationalbboluldindicator"]), blank_ends=False)
    venues = quotes.drop("national").rename({"exchange": "venue"}).with_columns(kind=pl.lit("venue"))
    best = (
        quotes.filter("national").drop("national").with_columns(bid_venue=_if_priced("bid"), ask_venue=_if_priced("ask"), kind=pl.lit("nbbo")).drop("exchange")
    )
    return {"quotes": pl.concat([venues, best], how="diagonal") if best.height else venues}, {}


def _if_priced(side: str) -> pl.Expr:
    return pl.when(pl.col(f"{side}_px").is_not_null()).then("exchange")


def _national_quotes(rows: pl.DataFrame, facts: Facts, tally: Tally) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    before = rows.height
    rows = rows.filter(~_canceled(facts))
    _count(rows, ("bestbidprice", "bestbidsize"), tally)
    quotes = _quotes(rows, facts, ("bestbidprice", "bestbidsize", "bestofferprice", "bestoffersize"), pl.lit(value=True))
    tally.limits.read(quotes.with_columns(luld=rows["luldnbboindicator"]), blank_ends=True)
    letters = rows.select(_bid="bestbidexchange", _ask="bestofferexchange")
    named = quotes.with_columns(letters.select(pl.all().replace_strict(QUOTING_MICS, default=None, return_dtype=pl.String))).with_columns(
        bid_venue=pl.when(pl.col("bid_px").is_not_null()).then("_bid"), ask_venue=pl.when(pl.col("ask_px").is_not_null()).then("_ask"), kind=pl.lit("nbbo")
    )  # fmt: skip
    for letter in ("_bid", "_ask"):
        tally.unknown.update(dict(letters.filter(~pl.col(letter).is_in(list(QUOTING_MICS)))[letter].value_counts().iter_rows()))
    gone = before - rows.height
    return {"quotes": named.drop("_bid", "_ask")}, {"quote canceled or corrected by its source": gone} if gone else {}


def _canceled(facts: Facts) -> pl.Expr:
    return pl.any_horizontal(pl.col("quotecancelcorrection") == said for said in in_force(conditions.CANCELED_QUOTES, facts.day)).fill_null(value=False)


def _count(rows: pl.DataFrame, names: tuple[str, str], tally: Tally) -> None:
    sizes, hundreds = rows.select(*(count.alias(name) for count, name in zip(told_sizes(pl.col(names[0]), pl.col(names[1])), "ab", strict=True))).row(0)
    tally.sizes, tally.hundreds = tally.sizes + sizes, tally.hundreds + hundreds


def _quotes(rows: pl.DataFrame, facts: Facts, names: tuple[str, str, str, str], stands: pl.Expr) -> pl.DataFrame:
    """Without kind and venues. A side without a price or a size above zero is none."""
    sides: dict[str, pl.Expr] = {}
    for side, price, size in (("bid", *names[:2]), ("ask", *names[2:])):
        there = stands & (pl.col(price) > 0) & (pl.col(size) > 0)
        sides[f"{side}_px"] = pl.when(there).then(price)
        sides[f"{side}_qty"] = pl.when(there).then(pl.col(size) * facts.unit).cast(QTY)
    return rows.select(
        day=pl.lit(facts.day),
        symbol=canonical(rows["symbol"], "cms", facts.day),
        quoted_at=local_to_epoch(facts.day, rows[facts.clock]),
        sequence="sequencenumber",
        **sides,
        source=pl.lit(SOURCE + facts.suffix),
        resolution_ns=pl.lit(facts.resolution_ns),
        line="line",
    )


def _trades(rows: pl.DataFrame, facts: Facts, tally: Tally) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    table = in_force(conditions.SALE_CONDITIONS, facts.day)
    plan = pl.col("sourceoftrade").replace_strict(PLANS, default=None, return_dtype=pl.String)
    rows = rows.with_columns(
        at=local_to_epoch(facts.day, rows[facts.clock]),
        key=pl.concat_str(plan.fill_null(""), pl.lit(":"), pl.col("salecondition").fill_null("")),
        struck=_struck(facts),
    )
    readings = {
        key: read_sale(tuple(letters.replace(" ", "")), plan or None, table) for key in rows["key"].unique() for plan, _, letters in (key.partition(":"),)
    }
    facility = pl.col("tradereportingfacility").replace_strict(TRF_MICS, default=None, return_dtype=pl.String)
    tape = pl.col("exchange").replace_strict(SIP_MICS, default=None, return_dtype=pl.String)
    trades = judged(rows, readings, facts.hours).select(
        "filtered_reason", "is_regular", "kind", "line",
        day=pl.lit(facts.day),
        symbol=canonical(rows["symbol"], "cms", facts.day),
        traded_at="at",
        sequence="sequencenumber",
        px="tradeprice",
        qty="tradevolume",
        venue=pl.when(pl.col("exchange") == "D").then(pl.coalesce(facility, tape)).otherwise(tape),
        venue_raw=pl.concat_str("exchange", pl.col("tradereportingfacility").fill_null("")),
        conditions="salecondition",
        source=pl.lit(TRADES_SOURCE + facts.suffix),
        resolution_ns=pl.lit(facts.resolution_ns),
    )  # fmt: skip
    return {"trades": trades}, {}


def _struck(facts: Facts) -> pl.Expr:
    """Why a trade does not stand, by its correction indicator; null where it does, and where the file says nothing of it."""
    said = pl.col("tradecorrectionindicator")
    words = {one.code: None if one.stands else f"correction indicator {one.code}: {one.name}" for one in in_force(conditions.CORRECTIONS, facts.day)}
    known = said.replace_strict({code: word for code, word in words.items() if word}, default=None, return_dtype=pl.String)
    return pl.when(said.is_in(list(words)) | said.is_null()).then(known).otherwise(pl.format("unknown correction indicator {}", said))


def _symbols(rows: pl.DataFrame, facts: Facts, tally: Tally) -> tuple[dict[str, pl.DataFrame], dict[str, int]]:
    tests = (pl.col("testsymbolflag") == "Y").fill_null(value=False)
    real = rows.filter(~tests)
    symbols = real.select(
        symbol=canonical(real["symbol"], "cms", facts.day),
        name="securitydescription",
        listed_at=pl.col("listedexchange").replace_strict(SIP_MICS, default=None, return_dtype=pl.String),
        asset_class=pl.lit("equity"),
        currency=pl.lit("USD"),
        round_lot=pl.when(pl.col("roundlot") > 0).then("roundlot").cast(QTY),
        from_on=pl.lit(facts.day),
        line="line",
    )
    gone = rows.height - real.height
    return {"symbols": symbols}, {"test symbol": gone} if gone else {}


def _quote_notes(clock: str, unit: int) -> tuple[str, ...]:
    said = "in round lots, made shares at 100 each (a symbol with another round lot is then wrong)" if unit > 1 else "in shares"
    return _clock_note(clock), f"sizes are taken as told {said}", _NOT_NATIONAL_BY_ITSELF


def _clock_note(clock: str) -> str:
    return "instants are the tape's own" if clock == "sip" else "instants are the venues' (participant timestamps)"


KINDS = (
    Kind(frozenset({"symbol", "bestbidprice", "bestofferprice", "sequencenumber"}), frozenset(), _nbbo_cells, _national_quotes, _quote_notes),
    Kind(
        frozenset({"exchange", "symbol", "bidprice", "offerprice", "sequencenumber"}),
        frozenset({"quotecondition", "nationalbboind", "sourceofquote"}), _quote_cells, _venue_quotes, _quote_notes,
    ),
    Kind(
        frozenset({"exchange", "symbol", "tradeprice", "tradevolume", "sequencenumber"}),
        frozenset({"salecondition", "tradecorrectionindicator", "sourceoftrade"}), _trade_cells, _trades, lambda clock, _unit: (_clock_note(clock),),
    ),
    Kind(
        frozenset({"symbol", "securitydescription", "listedexchange", "tape"}), frozenset({"roundlot"}),
        _master_cells, _symbols, lambda _clock, _unit: (), timed=False,
    ),
)  # fmt: skip
"""The NBBO file first: it has the quotes file's columns too."""
