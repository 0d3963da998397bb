"""Rule 606 reports at the command line: what was written, what keeps one from being filed, and how another's differs."""

from __future__ import annotations

from bestexec.file606 import Held, Written
from bestexec.filings.rule606.gaps import Gap

MOST = 8
"""Points that begin alike, and orders behind a difference, that are shown before the rest is counted."""


def written(told: Written) -> str:
    """What was written and said, with every point that keeps a report from being filed."""
    lines = [f"wrote {path}" for path in told.files]
    lines += list(told.remarks)
    if told.gaps:
        lines += [f"{len(told.gaps)} point{'s keep' if len(told.gaps) > 1 else ' keeps'} the report from being filed:", *_gaps(told.gaps)]
        lines.append("It is a draft, and says so." if told.files else "Nothing was written. --draft writes it as a draft.")
    return "\n".join(lines)


def _gaps(gaps: tuple[Gap, ...]) -> list[str]:
    """The points, those with the same advice together."""
    by_advice: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_advice.setdefault(gap.do, []).append(gap)
    lines = []
    for advice, alike in by_advice.items():
        lines.append(f"→ {advice}")
        lines += [f"    {gap.what}" + (f" ({gap.orders:,} orders)" if gap.orders else "") for gap in alike[:MOST]]
        lines += [f"    … and {len(alike) - MOST} more (--json has all)"] if len(alike) > MOST else []
    return lines


def held(told: Held) -> str:
    """Each difference in a line or two, with some of the orders behind it."""
    wrong, doubts = (sum(found.is_doubt is is_doubt for found in told.differences) for is_doubt in (False, True))
    lines = [f"{wrong} differences, {doubts} doubts"]
    for found, rows in zip(told.differences, told.orders, strict=True):
        figures = f": theirs {found.theirs or 'empty'}, ours {found.ours or 'empty'}" if found.theirs or found.ours else ""
        lines.append(f"{found.kind} · {found.where.told()}{figures if len(figures) < 160 else ''}")
        lines.append(f"    {found.says}")
        if rows.height:
            shown = ", ".join(rows["order_id"].head(MOST).to_list())
            lines.append(f"    {rows.height:,} orders of ours: {shown}{' …' if rows.height > MOST else ''}")
    lines += [f"Our own report is not to be filed yet: {len(told.gaps)} points (bestexec file606)."] if told.gaps else []
    return "\n".join(lines)
