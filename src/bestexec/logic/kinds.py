"""The kinds of rules that a vendor's description of its router can state: what each tests, with the terms it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from bestexec.logic.rules import Rule
from bestexec.logic.tried import before, highest_before
from bestexec.units import COUNT, NS_PER_MS, TEXT

TermKind = Literal["venues", "sessions", "count", "milliseconds", "shares", "flag"]
IMMEDIATE = ("ioc", "fok")
AUCTIONS = ("market_on_open", "limit_on_open", "market_on_close", "limit_on_close")
AUCTION_TIFS = ("opg", "cls")


@dataclass(frozen=True)
class Term:
    """One term of a kind. A flag that is not written is false."""

    name: str
    kind: TermKind
    meaning: str
    is_needed: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of rule, asked of each row of `tried` that the rule concerns.

    Of these, the rows where `among` is true are tested; `broken` says of each whether it breaks the rule, null where that cannot be told; `why` says it in
    words. A kind that names `judged_by` is not asked of single routes: that judgement answers it.
    """

    key: str
    meaning: str
    terms: tuple[Term, ...] = ()
    among: Callable[[Rule], pl.Expr] = lambda rule: pl.lit(True)
    broken: Callable[[Rule], pl.Expr] = lambda rule: pl.lit(None, dtype=pl.Boolean())
    why: Callable[[Rule], pl.Expr] = lambda rule: pl.lit(None, dtype=TEXT)
    one_of: tuple[str, ...] = ()
    """Terms of which at least one must be written."""
    judged_by: str = ""


_VENUES = Term("venues", "venues", "MICs, in the order stated.")


def _at(rule: Rule) -> pl.Expr:
    return pl.col("venue").is_in(rule.venues())


def _listed(rule: Rule) -> str:
    return ", ".join(rule.venues())


def _place(rule: Rule) -> pl.Expr:
    """Place of the route's venue on the list, from 1; null off it."""
    return pl.col("venue").replace_strict({venue: place for place, venue in enumerate(rule.venues(), start=1)}, default=None, return_dtype=COUNT)


def _out_of_order(rule: Rule) -> pl.Expr:
    furthest = highest_before(_place(rule)).fill_null(0)
    skipped = (furthest < _place(rule) - 1) & pl.lit(not rule.terms.get("may_skip", False))
    unknown = before(pl.col("venue").is_null())
    return pl.when(pl.col("attempt").is_null()).then(None).when(furthest > _place(rule)).then(True).when(unknown).then(None).otherwise(skipped)


def _at_midpoint(rule: Rule) -> pl.Expr:
    return (pl.col("route_type") == "midpoint_peg").fill_null(False) | _at(rule)


def _size_is_barred(rule: Rule) -> pl.Expr:
    tests = [compared(pl.col("route_qty"), rule.terms[name]) for name, compared in (("qty_from", pl.Expr.ge), ("qty_below", pl.Expr.lt)) if name in rule.terms]
    return pl.all_horizontal(tests)


def _barred_sizes(rule: Rule) -> str:
    words = [f"{word} {rule.terms[name]}" for name, word in (("qty_from", "from"), ("qty_below", "below")) if name in rule.terms]
    return " and ".join(words)


def _follows() -> pl.Expr:
    return pl.when(pl.col("attempt").is_not_null()).then(pl.col("attempt_starts") > pl.col("sequence_starts"))


def _gap_ns() -> pl.Expr:
    return pl.col("routed_at") - pl.col("previous_at")


def _too_soon(rule: Rule) -> pl.Expr:
    least = _least_ns(rule)
    return pl.when(_gap_ns() + pl.col("clock_ns") < least).then(True).when(_gap_ns() - pl.col("clock_ns") >= least).then(False)


def _least_ns(rule: Rule) -> int:
    least = rule.terms["gap_ms"]
    assert isinstance(least, Decimal)
    return int(least * NS_PER_MS)


def _sessions(rule: Rule) -> tuple[str, ...]:
    sessions = rule.terms["barred_sessions"]
    assert isinstance(sessions, tuple)
    return sessions


def _most(rule: Rule) -> int:
    attempts = rule.terms["attempts"]
    assert isinstance(attempts, int)
    return attempts


def _is_immediate() -> pl.Expr:
    return pl.col("route_tif").is_in(IMMEDIATE)


def _is_auction() -> pl.Expr:
    return pl.col("route_type").is_in(AUCTIONS) | pl.col("route_tif").is_in(AUCTION_TIFS)


