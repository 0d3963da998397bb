"""One spelling of suffixes, from every column of the published convention."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from bestexec.market.symbols import canonical

ON = date(2026, 1, 2)
CONVENTION = (  # canonical, CMS, Nasdaq's platform, CQS: rows of Nasdaq's ticker symbol convention
    ("X.PR", "X PR", "X-", "Xp"),
    ("X.PRA", "X PRA", "X-A", "XpA"),
    ("X.A", "X A", "X.A", "X/A"),
    ("X.PRWD", "X PRWD", "X-$", "Xp/WD"),
    ("X.WD", "X WD", "X$", "X/WD"),
    ("X.WS", "X WS", "X+", "X/WS"),
    ("X.WSA", "X WSA", "X+A", "X/WS/A"),
    ("X.CL", "X CL", "X*", "X/CL"),
    ("X.ACL", "X ACL", "X.A*", "X/A/CL"),
    ("X.PRCL", "X PRCL", "X-*", "Xp/CL"),
    ("X.PRACL", "X PRACL", "X-A*", "XpA/CL"),
    ("X.PRAWI", "X PRAWI", "X-A#", "XpAw"),
    ("X.EC", "X EC", "X!", "X/EC"),
    ("X.PP", "X PP", "X@", "X/PP"),
    ("X.CV", "X CV", "X%", "X/CV"),
    ("X.CVCL", "X CVCL", "X%*", "X/CV/CL"),
    ("X.ACV", "X ACV", "X.A%", "X/A/CV"),
    ("X.PRACV", "X PRACV", "X-A%", "XpA/CV"),
    ("X.PRAWD", "X PRAWD", "X-A$", "XpA/WD"),
    ("X.RT", "X RT", "X^", "Xr"),
    ("X.U", "X U", "X=", "X/U"),
    ("X.WI", "X WI", "X#", "Xw"),
    ("X.RTWI", "X RTWI", "X^#", "Xrw"),
    ("X.PRWI", "X PRWI", "X-#", "Xpw"),
    ("X.AWI", "X AWI", "X.A#", "X/Aw"),
    ("X.WSWI", "X WSWI", "X+#", "X/WSw"),
    ("X.TEST", "X TEST", "X~", "X/TEST"),
)


@pytest.mark.parametrize(("place", "notation"), [(1, "cms"), (2, "nasdaq"), (3, "cqs")])
def test_every_row_of_the_convention_comes_out_in_one_spelling(place: int, notation: str) -> None:
    assert canonical(pl.Series([row[place] for row in CONVENTION]), notation, ON).to_list() == [row[0] for row in CONVENTION]


def test_massive_writes_a_point_for_the_stroke() -> None:
    assert canonical(pl.Series(["BRK.B", "BACpL", "XYZ.WS.A", "XYZ.U", "XYZw"]), "cqs", ON).to_list() == ["BRK.B", "BAC.PRL", "XYZ.WSA", "XYZ.U", "XYZ.WI"]


def test_a_symbol_without_suffix_or_root_stays_and_null_stays_null() -> None:
    assert canonical(pl.Series(["IBM", "NA", "null", ".A", None, "ibm "], dtype=pl.String), "cms", ON).to_list() == ["IBM", "NA", "NULL", ".A", None, "IBM "]
    assert canonical(pl.Series([], dtype=pl.String), "nasdaq", ON).to_list() == []
