"""What the condition codes of quotes and trades on the consolidated tapes mean for us, by plan and date.

Each entry says how it is known: `plan`, told by the tape plans' documents as vendors publish them; `practice`, what published research does
(Holden and Jacobsen, Journal of Finance 69, 2014); `recalled`, from memory of the specifications and not seen again: confirm it against the
client specification of your files. A code that is in no table never counts as regular.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from bestexec.market.dated import Dated

CTA, UTP = "CTA", "UTP"
PLANS = {"C": CTA, "N": UTP}
"""Plan by TAQ's Source_Of_Quote and Source of Trade."""
BOTH = (CTA, UTP)

REGULAR, APART, OFFICIAL, EXTENDED = "regular", "apart", "official", "extended"
AUCTIONS = ("open", "close", "reopen")


@dataclass(frozen=True)
class SaleCondition:
    """`use` is REGULAR (its price says what the market was), an auction of AUCTIONS, EXTENDED, OFFICIAL (a price told again: no trade), or APART
    (a trade whose price was made otherwise or earlier). `massive` are the ids of the same in Massive's files."""

    code: str
    name: str
    use: str
    plans: tuple[str, ...] = BOTH
    massive: tuple[int, ...] = ()
    standing: str = "plan"


SALE_CONDITIONS: Dated[tuple[SaleCondition, ...]] = ((None, (
    SaleCondition("@", "regular sale", REGULAR, massive=(0,)),
    SaleCondition("A", "acquisition", REGULAR, massive=(1,)),
    SaleCondition("B", "bunched trade", REGULAR, (UTP,), (4,)),
    SaleCondition("B", "average price trade", APART, (CTA,)),
    SaleCondition("C", "cash sale", APART, massive=(7,)),
    SaleCondition("D", "distribution", REGULAR, massive=(11,)),
    SaleCondition("E", "automatic execution", REGULAR, (CTA,), (3,)),
    SaleCondition("F", "intermarket sweep", REGULAR, massive=(14,)),
    SaleCondition("G", "bunched sold trade", APART, massive=(5,)),
    SaleCondition("H", "price variation trade", APART, massive=(21,)),
    SaleCondition("I", "odd lot", REGULAR, massive=(37,)),
    SaleCondition("K", "rule 127 or 155 trade", REGULAR, massive=(23, 24)),
    SaleCondition("L", "sold last, reported late", APART, massive=(30,)),
    SaleCondition("M", "market center official close", OFFICIAL, massive=(15,)),
    SaleCondition("N", "next day settlement", APART, massive=(20,)),
    SaleCondition("O", "opening print", "open", massive=(17, 25)),
    SaleCondition("P", "prior reference price", APART, massive=(22,)),
    SaleCondition("Q", "market center official open", OFFICIAL, massive=(16,)),
    SaleCondition("R", "seller's option", APART, massive=(29,)),
    SaleCondition("S", "split trade", REGULAR, massive=(34,)),
    SaleCondition("T", "extended hours", EXTENDED, massive=(12,)),
    SaleCondition("U", "extended hours, sold out of sequence", EXTENDED, massive=(13,)),
    SaleCondition("V", "contingent trade", APART, massive=(52,)),
    SaleCondition("W", "average price trade", APART, massive=(2,)),
    SaleCondition("X", "cross trade", REGULAR, massive=(9,)),
    SaleCondition("Y", "yellow flag", REGULAR, massive=(36,)),
    SaleCondition("Z", "sold out of sequence", APART, massive=(32, 33)),
    SaleCondition("1", "stopped stock", REGULAR, massive=(27,)),
    SaleCondition("2", "stopped stock, sold last", APART, standing="recalled"),
    SaleCondition("3", "stopped stock, sold out of sequence", APART, standing="recalled"),
    SaleCondition("4", "derivatively priced", APART, massive=(10,)),
    SaleCondition("5", "reopening print", "reopen", massive=(18, 28)),
    SaleCondition("6", "closing print", "close", massive=(8, 19)),
    SaleCondition("7", "qualified contingent trade", APART, massive=(53,)),
    SaleCondition("9", "corrected consolidated close", OFFICIAL, massive=(38,)),
    SaleCondition("", "trade-through exempt", REGULAR, (), (41,)),
)),)  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """A trade's correction indicator; only a trade that `stands` is one."""

    code: str
    name: str
    stands: bool
    standing: str = "plan"


CORRECTIONS: Dated[tuple[Correction, ...]] = ((None, (
    Correction("00", "not corrected", stands=True),
    Correction("01", "corrected later; holds the corrected figures", stands=True),
    Correction("07", "later found to be an error", stands=False),
    Correction("08", "later canceled", stands=False),
    Correction("10", "cancel record", stands=False),
    Correction("11", "error record", stands=False),
    Correction("12", "correction record; holds the first, wrong figures", stands=False),
)),)  # fmt: skip
"""TAQ's. Research that takes 00 alone drops the corrected trades too."""


@dataclass(frozen=True)
class QuoteCondition:
    """A venue's quote condition, and whether such a quote takes part in the national best."""

    code: str
    name: str
    eligible: bool
    plans: tuple[str, ...] = BOTH
    standing: str = "practice"


