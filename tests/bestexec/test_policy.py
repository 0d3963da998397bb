"""The firm's policy: what it says on a day, and what it refuses."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bestexec import policy
from bestexec.errors import Problem

SHIPPED = (policy.SHIPPED / policy.FILE).read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    policy.write_default(tmp_path / "policy")
    return tmp_path / "policy"


def written(folder: Path, old: str, new: str) -> Path:
    """The shipped policy with one passage replaced."""
    assert SHIPPED.count(old) == 1
    (folder / policy.FILE).write_text(SHIPPED.replace(old, new), encoding="utf-8")
    return folder


def listing(folder: Path, entry: str) -> Path:
    """The shipped policy with a list entry, or an empty list, before its first table."""
    return written(folder, "\n[nbbo]\n", f"\n{entry}\n[nbbo]\n")


def refusal(folder: Path) -> tuple[str, str, str]:
    with pytest.raises(Problem) as caught:
        policy.load(folder)
    return caught.value.what, caught.value.where, caught.value.do


def test_the_shipped_policy_says_that_nobody_approved_it() -> None:
    shipped = policy.default()
    assert (shipped.version, shipped.effective_on, shipped.approved_by) == ("default-1", date(2026, 8, 1), "nobody yet: shipped default")
    assert (shipped.venues, shipped.venues_that_pay, shipped.vendors) == (None, None, None)
    assert (shipped.nbbo_source, shipped.stale_after_ns) == (None, 3_600_000_000_000)


def test_a_limit_is_the_number_in_the_file() -> None:
    assert policy.default().limit("max_paying_improvement_gap_usd") == Decimal("0.0005")


def test_a_dated_limit_changes_on_its_day(folder: Path) -> None:
    dated = policy.load(written(folder, "max_hhi = 0.40", "max_hhi = [{ value = 0.40 }, { from = 2027-01-04, value = 0.30 }]"))
    assert [dated.limit("max_hhi", day) for day in (date(2020, 1, 1), date(2027, 1, 3), date(2027, 1, 4))] == [
        Decimal("0.40"),
        Decimal("0.40"),
        Decimal("0.30"),
    ]


def test_a_limit_without_a_day_is_the_one_in_force_when_the_policy_takes_effect(folder: Path) -> None:
    dated = policy.load(written(folder, "max_hhi = 0.40", "max_hhi = [{ value = 0.40 }, { from = 2026-08-01, value = 0.30 }]"))
    assert dated.limit("max_hhi") == Decimal("0.30")


def test_a_dated_reading_changes_on_its_day_and_tells_its_doubt() -> None:
    shipped = policy.default()
    assert [shipped.setting("half_penny_tick", date(2026, 11, day)) for day in (1, 2)] == [False, True]
    assert [shipped.setting("access_fee_cap_usd", date(2026, 11, day)) for day in (1, 2)] == [Decimal("0.003"), Decimal("0.001")]
    assert shipped.settings["iso_checks"].doubt == "A proposal of June 2026 would rescind Rule 611; turn this off from the day it takes effect."


def test_a_speed_limit_goes_by_order_class_and_size() -> None:
    limits = policy.default().speed_limits_ns
    assert (limits["MXXNN", 0], limits["MXXNN", 200_000], limits["LYNYN", 50_000]) == (1_000_000_000, 10_000_000_000, 500_000_000)
    assert [order_class for order_class in ("LNYNN", "LNNNN", "LNNNY") if (order_class, 0) in limits] == []


def test_what_is_not_built_is_excluded_by_name() -> None:
    treatment = policy.default().treatment
    assert [treatment["asset_class", kind] for kind in ("equity", "option", "crypto", "fixed_income", "other")] == ["measure", *["exclude"] * 4]
    assert treatment["session", "pre"] == "measure"


def test_a_listed_venue_holds_from_its_first_day_and_not_on_its_last(folder: Path) -> None:
    listed = policy.load(listing(folder, '[[venues_that_pay]]\nmic = "CDED"\nkind = "pfof"\nfrom = 2026-08-03\nto = 2026-08-05\n'))
    assert listed.venues_that_pay == (policy.Listed("CDED", date(2026, 8, 3), date(2026, 8, 5), "pfof"),)
    assert [listed.venues_that_pay[0].holds(date(2026, 8, day)) for day in (2, 3, 4, 5)] == [False, True, True, False]


def test_an_empty_list_says_none_and_an_absent_one_says_nothing(folder: Path) -> None:
    said = policy.load(listing(folder, "venues_that_pay = []"))
    assert (said.venues_that_pay, said.venues) == ((), None)


def test_the_hash_is_of_each_file_by_its_name(folder: Path) -> None:
    """Over `name`, line feed, length, line feed, content; hidden files apart."""
    (folder / ".swap").write_text("x", encoding="utf-8")
    content = SHIPPED.encode()
    assert policy.load(folder).hash == hashlib.sha256(b"policy.toml\n" + str(len(content)).encode() + b"\n" + content).hexdigest()


def test_a_comment_changes_the_hash_and_windows_line_ends_do_not(folder: Path) -> None:
    before = policy.load(folder).hash
    (folder / policy.FILE).write_bytes(SHIPPED.replace("\n", "\r\n").encode())
    assert policy.load(folder).hash == before
    (folder / policy.FILE).write_text(SHIPPED + "# seen\n", encoding="utf-8")
    assert policy.load(folder).hash != before


def test_a_missing_policy_says_where_it_was_looked_for(tmp_path: Path) -> None:
    assert refusal(tmp_path)[:2] == ("the policy is missing", str(tmp_path / "policy.toml"))


def test_a_file_that_is_not_toml_names_the_line(folder: Path) -> None:
    what, where, _ = refusal(written(folder, "max_hhi = 0.40", "max_hhi = "))
    assert what.startswith("not a TOML file: ") and "line " in what
    assert where == str(folder / "policy.toml")


def test_a_misspelled_limit_is_refused_with_the_nearest_one(folder: Path) -> None:
    what, where, do = refusal(written(folder, "max_hhi = 0.40", "max_hii = 0.40"))
    assert (what, where) == ("`max_hii` is not known", "policy.toml, limits")
    assert do.startswith("did you mean `max_hhi`? allowed: min_n, trailing_days, ")


def test_a_missing_limit_is_refused(folder: Path) -> None:
    assert refusal(written(folder, "max_hhi = 0.40\n", "")) == ("`max_hhi` is missing", "policy.toml, limits", "add it; the shipped policy shows how")


def test_a_setting_that_came_later_takes_its_shipped_reading_and_says_so(folder: Path) -> None:
    begin = SHIPPED.index("[settings.lot_flag_tokens]")
    older = policy.load(written(folder, SHIPPED[begin : SHIPPED.index("\n\n", begin)], ""))
    assert older.setting("lot_flag_tokens") == "words"
    assert older.settings["lot_flag_tokens"].doubt.startswith("Not said")


def test_every_setting_that_may_be_absent_is_shipped_with_what_then_holds() -> None:
    shipped = policy.default()
    later = {declared.name: declared.unless_said for declared in policy.SETTINGS if declared.unless_said is not None}
    assert {name: shipped.setting(name) for name in later} == later
    assert len(later) == 7


def test_a_missing_table_is_refused(folder: Path) -> None:
    keys = "version, effective_on, approved_by, nbbo, limits, speed_limits_ms, settings, treatment, venues, venues_that_pay, vendors"
    assert refusal(written(folder, "[nbbo]", "[nbob]")) == (
        "`nbob` is not known", "policy.toml",
        f"did you mean `nbbo`? allowed: {keys}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("max_hhi = 0.40", 'max_hhi = "0.40"', ("'0.40' is not allowed", "policy.toml, limits.max_hhi", "allowed: a number from 0 to 1")),
        ("max_hhi = 0.40", "max_hhi = true", ("True is not allowed", "policy.toml, limits.max_hhi", "allowed: a number from 0 to 1")),
        ("max_hhi = 0.40", "max_hhi = nan", ("NaN is not allowed", "policy.toml, limits.max_hhi", "allowed: a number from 0 to 1")),
        ("max_hhi = 0.40", "max_hhi = 40", ("40 is not allowed", "policy.toml, limits.max_hhi", "allowed: a number from 0 to 1")),
        ("min_n = 30", "min_n = 0", ("0 is not allowed", "policy.toml, limits.min_n", "allowed: a number from 1 up")),
        ("max_hhi = 0.40", "max_hhi = []", ("no step is given", "policy.toml, limits.max_hhi", "allowed: a value, or steps of which the first has no `from`")),
        ("max_hhi = 0.40", "max_hhi = [0.40]", ("0.40 is not a step", "policy.toml, limits.max_hhi, step 1", "allowed: { from = 2026-11-02, value = … }")),
        (
            "trailing_days = 20",
            "trailing_days = [{ value = 20 }]",
            ("steps are given", "policy.toml, limits.trailing_days", "allowed: one number; a span of days cannot change on a day"),
        ),
        (
            "effective_on = 2026-08-01",
            'effective_on = "1 August"',
            ("'1 August' is not a date", "policy.toml, effective_on", "allowed: a date such as 2026-11-02, without quotation marks"),
        ),
        (
            'approved_by = "nobody yet: shipped default"',
            'approved_by = ""',
            ("'' is not a text", "policy.toml, approved_by", "allowed: a text in quotation marks"),
        ),
        ('value = "LYNYN"', 'value = "LYNYX"', ("'LYNYX' is not allowed", "policy.toml, settings.market_ioc_class", "allowed: LYNYN, MXXNN")),
        (
            'LNNNN = "none"',
            "LNNNN = [1, 2]",
            (
                "[1, 2] is not a row of limits",
                "policy.toml, speed_limits_ms.LNNNN",
                'allowed: "none", or 8 numbers, for orders from 0, 250, 1000, 5000, 10000, 20000, 50000, 200000 USD',
            ),
        ),
        (
            'pre = "measure"',
            'pre = "ignore"',
            (
                "'ignore' is not allowed",
                "policy.toml, treatment.session.pre",
                'allowed: measure, exclude, or { exclude = true, approved_by = "…", until = 2027-01-04 }',
            ),
        ),
        (
            'pre = "measure"',
            'pre = { exclude = true, approved_by = "committee" }',
            ("`until` is missing", "policy.toml, treatment.session.pre", "add it; the shipped policy shows how"),
        ),
        (
            'pre = "measure"',
            'pre = { exclude = false, approved_by = "committee", until = 2027-01-04 }',
            ("False is not allowed", "policy.toml, treatment.session.pre.exclude", 'allowed: true; write "measure" where it is measured'),
        ),
        (
            'pre = "measure"',
            'pre = { exclude = true, approved_by = "committee", until = "soon" }',
            ("'soon' is not a date", "policy.toml, treatment.session.pre.until", "allowed: a date such as 2026-11-02, without quotation marks"),
        ),
        (
            "stale_after_ms = 3_600_000",
            "stale_after_ms = 1.0000001",
            ("1.0000001 ms is not a whole number of nanoseconds", "policy.toml, nbbo.stale_after_ms", "allowed: milliseconds with at most six decimals"),
        ),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(folder: Path, old: str, new: str, expected: tuple[str, str, str]) -> None:
    assert refusal(written(folder, old, new)) == expected


def test_steps_out_of_order_are_refused(folder: Path) -> None:
    steps = "max_hhi = [{ value = 0.4 }, { from = 2027-01-04, value = 0.3 }, { from = 2027-01-04, value = 0.2 }]"
    assert refusal(written(folder, "max_hhi = 0.40", steps)) == (
        "2027-01-04 does not come after 2027-01-04", "policy.toml, limits.max_hhi, step 3", "write the steps in the order of their days",
    )  # fmt: skip


def test_a_first_step_with_a_day_is_refused(folder: Path) -> None:
    what, where, _ = refusal(written(folder, "max_hhi = 0.40", "max_hhi = [{ from = 2027-01-04, value = 0.3 }]"))
    assert (what, where) == ("`from` is not known", "policy.toml, limits.max_hhi, step 1")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            '[[venues]]\nmic = "Nasdaq"\n',
            ("'Nasdaq' is not a MIC", "policy.toml, venues 1.mic", "allowed: the four capital letters or digits of ISO 10383, such as XNAS"),
        ),
        ('[[venues]]\nname = "XNAS"\n', ("`name` is not known", "policy.toml, venues 1", "allowed: mic, from, to")),
        ('[[venues_that_pay]]\nmic = "CDED"\n', ("`kind` is missing", "policy.toml, venues_that_pay 1", "add it; the shipped policy shows how")),
        (
            '[[venues_that_pay]]\nmic = "CDED"\nkind = "gift"\n',
            ("'gift' is not allowed", "policy.toml, venues_that_pay 1.kind", "allowed: pfof, rebate, fee, profit_share"),
        ),
        (
            '[[vendors]]\nname = "one"\nfrom = 2026-08-03\nto = 2026-08-03\n',
            ("it ends on 2026-08-03 and begins on 2026-08-03", "policy.toml, vendors 1", "`to` is the first day it no longer holds, after `from`"),
        ),
    ],
)
def test_a_wrong_entry_of_a_list_is_refused_with_its_place(folder: Path, entry: str, expected: tuple[str, str, str]) -> None:
    assert refusal(listing(folder, entry)) == expected


def test_a_run_sealed_before_there_was_a_limit_is_read_and_says_so_where_it_is_asked_for(tmp_path: Path) -> None:
    text = (policy.SHIPPED / policy.FILE).read_text(encoding="utf-8")
    (tmp_path / policy.FILE).write_text(text.replace("max_order_harm_usd = 25\n", ""), encoding="utf-8")
    with pytest.raises(Problem, match="`max_order_harm_usd` is missing"):
        policy.load(tmp_path)
    before = policy.sealed(tmp_path)
    assert before.limit("materiality_usd") == 1_000
    with pytest.raises(Problem, match="the run was sealed before there was one"):
        before.limit("max_order_harm_usd")
