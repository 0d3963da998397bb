"""Coverage as a picture: one bar a router, session or asset class, in four parts that add up to the tape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from oversight.liquidity import cut_tables, cuts
from oversight.liquidity.coverage import CANNOT_TELL, MISSING, PARTS, Coverage
from oversight.liquidity.lifecycle import DIRECT, THROUGH
from oversight.liquidity.tape import SESSIONS

LEFT, WIDE, STEP, TOP = 190, 400, 26, 6
"""Where the bars begin, how wide the whole tape is, and how far a row is from the next, in pixels."""
LOOKS = {DIRECT: ("#0b62a4", "1"), THROUGH: ("#0b62a4", "0.45"), MISSING: ("#c8501e", "1"), CANNOT_TELL: ("#9aa5b1", "0.4")}
"""Color and opacity of each part: those of the library's charts, which the page swaps by night."""


@dataclass(frozen=True)
class Part:
    """One part of a bar."""

    x: str
    width: str
    fill: str
    opacity: str
    said: str


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its parts, and what it says in a word at its end."""

    name: str
    y: int
    parts: tuple[Part, ...]
    said: str

    @property
    def text_y(self) -> int:
        return self.y + 12


@dataclass(frozen=True)
class Picture:
    """The bars, what they mean, and the sentence for who does not see them."""

    name: str
    title: str
    bars: tuple[Bar, ...]
    said: str

    @property
    def height(self) -> int:
        return TOP + STEP * len(self.bars)

    @property
    def legend(self) -> list[tuple[str, str, str]]:
        """(color, opacity, words) of each part."""
        return [(*LOOKS[name], PARTS[name]) for name in LOOKS]


def draw(name: str, title: str, rows: Iterable[tuple[str, Mapping[str, Decimal | None]]]) -> Picture | None:
    """The picture of (name, parts as fractions); None where there is nothing to draw."""
    known = [(words, {part: value for part, value in parts.items() if value is not None}) for words, parts in rows]
    bars = tuple(_bar(TOP + STEP * place, words, parts) for place, (words, parts) in enumerate(pair for pair in known if pair[1]))
    return Picture(name, title, bars, f"{title}: {'; '.join(f'{bar.name} {bar.said}' for bar in bars)}.") if bars else None


def _bar(y: int, name: str, parts: Mapping[str, Decimal]) -> Bar:
    drawn, start = [], Decimal(0)
    for part, (fill, opacity) in LOOKS.items():
        value = parts.get(part, Decimal(0))
        if value:
            drawn.append(Part(f"{LEFT + start * WIDE:.2f}", f"{value * WIDE:.2f}", fill, opacity, f"{PARTS[part]}: {value * 100:.2f} %"))
        start += value
    return Bar(name, y, tuple(drawn), f"{(parts.get(DIRECT, Decimal(0)) + parts.get(THROUGH, Decimal(0))) * 100:.2f} % reached")


def of_routers(found: Iterable[Coverage]) -> Picture | None:
    """Each router's coverage as a picture."""
    return draw("routers", "How much of the tape each router reaches", ((each.vendor.name, {name: each.part(name) for name in PARTS}) for each in found))


def of_cuts(found: Coverage) -> Picture | None:
    """One router's coverage by session and asset class as a picture."""
    rows = ((words.get(row.name, str(row.name)), {name: row.part(name) for name in PARTS}) for by, words in WORDS.items() for row in cuts.by(found, by))
    return draw("cuts", "How much of the tape it reaches, by session and by asset class", rows)


WORDS = {"session": SESSIONS, "asset_class": cut_tables.CLASSES}
