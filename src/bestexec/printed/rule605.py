"""What the command line prints of a Rule 605 report and of a comparison."""

from __future__ import annotations

from bestexec.file605.comparing import Held
from bestexec.file605.month import Month
from bestexec.file605.page import attention
from bestexec.file605.publishing import Published
from bestexec.filings.rule605 import counts
from bestexec.filings.rule605.invariants import KEYS
from bestexec.printed import NOTHING
from bestexec.printed.terminal import drawn, lined

FEW = 10


def filed(month: Month, written: Published) -> str:
    """What was covered, what was left out and why, and where the files are."""
    every = month.covered.height + month.left_out.height
    counted = f"{month.covered.height:,} of {every:,} orders covered, {month.fills.height:,} executions, {month.detail.height:,} rows"
    heads = [f"{month.readings.month:%Y-%m}, {month.named.code}: {counted}; {len(month.invariants)} invariants kept."]
    heads += [f"! {title}: {text}" for title, text in attention(month)]
    lines = lined(("left out because", ">orders", ">shares"))
    for why, orders, shares in counts(month.left_out).iter_rows():
        lines.add_row(why, f"{orders:,}", f"{shares.normalize():,f}")
    end = "wrote" if written.is_added else "unchanged"
    tail = [f"{end} {path}" for path in written.files]
    if written.corrects:
        tail.insert(0, f"a corrected report: it names the one before, SHA-256 {written.corrects}")
    return drawn(*heads, *([lines] if month.left_out.height else []), *tail)


def held(found: Held, file: str) -> str:
    """One line a difference, and below each row that differs the first orders behind ours."""
    told = found.compared.differences
    heads = [f"{file}: {found.compared.rows:,} rows in both, {found.compared.cells:,} cells compared, {told.height:,} differences."]
    if found.compared.scaled:
        heads.append("Its fractions are filed in percent; they were compared as fractions.")
    parts: list[object] = []
    for key, rows in told.group_by(KEYS, maintain_order=True):
        lines = lined(("line", "cell", "kind", ">ours", ">theirs", ">theirs less ours"))
        for row in rows.iter_rows(named=True):
            gap = NOTHING if row["difference"] is None else f"{row['difference'].normalize():f}"
            place = f"{row['place']} {row['cell']}" if row["cell"] else "the row"
            lines.add_row(str(row["line"] or NOTHING), place, row["kind"], row["ours"] or NOTHING, row["theirs"] or NOTHING, gap)
        behind = found.behind.get(tuple(str(part) for part in key))
        parts += [" ".join(str(part) for part in key), lines]
        if behind is not None:
            few = [f"{row['order_id']} ({row['import_id'][:8]}:{row['line']})" for row in behind.head(FEW).iter_rows(named=True)]
            more = f" and {behind.height - FEW:,} more, with --json" if behind.height > FEW else ""
            parts.append(f"  behind ours, {behind.height:,} orders: {', '.join(few)}{more}")
    return drawn(*heads, *parts)  # type: ignore[arg-type]  # tables and texts in turn