KINDS = (
    Kind(
        "first_attempt_among", "The first attempt goes to one of `venues`.", (_VENUES,),
        among=lambda rule: pl.col("attempt") == 1, broken=lambda rule: ~_at(rule),
        why=lambda rule: pl.format("the first attempt went to {}; stated: one of " + _listed(rule), "venue"),
    ),
    Kind(
        "venues_in_order", "Of `venues`, one that stands earlier is never tried after one that stands later; and none is passed over, unless `may_skip`.",
        (_VENUES, Term("may_skip", "flag", "Whether a venue of the list may be passed over.", is_needed=False)),
        among=_at, broken=_out_of_order,
        why=lambda rule: pl.format("attempt {} went to {}, number {} of the order stated, after {} of it; stated: " + _listed(rule),
                                   "attempt", "venue", _place(rule), _nth(highest_before(_place(rule)))),
    ),
    Kind(
        "midpoint_first", "Before any other, a midpoint order or one of `venues`, which are dark, has been tried.", (_VENUES,),
        among=lambda rule: ~_at_midpoint(rule), broken=lambda rule: ~before(_at_midpoint(rule)),
        why=lambda rule: pl.format("attempt {} went to {} and no midpoint had been tried; stated first: " + _listed(rule), "attempt", "venue"),
    ),
    Kind(
        "never_by_size", "Routes of `qty_from` shares up, or below `qty_below`, never go to `venues`.",
        (
            _VENUES, Term("qty_from", "shares", "Routed shares, included.", is_needed=False),
            Term("qty_below", "shares", "Routed shares, not included.", is_needed=False),
        ),
        one_of=("qty_from", "qty_below"), among=_size_is_barred, broken=_at,
        why=lambda rule: pl.format("{} shares went to {}; stated: none " + _barred_sizes(rule), _shares("route_qty"), "venue"),
    ),
    Kind(
        "only_venues", "Routes go to `venues` alone.", (_VENUES,), broken=lambda rule: ~_at(rule),
        why=lambda rule: pl.format("a {} order went to {}; stated: " + _listed(rule) + " alone", pl.col("order_type").fill_null("customer's"), "venue"),
    ),
    Kind(
        "no_venues_in_sessions", "Orders received in `barred_sessions` never go to `venues`.",
        (_VENUES, Term("barred_sessions", "sessions", "Sessions at the order's receipt.")),
        among=lambda rule: pl.col("session").is_in(_sessions(rule)), broken=_at,
        why=lambda rule: pl.format("an order of the {} session went to {}; stated: never", "session", "venue"),
    ),
    Kind(
        "most_attempts", "An order is tried at most `attempts` times.", (Term("attempts", "count", "Attempts in one sequence."),),
        broken=lambda rule: pl.col("attempt") > _most(rule),
        why=lambda rule: pl.format("attempt {} went to {}; stated: at most " + str(rule.terms["attempts"]), "attempt", "venue"),
    ),
    Kind(
        "least_gap", "From one attempt to the next at least `gap_ms` pass.", (Term("gap_ms", "milliseconds", "From sending to sending."),),
        among=lambda rule: _follows(), broken=_too_soon,
        why=lambda rule: pl.format("attempt {} followed {} ms after the one before; stated: at least " + str(rule.terms["gap_ms"]) + " ms",
                                   "attempt", _gap_ns() / NS_PER_MS),
    ),
    Kind(
        "immediate_then_post", "An order rests at a venue only after an immediate-or-cancel or fill-or-kill route of it was tried.",
        among=lambda rule: ~_is_immediate() & ~_is_auction(), broken=lambda rule: ~before(_is_immediate()),
        why=lambda rule: pl.format("attempt {} rested at {} as {} and nothing immediate had been tried", "attempt", "venue", "route_tif"),
    ),
    Kind(
        "auctions_at_primary", "Orders for an auction go to the symbol's primary listing.", among=lambda rule: _is_auction(),
        broken=lambda rule: pl.col("venue") != pl.col("listed_at"),
        why=lambda rule: pl.format("an order for an auction went to {}; its primary listing is {}", "venue", "listed_at"),
    ),
    Kind("no_rebates", "At equal quality, what a venue pays or charges does not decide where an order goes.", judged_by="steering"),
)  # fmt: skip

BY_KEY = {kind.key: kind for kind in KINDS}


def _nth(place: pl.Expr) -> pl.Expr:
    return pl.when(place.is_null()).then(pl.lit("none")).otherwise(pl.format("number {}", place))


def _shares(column: str) -> pl.Expr:
    """Shares without the zeros after the point."""
    return pl.col(column).cast(TEXT).str.strip_chars_end("0").str.strip_chars_end(".")
