"""The pure parts: text, placeholders, hashes, the age of evidence, what differs between two texts."""

from __future__ import annotations

from datetime import date

import pytest

from oversight.procedures import ages, comparing, content, prose
from oversight.procedures.ages import FRESH, LAPSED, NEVER, SOON
from oversight.procedures.duties import Done, Duty
from oversight.procedures.performing import last_quarter
from oversight.procedures.prose import Part

SINCE, TODAY = date(2026, 9, 1), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("days", "last_on", "state", "good_until"),
    [
        (100, date(2026, 9, 30), FRESH, date(2027, 1, 8)),  # 1 day old of 100
        (100, date(2026, 7, 13), FRESH, date(2026, 10, 21)),  # 20 days left: a fifth of 100 is 20, and 20 is not fewer than 20
        (100, date(2026, 7, 12), SOON, date(2026, 10, 20)),  # 19 days left
        (100, date(2026, 6, 23), SOON, date(2026, 10, 1)),  # the last day on which it suffices is today
        (100, date(2026, 6, 22), LAPSED, date(2026, 9, 30)),  # it sufficed until yesterday
        (4, date(2026, 9, 28), FRESH, date(2026, 10, 2)),  # 1 day left; four days warn one day before: only with 0 left
        (4, date(2026, 9, 27), SOON, date(2026, 10, 1)),
        (370, date(2025, 10, 26), FRESH, date(2026, 10, 31)),  # 30 days left: a fifth of 370 is 74, thirty at most
        (370, date(2025, 10, 25), SOON, date(2026, 10, 30)),  # 29 days left
        (100, None, NEVER, date(2026, 12, 10)),  # 100 days after 1 September
        (35, None, SOON, date(2026, 10, 6)),  # 5 days left, a fifth of 35 is 7
        (29, None, LAPSED, date(2026, 9, 30)),  # none came in the 29 days after 1 September
    ],
)
def test_evidence_is_fresh_due_soon_lapsed_or_never_was(days: int, last_on: date | None, state: str, good_until: date) -> None:
    age = ages.age(days, last_on, SINCE, TODAY)
    assert (age.state, age.last_on, age.good_until) == (state, last_on, good_until)


def test_the_worst_of_several_counts_and_of_equals_the_earliest() -> None:
    made = [ages.age(days, last_on, SINCE, TODAY) for days, last_on in ((100, TODAY), (100, date(2026, 6, 1)), (100, date(2026, 5, 1)), (100, None))]
    worst = ages.worst(made)
    assert worst is not None
    assert worst.last_on == date(2026, 5, 1)
    assert ages.worst([]) is None
    assert list(ages.STATES) == [LAPSED, SOON, NEVER, FRESH]


def test_a_text_falls_into_paragraphs_headings_lists_and_steps() -> None:
    text = "First line\ngoes on.\n\n## Who\n- one\n- two,\n  still two\n\n1. do\n2) then\nAnd more\n<b>not markup</b>"
    assert prose.parts(text) == (
        Part("paragraph", ("First line goes on.",)), Part("heading", ("Who",)), Part("bullets", ("one", "two, still two")),
        Part("steps", ("do", "then And more <b>not markup</b>")),
    )  # fmt: skip
    assert prose.parts("  \n\n") == ()


def test_what_stands_in_brackets_is_named_once_with_how_often() -> None:
    assert content.placeholders("within [number] days", "[number] by [name], [ ]") == {"[number]": 2, "[name]": 1, "[ ]": 1}
    assert content.placeholders("nothing (here) {or here}") == {}


def test_spaces_line_ends_and_capitals_make_no_other_text() -> None:
    assert content.text_hash("The  firm\r\nanswers.") == content.text_hash("the firm answers. ")
    assert content.text_hash("The firm answers.") != content.text_hash("The firm answers")


