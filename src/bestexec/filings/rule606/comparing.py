"""A Rule 606 report that someone else made, held against ours cell by cell: every difference has a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bestexec.errors import Problem
from bestexec.filings.rule606.cells import ASPECTS, KINDS, Line, Where, lines, type_of
from bestexec.filings.rule606.document import Node, decimal_of
from bestexec.market.rule606 import CPH, PUBLIC, SECTION_PCT, USD, VENUE_PCT
from bestexec.market.rule606 import TYPES as PAID_TYPES
from bestexec.market.venues import kind_of

TOLERANCES = {"pct": Decimal("0.01"), "usd": Decimal("0.01"), "cph": Decimal("0.01"), "shares": Decimal("0.001"), "whole": Decimal(0)}
"""How far two cells of a type may be apart: a last digit that was rounded another way is no difference."""
PartsOf = Callable[[Where], Mapping[str, Fraction]]
"""What our cell of dollars is made of, by kind of payment."""


@dataclass(frozen=True)
class Difference:
    """One thing in which the reports differ. `ours` and `theirs` are the cells' texts; a doubt is no error, and somebody should look at it."""

    kind: str
    where: Where
    theirs: str
    ours: str
    says: str
    is_doubt: bool = False


WRONG, FLIPPED, TWICE, MISSING, STRANGE, NO_TYPE, ROUTER, BLANK, COPIED, HEAD = (
    "wrong cell", "sign flipped", "venue twice", "missing line", "line we do not have", "order type missing", "router-only broker named",
    "aspects blank", "aspects copied forward", "another report",
)  # fmt: skip


def compare(
    theirs: Node, ours: Node, *, tolerances: Mapping[str, Decimal] = TOLERANCES, before: Node | None = None, routers: Sequence[str] = (),
    parts_of: PartsOf = lambda where: {},
) -> tuple[Difference, ...]:  # fmt: skip
    """Every difference, in the order of our report and then of theirs.

    `before` is the report that the same maker filed a quarter earlier; `routers` are brokers that our own routes show as routing on only.
    Raises Problem when the two are reports of different kinds, or a number cannot be read.
    """
    if theirs.name != ours.name:
        raise Problem(f"the report is a {theirs.name}, and ours a {ours.name}", do="compare reports of the same kind")
    found = [*_heads(theirs, ours)]
    of_theirs, of_ours = _by_place(theirs), _by_place(ours)
    for place in dict.fromkeys((*of_ours, *of_theirs)):
        found += _line(of_theirs.get(place, []), of_ours.get(place, []), tolerances, parts_of)
    if theirs.name == PUBLIC:
        found += [*_routers(of_theirs, routers), *_aspects(of_theirs, of_ours, _by_place(before) if before else {})]
    return tuple(found)


Place = tuple[str, str, str]


def _by_place(report: Node) -> dict[Place, list[Line]]:
    by_place: dict[Place, list[Line]] = defaultdict(list)
    for line in lines(report):
        by_place[line.month, line.section, line.venue].append(line)
    return dict(by_place)


def _heads(theirs: Node, ours: Node) -> Iterator[Difference]:
    for name in ("year", "qtr", "startDate", "endDate"):
        if theirs.value(name) != ours.value(name):
            yield Difference(HEAD, Where("", "", "", name), theirs.value(name), ours.value(name), "it is about another time")


def _line(theirs: list[Line], ours: list[Line], tolerances: Mapping[str, Decimal], parts_of: PartsOf) -> Iterator[Difference]:
    if not theirs or not ours:
        line = (theirs or ours)[0]
        share = line.cells.get("orderPct", "")
        where = Where(line.month, line.section, line.venue, "")
        what = "our report has it" if ours else "our report does not name it"
        yield Difference(
            MISSING if ours else STRANGE, where, share if theirs else "", share if ours else "", what + (f", with {share} % of the orders" if share else "")
        )
        return
    line = theirs[0]
    if len(theirs) > len(ours):
        where, shares = Where(line.month, line.section, line.venue, ""), [each.cells.get("orderPct", "") for each in theirs]
        same = all(each.cells == line.cells for each in theirs)
        named = " and ".join(f"{each.named or each.venue} {share} %".strip() for each, share in zip(theirs, shares, strict=True))
        says = f"it stands {len(theirs)} times{', with the same figures' if same else ''}: {named}"
        yield Difference(TWICE, where, ", ".join(shares), ours[0].cells.get("orderPct", ""), says)
        found = [list(_cells(each, ours[0], tolerances, parts_of)) for each in (line, _together(theirs))]
        yield from min(found, key=len)
        return
    yield from _cells(line, ours[0], tolerances, parts_of)


def _together(several: list[Line]) -> Line:
    """The lines of one venue added up: orders and dollars; rates cannot be."""
    sums: dict[str, str] = {}
    for element, kind in KINDS.items():
        cells = [_number(line.cells[element]) for line in several if element in line.cells and kind in ("pct", "usd", "shares")]
        if cells:
            sums[element] = str(sum((cell for cell in cells if cell is not None), Decimal(0)))
    return Line(several[0].month, several[0].section, several[0].venue, several[0].named, sums)


