"""Reviews of the committee, then and now: signed after that instant, they are known now alone; what is privileged is on neither side."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.oversight.reviews.conftest import MEETING, Room, committee, home, room

from oversight import clock
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.requests import counseling, gathering
from oversight.reviews import tabling
from oversight.reviews.models import Review

from .conftest import Firm, beside

__all__ = ("Room", "committee", "home", "room")
FIRST, LAST = date(2026, 8, 11), date(2026, 8, 13)
THEN = datetime(2026, 10, 1, 13, tzinfo=UTC)
LATER = datetime(2026, 11, 9, 15, tzinfo=UTC)


def test_a_review_signed_after_then_is_known_now_alone(committee: Room) -> None:
    committee.raised()
    with clock.stated(MEETING):
        review = Review.objects.select_related("filed").get(pk=committee.signed().pk)
    assert review.filed is not None
    signed = f"signed 2026-10-27 10:00 EDT, minutes SHA-256 {review.filed.sha256[:12]}"
    with clock.stated(LATER):
        assert beside("known-reviews", FIRST, LAST, THEN) == [("Review of 2026Q3", "not known", signed, "came later")]
        assert beside("known-reviews", FIRST, LAST, MEETING) == [("Review of 2026Q3", signed, signed, "")]
        assert beside("known-reviews", date(2026, 4, 1), date(2026, 6, 30), THEN) == []


def test_a_review_that_waits_for_its_second_signature_is_not_signed(committee: Room) -> None:
    with clock.stated(MEETING):
        committee.adjourned()
        assert beside("known-reviews", FIRST, LAST, THEN) == []


def test_a_paper_stands_as_it_was_on_the_table_then(committee: Room) -> None:
    review = committee.raised()
    early = tabling.attach_file(committee.secretary, review, "early.txt", b"Early.\n", title="Figures of August")
    with clock.stated(datetime(2026, 10, 20, 14, tzinfo=UTC)):
        late = tabling.attach_file(committee.secretary, review, "late.txt", b"Late.\n", title="Figures of September")
        move(committee.secretary, early, "withdraw", why="Counted anew.")
    with clock.stated(LATER):
        assert beside("known-papers", FIRST, LAST, THEN) == [
            (
                "Figures of August, for Review of 2026Q3", f"attached, on file since 2026-10-01 08:00 EDT, SHA-256 {early.sha256[:12]}",
                f"withdrawn, on file since 2026-10-01 08:00 EDT, SHA-256 {early.sha256[:12]}", "changed",
            ),
            (
                "Figures of September, for Review of 2026Q3", "not known", f"attached, on file since 2026-10-20 10:00 EDT, SHA-256 {late.sha256[:12]}",
                "came later",
            ),
        ]  # fmt: skip


def test_what_counsel_withholds_as_privileged_is_on_neither_side(committee: Room, firm: Firm) -> None:
    review = committee.raised()
    memo = firm.filed(b"Advice is asked of counsel.\n", effective_on=LAST)
    plain = firm.filed(b"The routing table.\n", effective_on=LAST)
    for filed in (memo, plain):
        tabling.attach(committee.secretary, review, filed)
    item = firm.working().items.get(number="1")
    chosen = [firm.chosen(item, filed) for filed in (memo, plain)]
    assert [row[0] for row in beside("known-evidence", FIRST, LAST, THEN)] == ["Paper 1", "Paper 2"]
    counseling.withhold(firm.counsel, chosen[0], ground="attorney_client", log_line="A memorandum to counsel, one page.")
    counseling.withhold(firm.counsel, chosen[1], ground="personal", log_line="A table with names of customers, one page.")
    with clock.stated(LATER):
        assert [row[0] for row in beside("known-evidence", FIRST, LAST, THEN)] == ["Paper 2"]
        assert [row[0] for row in beside("known-papers", FIRST, LAST, THEN)] == ["Paper 2, for Review of 2026Q3"]


def test_bytes_that_lie_in_counsels_space_are_on_neither_side(firm: Firm) -> None:
    row = firm.working()
    gathering.filed_once(firm.supervisor, "opinion.txt", b"An opinion.\n", title="Filed by mistake", on=LAST)
    assert [row[0] for row in beside("known-evidence", FIRST, LAST, THEN)] == ["Filed by mistake"]
    counseling.write(firm.counsel, row, title="Opinion", ground="work_product", name="opinion.txt", content=b"An opinion.\n")
    assert beside("known-evidence", FIRST, LAST, THEN) == []


def test_what_is_left_out_does_not_take_a_place_of_the_first_that_are_shown(firm: Firm) -> None:
    row = firm.working()
    for number in range(302):
        evidence.file(firm.supervisor, f"{number}.txt", f"{number}\n".encode(), title=f"File {number}", effective_on=LAST)
    counseling.write(firm.counsel, row, title="Opinion", ground="work_product", name="0.txt", content=b"0\n")
    shown = [row[0] for row in beside("known-evidence", FIRST, LAST, THEN)]
    assert (len(shown), shown[0], shown[-1]) == (300, "File 1", "File 300")
