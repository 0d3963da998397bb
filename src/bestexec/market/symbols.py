"""One spelling of a symbol with a suffix, whatever notation a source writes it in.

Canonical is the root, a point and the suffix of the tapes' message format (CMS): `BRK.B`, `BAC.PRA`, `XYZ.WSA`.
Source: the ticker symbol convention that Nasdaq publishes, whose columns are these notations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.market.dated import Dated, in_force


@dataclass(frozen=True)
class Notation:
    """How a source marks where the suffix begins and spells its parts; every other sign of a suffix stands for itself."""

    signs: Mapping[str, str]
    """Sign → the part of a CMS suffix that it means. The first of them in a symbol begins its suffix."""


CMS = Notation({" ": ""})
"""Root, space, suffix, as in TAQ: `BRK B`, `BAC PRA`."""
NASDAQ = Notation(
    {"-": "PR", ".": "", "+": "WS", "$": "WD", "*": "CL", "#": "WI", "!": "EC", "@": "PP", "%": "CV", "^": "RT", "=": "U", "~": "TEST"},
)
"""Nasdaq's integrated platform, as in ITCH: `BRK.B`, `BAC-A`, `XYZ+`."""
CQS = Notation({"p": "PR", "r": "RT", "w": "WI", "/": "", ".": ""})
"""The quotation system's own, as in Massive (which writes a point for the stroke): `BRK.B`, `BACpA`, `XYZ.WS`, `XYZw`."""

NOTATIONS: Mapping[str, Dated[Notation]] = {"cms": ((None, CMS),), "nasdaq": ((None, NASDAQ),), "cqs": ((None, CQS),)}


def canonical(symbols: pl.Series, notation: str, on: date) -> pl.Series:
    """Symbols as some source spells them on the day `on`, in ours; nulls stay null. Each symbol that occurs is worked out once."""
    signs = in_force(NOTATIONS[notation], on).signs
    spelled = {symbol: canonical_of(symbol, signs) for symbol in symbols.unique().drop_nulls()}
    return symbols.replace_strict(spelled, default=None, return_dtype=pl.String)


def canonical_of(symbol: str, signs: Mapping[str, str]) -> str:
    """One symbol: `BACpA` with CQS's signs is `BAC.PRA`. A symbol without a root is left as it stands."""
    start = next((at for at, sign in enumerate(symbol) if sign in signs), len(symbol))
    suffix = "".join(signs.get(sign, sign) for sign in symbol[start:])
    return (f"{symbol[:start]}.{suffix}" if start and suffix else symbol).upper()