QUOTE_CONDITIONS: Dated[tuple[QuoteCondition, ...]] = ((None, (
    QuoteCondition("A", "slow on the offer", eligible=True),
    QuoteCondition("B", "slow on the bid", eligible=True),
    QuoteCondition("C", "closing", eligible=False, standing="recalled"),
    QuoteCondition("D", "news dissemination", eligible=False, standing="recalled"),
    QuoteCondition("E", "slow on the bid at a price limit", eligible=False, standing="recalled"),
    QuoteCondition("F", "slow on the offer at a price limit, or fast trading", eligible=False, standing="recalled"),
    QuoteCondition("G", "trading range indication", eligible=False, standing="recalled"),
    QuoteCondition("H", "slow on both sides", eligible=True),
    QuoteCondition("I", "order imbalance", eligible=False, standing="recalled"),
    QuoteCondition("L", "closed", eligible=False, standing="recalled"),
    QuoteCondition("N", "not firm", eligible=False, standing="recalled"),
    QuoteCondition("O", "opening", eligible=True),
    QuoteCondition("P", "news pending", eligible=False, standing="recalled"),
    QuoteCondition("R", "regular", eligible=True),
    QuoteCondition("T", "resume", eligible=False, standing="recalled"),
    QuoteCondition("U", "slow on both sides at a price limit, or not firm", eligible=False, standing="recalled"),
    QuoteCondition("W", "slow by the slow list", eligible=True),
    QuoteCondition("X", "order influx or equipment changeover", eligible=False, standing="recalled"),
    QuoteCondition("Y", "one-sided, automated", eligible=True, plans=(UTP,), standing="recalled"),
    QuoteCondition("Z", "no open or no resume", eligible=False, standing="recalled"),
)),)  # fmt: skip
"""A quote that takes no part still ends the one before it."""

CANCELED_QUOTES: Dated[tuple[str, ...]] = ((None, ("B", "C")),)
"""TAQ's Quote_Cancel_Correction of a quote that no longer stands: canceled (practice), corrected (recalled)."""
NATIONAL_INDICATORS: Dated[tuple[tuple[str, str], ...]] = ((None, (("C", "1"), ("N", "4"))),)
"""(Source_Of_Quote, National_BBO_Ind) of a quote that is itself the whole national best and stands in no NBBO file: Holden and Jacobsen, footnotes 6 and 24."""

OFFICIAL_PRICE, AUCTION, OUTSIDE = "official price, no trade", "auction", "outside regular hours"


@dataclass(frozen=True)
class Reading:
    """What the conditions of one trade make of it: why it is not regular (None if it is), and its kind, one of `schema.TRADE_KINDS` (None: by the clock)."""

    reason: str | None
    kind: str | None


@cache
def read_sale(codes: tuple[str, ...], plan: str | None, table: tuple[SaleCondition, ...]) -> Reading:
    """The reading of a trade's SIP letters; without a known plan, a letter must mean the same use on both."""
    found = [_use_of([one for one in table if one.code == code and (plan in one.plans or (plan is None and one.plans))], code) for code in codes]
    return _strictest(found)


@cache
def read_massive(ids: tuple[int, ...], table: tuple[SaleCondition, ...]) -> Reading:
    """The same of Massive's ids."""
    return _strictest([_use_of([one for one in table if number in one.massive], str(number)) for number in ids])


def _use_of(entries: list[SaleCondition], code: str) -> tuple[str, str]:
    """(use, words)."""
    uses = {one.use for one in entries}
    if len(uses) != 1:
        return APART, f"unknown sale condition {code}" if not uses else f"sale condition {code} differs by plan, which is not told"
    return entries[0].use, entries[0].name


def _strictest(found: Iterable[tuple[str, str]]) -> Reading:
    """An official price is none of the others; a trade priced apart is no auction."""
    by_use = dict(reversed(list(found)))
    if OFFICIAL in by_use:
        return Reading(OFFICIAL_PRICE, "other")
    if APART in by_use:
        return Reading(by_use[APART], EXTENDED if EXTENDED in by_use else "other")
    if EXTENDED in by_use:
        return Reading(OUTSIDE, EXTENDED)
    auction = next((use for use in AUCTIONS if use in by_use), None)
    return Reading(AUCTION if auction else None, auction)


def judged(rows: pl.DataFrame, by_key: dict[str, Reading], hours: tuple[int, int] | None) -> pl.DataFrame:
    """`rows` (`key`, `at` and `struck`: why it does not stand, or null) with filtered_reason, is_regular and kind. `hours` are epoch ns, [open, close)."""
    reasons, kinds = ({key: value for key, reading in by_key.items() if (value := getattr(reading, name))} for name in ("reason", "kind"))
    outside = (pl.col("at") < hours[0]) | (pl.col("at") >= hours[1]) if hours else pl.lit(value=True)
    told, kind = (pl.col("key").replace_strict(words, default=None, return_dtype=pl.String) for words in (reasons, kinds))
    reason = pl.coalesce("struck", told, pl.when(outside).then(pl.lit(OUTSIDE)))
    by_clock = pl.when(reason.is_null()).then(pl.lit(REGULAR)).when(reason == OUTSIDE).then(pl.lit(EXTENDED)).otherwise(pl.lit("other"))
    found = rows.with_columns(filtered_reason=reason, kind=pl.when(pl.col("struck").is_not_null()).then(pl.lit("other")).otherwise(pl.coalesce(kind, by_clock)))
    return found.with_columns(is_regular=pl.col("filtered_reason").is_null())


LIMIT_STATES = {
    "E": "the national best bid is at the upper band", "F": "the national best offer is at the lower band",
    "G": "the national best bid is at the upper band, and the offer above it", "H": "the national best offer is at the lower band, and the bid below it",
}  # fmt: skip
"""Letters of the national LULD indicator by which both plans tell a limit state (CQS and UQDF output specifications)."""
NO_LIMIT_STATES = ("A", "B", "C", "D", "I")
"""The others: executable, outside the bands, or crossed at both, which is no limit state."""
