"""The same inference by the textbook: every fill a row, every cell a column, matrices written out. A second implementation, slow and plain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]


class Dense:
    """Weighted least squares of `cost` on the subject's mark and one dummy a cell, over cells that hold the subject and another."""

    def __init__(self, fills: pl.DataFrame, subject: str) -> None:
        own = pl.col("venue") == subject
        rows = fills.filter(own.any().over("cell") & ~own.all().over("cell"))
        self.rows = rows
        cells = sorted(rows["cell"].unique())
        dummies = np.array([[float(cell == one) for one in cells] for cell in rows["cell"]])
        mark = (rows["venue"] == subject).to_numpy().astype(float)
        self.weight = rows["fill_qty"].to_numpy()
        self.design = np.column_stack([mark, dummies])
        self.cost = rows["cost"].to_numpy()
        self.bread = np.linalg.inv(self.design.T @ (self.weight[:, None] * self.design))
        self.parameters = self.bread @ self.design.T @ (self.weight * self.cost)
        self.residual = self.cost - self.design @ self.parameters
        self.symbol_day = [f"{symbol} {day}" for symbol, day in rows.select("symbol", "day").iter_rows()]
        self.order = [" ".join(map(str, key)) for key in rows.select("firm", "key_on", "symbol", "order_id").iter_rows()]

    def sandwich(self, group: Sequence[str], residual: Floats | None = None) -> Floats:
        """bread · Σ over clusters of (X'We)(X'We)' · bread, without any correction for small samples."""
        kept = self.residual if residual is None else residual
        scores = [self.design[at].T @ (self.weight[at] * kept[at]) for at in (np.array([g == one for g in group]) for one in sorted(set(group)))]
        return self.bread @ sum(np.outer(score, score) for score in scores) @ self.bread

    def two_way(self, residual: Floats | None = None) -> float:
        """Cameron, Gelbach and Miller (2011), equation 2.11, of the subject's effect."""
        both = [f"{day} {order}" for day, order in zip(self.symbol_day, self.order, strict=True)]
        by_day, by_order, by_both = (self.sandwich(group, residual)[0, 0] for group in (self.symbol_day, self.order, both))
        return float(by_day + by_order - by_both)

    def freed(self) -> Floats:
        """Bell and McCaffrey's (2002) residuals: (I − H_gg)^−½ e_g in the metric of the weights, with the whole hat matrix."""
        root = np.sqrt(self.weight)
        scaled = root[:, None] * self.design
        hat = scaled @ self.bread @ scaled.T
        freed = np.empty_like(self.residual)
        for one in set(self.symbol_day):
            at = np.flatnonzero([g == one for g in self.symbol_day])
            values, vectors = np.linalg.eigh(np.eye(at.size) - hat[np.ix_(at, at)])
            inverse_root = vectors @ np.diag([value**-0.5 if value > 1e-10 else 0.0 for value in values]) @ vectors.T
            freed[at] = inverse_root @ (root[at] * self.residual[at]) / root[at]
        return freed
