"""Task T through the library's quote book, as any user would write it."""

from __future__ import annotations

from pathlib import Path

HORIZONS_NS = (0, 50_000_000, 1_000_000_000, 15_000_000_000, 60_000_000_000, 300_000_000_000)


def book(folder: Path) -> list[float]:
    """The book is ready in `folder`/book."""
    import numpy as np
    import polars as pl

    from bestexec.linking.asof import AsOf
    from bestexec.quotes import NONE, QuoteBook

    quotes = QuoteBook.open(folder / "book")
    fills = pl.read_parquet(folder / "fills.parquet").sort("symbol", maintain_order=True)
    codes = quotes.codes(fills["symbol"])
    group = fills["venue"].to_numpy().astype(np.int64) * 2 + (fills["side"].to_numpy() > 0)
    price2, shares, signed = 2 * fills["px"].to_numpy(), fills["qty"].to_numpy(), (fills["qty"] * fills["side"]).to_numpy()
    cells = []
    for instant in (fills["rt"], *(fills["et"] + h for h in HORIZONS_NS)):
        mid2 = quotes.mid2(quotes.locate(codes, instant.to_numpy(), AsOf.AT_OR_BEFORE))
        known = mid2 != NONE
        cost = np.bincount(group, weights=np.where(known, signed * (price2 - mid2 * 1e-8), 0.0))
        cells.append(cost / np.bincount(group, weights=shares * known))
    return np.stack(cells, axis=1).ravel().tolist()
