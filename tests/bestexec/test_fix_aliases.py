"""fix_aliases.toml: what the codes of a session mean, or exactly what is wrong with it; a log is read again when it says something else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import bestexec
from bestexec import policy, store, tombstones
from bestexec.errors import Problem
from bestexec.pipeline import Asked, known_imports
from bestexec.policy.fix_aliases import FILE, Alias, hash_of
from bestexec.recompute import verify
from bestexec.twice import as_known
from bestexec.workspace import Workspace

ALIAS = '[[alias]]\nsession = "SOR>FIRM"\ntag = 30\ncode = "O"\nmeans = "XNAS"\nfrom = 2026-01-01\nto = 2026-07-01\n'
LATER = ALIAS.replace("XNAS", "XBOS").replace("2026-07-01", "2026-09-01").replace("2026-01-01", "2026-07-01")
FILL = "8=FIX.4.2|9=1|35=8|49=SOR|56=FIRM|34=9|52=20260810-13:30:00.400|37=S1|11=A1|17=E1|55=IBM|54=1|38=100|20=0|150=1|39=1|32=100|31=10|14=100|30=O|10=000|\n"


def read(folder: Path, text: str | None) -> tuple[Alias, ...]:
    policy.write_default(folder)
    if text is not None:
        (folder / FILE).write_text(text)
    return policy.load(folder).fix_aliases


def test_an_alias_is_a_part_of_the_policy_and_of_its_hash(tmp_path: Path) -> None:
    assert read(tmp_path / "with", ALIAS) == (Alias("O", "XNAS", "SOR>FIRM", date(2026, 1, 1), date(2026, 7, 1), 30),)
    assert read(tmp_path / "without", None) == ()
    assert policy.load(tmp_path / "with").hash != policy.load(tmp_path / "without").hash


def test_one_code_may_mean_another_market_from_a_day_on(tmp_path: Path) -> None:
    assert [each.means for each in read(tmp_path, ALIAS + LATER)] == ["XNAS", "XBOS"]


def test_the_hash_is_of_what_the_table_says_and_of_nothing_else(tmp_path: Path) -> None:
    one, other = read(tmp_path / "one", ALIAS + LATER), read(tmp_path / "other", f"# the other way round\n{LATER}{ALIAS}")
    assert hash_of(one) == hash_of(other) != hash_of(one[:1])
    assert hash_of(()) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("alias = 1\n", "alias is not a list"),
        (ALIAS.replace("session", "sesion"), "did you mean `session`?"),
        (ALIAS.replace("SOR>FIRM", "SOR"), "'SOR' is not a session"),
        (ALIAS.replace("30", "54"), "54 is not a tag for codes"),
        (ALIAS.replace("30", "true"), "True is not a tag for codes"),
        (ALIAS.replace("XNAS", "Nasdaq"), "'Nasdaq' is not a meaning of tag 30"),
        (ALIAS.replace("XNAS", "added"), "'added' is not a meaning of tag 30"),
        (ALIAS.replace("30", "851"), "'XNAS' is not a meaning of tag 851"),
        (ALIAS.replace("2026-07-01", "2026-01-01"), "it ends on 2026-01-01 and begins on 2026-01-01"),
        (ALIAS + LATER.replace("2026-07-01", "2026-06-30"), "a second meaning on the same days as alias 1"),
        (ALIAS + ALIAS.replace("from = 2026-01-01\nto = 2026-07-01\n", ""), "a second meaning on the same days as alias 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Problem) as wrong:
        read(tmp_path, text)
    assert says in str(wrong.value)
    assert FILE in str(wrong.value)


class Firm:
    """A workspace into which one log is imported again and again."""

    def __init__(self, folder: Path) -> None:
        self.workspace: Workspace = bestexec.open_workspace(folder / "workspace")
        self.log = folder / "fills.log"
        self.log.write_text(FILL)

    def imported(self, means: str, at: int) -> str:
        """Import the log at an instant, with an alias of that meaning (none if empty); returns the status."""
        path = self.workspace.policy / FILE
        path.unlink(missing_ok=True)
        if means:
            path.write_text(ALIAS.replace("XNAS", means).replace("from = 2026-01-01\nto = 2026-07-01\n", ""))
        return str(bestexec.import_files(self.workspace, [self.log], received_at=at, options={"firm": "F"})["status"][0])

    def venues(self, known_at: int | None = None) -> list[str | None]:
        rows = store.read_rows(known_imports(self.workspace, Asked(known_at=known_at)), "events")
        return rows.filter(pl.col("kind") == "fill")["venue"].to_list()


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    return Firm(tmp_path)


def test_a_log_is_read_again_when_the_table_changes_and_each_reading_is_known_from_its_day_on(firm: Firm) -> None:
    assert [firm.imported("", 1), firm.imported("", 2)] == ["imported", "already imported"]
    assert [firm.imported("XNAS", 3), firm.imported("XNAS", 4)] == ["imported", "already imported"]
    assert [firm.imported("XBOS", 5), firm.imported("XNAS", 6), firm.imported("", 7)] == ["imported"] * 3
    assert [firm.venues(at) for at in (1, 2, 3, 4, 5, 6, 7, None)] == [[None], [None], ["XNAS"], ["XNAS"], ["XBOS"], ["XNAS"], [None], [None]]


def test_a_reading_says_what_it_was_read_with_and_whose_place_it_takes(firm: Firm) -> None:
    firm.imported("", 1)
    firm.imported("XNAS", 2)
    first, second = store.imports_in(firm.workspace.imports)
    assert "aliases" not in first.manifest and "replaces" not in first.manifest
    assert first.id == first.manifest["files"][0]["sha256"] != second.id
    assert second.manifest["aliases"] == hash_of((Alias("O", "XNAS", "SOR>FIRM", tag=30),))
    assert second.manifest["replaces"] == [first.id]
    assert f"read again with other aliases; it takes the place of import {first.id[:12]}" in second.manifest["notes"]


def test_a_run_goes_by_the_last_reading_and_as_known_before_it_by_the_one_of_then(firm: Firm) -> None:
    firm.imported("", 1)
    firm.imported("XNAS", 5)
    first, second = store.imports_in(firm.workspace.imports)
    run = bestexec.measure(firm.workspace)
    assert list(run.manifest["inputs"]) == [second.id]
    assert list(as_known(firm.workspace, run, 4).manifest["inputs"]) == [first.id]
    assert list(as_known(firm.workspace, run, 5).manifest["inputs"]) == [second.id]
    assert verify(firm.workspace, run).state == "recomputed equal"


def test_what_was_disposed_of_does_not_come_back_by_other_aliases(firm: Firm) -> None:
    firm.imported("XNAS", 1)
    (only,) = store.imports_in(firm.workspace.imports)
    stone = tombstones.place(firm.workspace.root, "import", only.id)
    stone.parent.mkdir(exist_ok=True)
    stone.write_text(json.dumps({}))
    assert firm.imported("XBOS", 2) == "already imported"


def test_other_files_are_what_they_are_whatever_the_aliases(firm: Firm, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("firm,order_id,symbol,side,qty,order_type,tif,received_at\nF,1,AAA,1,100,market,day,2026-07-01T14:00:00Z\n")
    assert bestexec.import_files(firm.workspace, [orders], received_at=1)["status"].to_list() == ["imported"]
    firm.imported("XNAS", 2)
    assert bestexec.import_files(firm.workspace, [orders], received_at=3)["status"].to_list() == ["already imported"]
