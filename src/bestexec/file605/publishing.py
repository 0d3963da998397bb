"""The month's folder: detail, summary, orders left out, account and page, visible in one step and never written over."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bestexec.errors import Problem
from bestexec.file605 import page
from bestexec.file605.month import Month
from bestexec.filings import validate
from bestexec.filings.rule605 import counts
from bestexec.filings.rule605.writing import detail_bytes, summary_bytes
from bestexec.report import html, pdf
from bestexec.runs import code_identity
from bestexec.store import publish, write_json

LEFT_OUT = ("firm", "key_on", "symbol", "order_id", "excluded", "import_id", "line")


@dataclass(frozen=True)
class Published:
    """Where a month's report stands; `is_added` is false where the same bytes stood there already, `corrects` is the hash of what it replaces."""

    folder: Path
    files: tuple[Path, ...]
    is_added: bool
    corrects: str


def write(month: Month, to: Path, progress: Callable[[str, int, int], None] = lambda what, done, of: None) -> Published:
    """Publish the report as a folder CODEyyyymm in `to`; where one with other figures stands, a corrected one beside it that names its hash.

    Raises Problem, writing nothing, where a written file does not keep its own layout's rules or the disk refuses.
    """
    stem = f"{month.named.code}{month.readings.month:%Y%m}"
    detail = detail_bytes(month.detail)
    standing = _standing(to, stem)
    corrects = ""
    for number, folder in enumerate(standing):
        if number == len(standing) - 1 and _same(folder, month, stem, detail):
            return Published(folder, tuple(sorted(folder.iterdir())), is_added=False, corrects=corrects)
        corrects = _digest((folder / f"{stem}.txt").read_bytes())
    target = to / (stem if not standing else f"{stem}-{len(standing) + 1}")
    staging = to / f".{target.name}.staging"
    progress("writing and drawing", 0, 1)
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        _fill(staging, month, stem, detail, corrects)
        _valid(staging, stem)
        publish(staging, target)
    except OSError as error:
        raise Problem(f"the report could not be written: {error.strerror}", where=str(to), do="free disk space or name another folder") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Published(target, tuple(sorted(target.iterdir())), is_added=True, corrects=corrects)


def _standing(to: Path, stem: str) -> list[Path]:
    """The folders of the month that stand, the first report first."""
    found = [to / stem] if (to / stem).is_dir() else []
    while found and (after := to / f"{stem}-{len(found) + 1}").is_dir():
        found.append(after)
    return found


def _same(folder: Path, month: Month, stem: str, detail: bytes) -> bool:
    """Whether the folder holds what would be written now."""
    made = contents(month, stem, detail)
    return all((folder / name).is_file() and (folder / name).read_bytes() == content for name, content in made.items())


def contents(month: Month, stem: str, detail: bytes) -> Mapping[str, bytes]:
    """The files that hold figures, by name."""
    made = {f"{stem}.txt": detail, f"{stem}-left-out.csv": month.left_out.select(LEFT_OUT).sort(LEFT_OUT).write_csv().encode()}
    if month.summary is not None:
        made[f"{stem}.csv"] = summary_bytes(month.summary)
    return made


def _fill(staging: Path, month: Month, stem: str, detail: bytes, corrects: str) -> None:
    made = contents(month, stem, detail)
    for name, content in made.items():
        (staging / name).write_bytes(content)
    write_json(account(month, corrects) | {"files": {name: _digest(content) for name, content in sorted(made.items())}}, staging / f"{stem}.json")
    pack = page.assemble(month, corrects)
    (staging / f"{stem}.html").write_text(html.render(pack), encoding="utf-8")
    (staging / f"{stem}.pdf").write_bytes(pdf.render(pack))


def account(month: Month, corrects: str) -> dict[str, Any]:
    """What the report rests on and what it leaves out, as JSON holds it."""
    return {
        "reporter": month.named.code, "participant": month.named.participant, "month": f"{month.readings.month:%Y%m}", "corrects": corrects or None,
        "run": month.run_id, "policy": {"version": month.policy_version, "sha256": month.policy_hash}, "code": code_identity(),
        "days": [day.isoformat() for day in month.days], "days_without_orders": [day.isoformat() for day in month.silent],
        "orders": {"of_the_month": month.covered.height + month.left_out.height, "covered": month.covered.height, "left_out": month.left_out.height},
        "executions": {"in_rows": month.fills.height, "without_order": month.unlinked, "withdrawn": month.withdrawn},
        "excluded": {why: {"orders": orders, "shares": str(shares)} for why, orders, shares in counts(month.left_out).iter_rows()},
        "settings": {item.name: {"value": item.value, "doubt": item.doubt, "source": item.source} for item in month.settings},
        "invariants": {rule.key: rule.says for rule in month.invariants},
        "rows": {"detail": month.detail.height, "summary": None if month.summary is None else month.summary.height},
        "summary_blocked_by": list(month.unknown_members), "attention": [f"{title}: {text}" for title, text in page.attention(month)],
    }  # fmt: skip


def _valid(staging: Path, stem: str) -> None:
    for path in sorted(staging.glob(f"{stem}.*")):
        checked = validate(path) if path.suffix in (".txt", ".csv") else None
        if checked is not None and not checked.is_valid:
            first = checked.broken.row(0, named=True)
            raise Problem(
                f"{checked.broken.height} cells break the layout's rules: {first['rule']}, {first['says']}",
                where=f"{path.name}, line {first['line']}", do="nothing was written; look at the orders of that row, or at the setting that it follows",
            )  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