WHOLE = {
    "title": "t", "text": "words", "runbook": "", "citations": ["FINRA 3110"], "checks": ["COM-101"], "metrics": [], "duties": [],
    "proofs": [{"kind": "filed", "days": 9, "what": "minutes"}], "owner": "a-1", "owner_role": "analyst", "deputy": "a-2", "deputy_role": "supervisor",
    "readers": [], "read_within_days": 14,
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        ({}, []),
        ({"text": " "}, ["it has no text"]),
        ({"deputy": ""}, ["an owner and a deputy are needed"]),
        ({"deputy": "a-1"}, ["owner and deputy are one person"]),
        ({"citations": []}, ["it names no authority"]),
        (
            {"citations": ["Regulation Best Execution (34-96496)", "17 CFR 242.611 (rescission)"]},
            ["every authority that it names is withdrawn or only proposed; name one that stands"],
        ),
        ({"citations": ["Regulation Best Execution (34-96496)", "FINRA 5310.09"]}, []),
        ({"citations": ["no such rule"]}, ["every authority that it names is withdrawn or only proposed; name one that stands"]),
        ({"proofs": []}, ["it does not say what evidence shows that it is done, and how old that may be"]),
        ({"proofs": [{"kind": "run", "days": 4, "what": "x"}], "checks": []}, ["a run is to prove it, yet it names no check"]),
        ({"proofs": [{"kind": "duty", "days": 4, "what": "x"}]}, ["a duty is to prove it, yet it names no duty"]),
    ],
)
def test_a_version_says_what_it_lacks(said: dict[str, object], lacking: list[str]) -> None:
    assert content.missing({**WHOLE, **said}) == lacking


def test_a_text_is_tailored_when_no_bracket_is_left_and_it_is_not_the_starters() -> None:
    starter = "The [name] counts."
    assert content.left_untailored({**WHOLE, "text": "The analyst counts."}, starter) == []
    assert content.left_untailored({**WHOLE, "text": "the  [NAME] counts."}, starter) == [
        "what stands in brackets is left to fill in: [NAME]", "the text is the starter's, word for word; say how your firm does it",
    ]  # fmt: skip
    assert content.left_untailored({**WHOLE, "runbook": "[x]", "proofs": [{"kind": "filed", "days": 1, "what": "[x] and [y]"}]}, starter) == [
        "what stands in brackets is left to fill in: [x] (2 times), [y]"
    ]


def test_two_texts_are_compared_word_by_word_and_nothing_is_lost() -> None:
    before, after = "The analyst counts orders.\nEvery day.", "The supervisor counts orders.\nEvery day and night."
    found = comparing.stretches(before, after)
    assert "".join(one.text for one in found if one.kind != "in") == before
    assert "".join(one.text for one in found if one.kind != "out") == after
    assert comparing.counted(found) == (2, 4), "out: analyst, day. · in: supervisor, day, and, night."


def test_a_duty_owed_for_two_vendors_is_confirmed_up_to_the_earlier_of_their_last() -> None:
    one = (Done(date(2026, 7, 1), date(2026, 7, 2)), Done(date(2026, 9, 1), date(2026, 9, 20)))
    other = (Done(date(2026, 8, 1), date(2026, 8, 1)),)
    duty = Duty("k", "title", True, "/", (one, other))
    assert duty.confirmed_by(date(2026, 10, 1)) == date(2026, 8, 1)
    assert duty.confirmed_by(date(2026, 9, 19)) == date(2026, 7, 1), "what was done on 1 September was confirmed on the 20th"
    assert duty.confirmed_by(date(2026, 7, 15)) is None, "nothing for the other vendor yet"
    assert Duty("k", "title", False, "").confirmed_by(date(2026, 10, 1)) is None


@pytest.mark.parametrize(
    ("today", "quarter"),
    [
        (date(2026, 10, 1), (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 9, 30), (date(2026, 4, 1), date(2026, 6, 30))),
        (date(2027, 1, 1), (date(2026, 10, 1), date(2026, 12, 31))),
    ],
)
def test_the_last_quarter_is_the_one_that_is_over(today: date, quarter: tuple[date, date]) -> None:
    assert last_quarter(today) == quarter