def _cells(theirs: Line, ours: Line, tolerances: Mapping[str, Decimal], parts_of: PartsOf) -> Iterator[Difference]:
    missing = _types_missing(theirs, ours)
    for kind, share in missing.items():
        where = Where(ours.month, ours.section, ours.venue, VENUE_PCT[kind] if ours.venue else SECTION_PCT[kind])
        yield Difference(NO_TYPE, where, theirs.cells.get(where.field, ""), share, f"{kind.replace('_', ' ')} orders are left empty, and we have {share} %")
    for element in dict.fromkeys((*ours.cells, *theirs.cells)):
        if element == ASPECTS or element not in ours.cells or element not in theirs.cells:
            if element not in KINDS:
                yield _count_differs(theirs, ours, element)
            continue
        if type_of(element) in missing:
            continue
        yield from _cell(Where(ours.month, ours.section, ours.venue, element), theirs.cells[element], ours.cells[element], tolerances, parts_of)


def _types_missing(theirs: Line, ours: Line) -> dict[str, str]:
    """Order types of which they state nothing and we have orders, with our share."""
    found = {}
    for kind, _ in PAID_TYPES:
        names = (VENUE_PCT[kind], USD[kind], CPH[kind]) if ours.venue else (SECTION_PCT[kind],)
        share = ours.cells.get(names[0], "")
        if _number(share) and all(name in theirs.cells and theirs.cells[name].strip(" 0.-") == "" for name in names):
            found[kind] = share
    return found


def _count_differs(theirs: Line, ours: Line, what: str) -> Difference:
    """A route or a transaction of an order that one of the reports lacks."""
    says = "our report does not have it" if what in theirs.cells else "the report does not have it"
    return Difference(WRONG, Where(ours.month, ours.section, ours.venue, what), theirs.cells.get(what, ""), ours.cells.get(what, ""), says)


def _cell(where: Where, theirs: str, ours: str, tolerances: Mapping[str, Decimal], parts_of: PartsOf) -> Iterator[Difference]:
    kind = KINDS.get(where.field, "")
    if kind not in tolerances:
        if theirs.strip() != ours.strip():
            yield Difference(WRONG, where, theirs, ours, "the texts differ")
        return
    try:
        left, right = decimal_of(theirs), decimal_of(ours)
    except ValueError as error:
        yield Difference(WRONG, where, theirs, ours, str(error))
        return
    if left is None or right is None:
        if left or right:
            yield Difference(WRONG, where, theirs, ours, "empty in one of the two")
        return
    near = tolerances[kind]
    if abs(left - right) <= near:
        return
    if abs(left + right) <= near:
        yield Difference(FLIPPED, where, theirs, ours, "the same amount with the other sign: received (+) and paid (−) are exchanged")
        return
    flipped = _flipped_part(left, right, near, parts_of(where)) if kind == "usd" else ""
    yield Difference(FLIPPED if flipped else WRONG, where, theirs, ours, flipped or f"they are {left - right:+f} apart")


def _number(text: str) -> Decimal | None:
    """The number in a cell; None also for one that cannot be read, which is told as a wrong cell."""
    try:
        return decimal_of(text)
    except ValueError:
        return None


def _flipped_part(theirs: Decimal, ours: Decimal, near: Decimal, parts: Mapping[str, Fraction]) -> str:
    """Which kind of payment, taken with the other sign, explains the difference; empty when none does."""
    for kind, amount in parts.items():
        if amount and abs(Fraction(theirs) - Fraction(ours) + 2 * amount) <= near + Decimal("0.01"):
            return f"explained by the sign of every {kind.replace('_', ' ')} there ({float(amount):+.2f} USD)"
    return ""


def _routers(theirs: Mapping[Place, list[Line]], routers: Sequence[str]) -> Iterator[Difference]:
    for (month, section, venue), of_venue in theirs.items():
        if venue and (venue in routers or kind_of(venue) == "broker"):
            says = f"{of_venue[0].named or venue} is a broker that only routes on; the venues where it sent orders are not told"
            yield Difference(ROUTER, Where(month, section, venue, ""), of_venue[0].cells.get("orderPct", ""), "", says, is_doubt=True)


def _aspects(theirs: Mapping[Place, list[Line]], ours: Mapping[Place, list[Line]], before: Mapping[Place, list[Line]]) -> Iterator[Difference]:
    """Material aspects that are blank though money passed or ours are not, and those that read as a quarter before."""
    earlier: dict[str, set[str]] = defaultdict(set)
    for (_, _, venue), of_venue in before.items():
        earlier[venue] |= {line.cells.get(ASPECTS, "").strip() for line in of_venue}
    told = set[str]()
    for (month, section, venue), of_venue in theirs.items():
        text, where = of_venue[0].cells.get(ASPECTS, "").strip(), Where(month, section, venue, ASPECTS)
        our_text = ours[month, section, venue][0].cells.get(ASPECTS, "") if (month, section, venue) in ours else ""
        paid = any(_number(of_venue[0].cells.get(element, "")) for element in USD.values())
        if venue and not text and (paid or our_text) and venue not in told:
            told.add(venue)
            yield Difference(BLANK, where, "", our_text, "money passed, and nothing is said of the relationship" if paid else "ours are not blank")
        elif venue and text and text in earlier[venue] and venue not in told:
            told.add(venue)
            yield Difference(COPIED, where, text, our_text, "word for word as in the report before: somebody should say that nothing changed", is_doubt=True)
