"""The desk's limits: read from the published file, else the shipped one; what is wrong is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from bestexec import Problem
from oversight.policy import limits, queries

SHIPPED = limits.SHIPPED.read_text(encoding="utf-8")


def test_the_shipped_limits_are_these() -> None:
    shipped = limits.read(SHIPPED)
    assert dict(shipped.clocks_h) == {"high": Decimal(4), "medium": Decimal(24), "low": Decimal(72), "info": Decimal(120)}
    assert (shipped.second_reader_usd, shipped.second_reader_severities) == (Decimal(100), ("high",))
    assert (shipped.sample_per_day, shipped.longest_suppression_days, shipped.review_access_every_days, shipped.digest_hour) == (10, 90, 90, 7)
    assert dict(shipped.cases) == {
        "notice_days": 30, "answer_days": 7, "remind_days": 2, "escalate_days": 5, "investigation_days": 14, "plan_days": 14, "closing_days": 14,
    }  # fmt: skip
    assert (shipped.make_whole_least_usd, shipped.make_whole_count_days, shipped.make_whole_pay_days) == (Decimal(0), 30, 30)
    assert (shipped.production_prefix, shipped.request_item_lead_days, shipped.request_remind_days, shipped.request_escalate_days) == ("BX", 5, 3, 2)
    assert (shipped.longest_room_days, shipped.room_attempts, shipped.room_minutes) == (60, 5, 60)
    assert (shipped.review_due_days, shipped.review_notice_days, shipped.review_quorum) == (40, 5, 2)
    assert (shipped.decide_days, shipped.longest_justification_days, shipped.block_shares, shipped.block_usd) == (30, 185, 10_000, 200_000)
    plans = (shipped.plan_answer_days, shipped.plan_again_days, shipped.plan_remind_days, shipped.plan_escalate_days)
    assert (shipped.room_conclusion_days, plans) == (10, (10, 5, 5, 5))
    assert [key for key, _title in shipped.cause_codes] == [
        "router_logic", "router_setting", "venue_fault", "market_moved", "thin_market", "market_data", "firm_handling", "vendor_outage", "clock",
        "feed_gap", "limit_too_tight", "customer_instruction", "other",
    ]  # fmt: skip


def test_what_is_published_is_read_and_read_anew_when_it_changes(tmp_path: Path, settings: Settings) -> None:
    settings.WORKSPACE = tmp_path
    assert queries.desk_limits().sample_per_day == 10
    folder = tmp_path / "policy"
    folder.mkdir()
    assert queries.desk_limits().sample_per_day == 10
    (folder / "desk.toml").write_text(SHIPPED.replace("per_day = 10", "per_day = 3"), encoding="utf-8")
    assert queries.desk_limits().sample_per_day == 3
    (folder / "desk.toml").write_text(SHIPPED.replace("per_day = 10", "per_day = 125"), encoding="utf-8")
    assert queries.desk_limits().sample_per_day == 125


def test_between_two_renames_what_was_in_force_before_still_is(tmp_path: Path, settings: Settings) -> None:
    settings.WORKSPACE = tmp_path
    (tmp_path / "policy.before").mkdir()
    (tmp_path / "policy.before" / "desk.toml").write_text(SHIPPED.replace("per_day = 10", "per_day = 3"), encoding="utf-8")
    assert queries.desk_limits().sample_per_day == 3


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("hour = 7", "hour = 24", "24 is not allowed · desk.toml, digest.hour · allowed: a whole number from 0 to 23"),
        ("hour = 7", "hour = true", "True is not allowed · desk.toml, digest.hour · allowed: a whole number from 0 to 23"),
        ("hour = 7", "hours = 7", "`hours` is not known · desk.toml, digest · did you mean `hour`? allowed: hour"),
        ("hour = 7", "", "`hour` is missing · desk.toml, digest · add it; the shipped desk.toml shows how"),
        ("high = 4\n", "high = 0\n", "0 is not allowed · desk.toml, clocks_h.high · allowed: a number from 0.25 to 2160"),
        ("high = 4\n", "high = nan\n", "NaN is not allowed · desk.toml, clocks_h.high · allowed: a number from 0.25 to 2160"),
        ("usd = 100", 'usd = "100"', "'100' is not allowed · desk.toml, second_reader.usd · allowed: a number from 0 up"),
        ('"high"]', '"hihg"]', "['hihg'] is not allowed · desk.toml, second_reader.severities · allowed: a list of any of high, medium, low, info, each once"),
        ('prefix = "BX"', 'prefix = "bx-"', "'bx-' is not allowed · desk.toml, requests.prefix · allowed: one to eight capital letters in quotation marks"),
        ("room_attempts = 5", "room_attempts = 2", "2 is not allowed · desk.toml, requests.room_attempts · allowed: a whole number from 3 to 20"),
        ('key = "other"', 'key = "others"', "`other` is missing · desk.toml, cause_codes · add it, so that nobody is forced into a wrong cause"),
        ('key = "clock"', 'key = "feed_gap"', "`feed_gap` stands there twice · desk.toml, cause_codes 10.key · each key once"),
        ("[digest]\nhour", "[digest\nhour", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_allowed(before: str, after: str, said: str | None) -> None:
    text = SHIPPED.replace("# Hour of the day in New York. [0 to 23]\n", "")
    assert text.count(before) >= 1
    with pytest.raises(Problem) as problem:
        limits.read(text.replace(before, after))
    if said is None:
        assert (problem.value.where, problem.value.do) == ("desk.toml", "mend that line")
    else:
        assert str(problem.value) == said
