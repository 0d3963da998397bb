"""What the pages of a request offer: moves to those who may make them, what is left to do, what the desk can print."""

from __future__ import annotations

from tests.oversight.desk.conftest import Bench, bench

from oversight import moving
from oversight.actor import Actor
from oversight.requests import actions, counseling
from oversight.requests.models import Document, Item

from .conftest import Firm
from .test_pages import of

__all__ = ("Bench", "bench")


def test_a_move_that_would_be_refused_for_who_one_is_has_no_button(firm: Firm) -> None:
    item = firm.working().items.get(number="1")
    document = firm.chosen(item)
    item.refresh_from_db()

    def buttons(row: Item | Document, by: Actor) -> list[str]:
        return [move.name for move, _ in moving.buttons(row, by)]

    assert [buttons(document, by) for by in (firm.counsel, firm.compliance, firm.senior, firm.supervisor, firm.vm)] == [
        ["clear", "withhold", "set_aside"], ["set_aside"], [], ["set_aside"], []
    ]  # fmt: skip
    assert [buttons(item, by) for by in (firm.counsel, firm.compliance, firm.senior, firm.supervisor, firm.vm)] == [
        ["hand_in", "object"], ["hand_in"], [], ["hand_in"], []
    ]  # fmt: skip
    handed_in = actions.owned("hand_in")(firm.supervisor, item)
    counseling.clear(firm.counsel, document)
    assert [buttons(handed_in, by) for by in (firm.counsel, firm.compliance, firm.senior, firm.supervisor)] == [
        ["send_back", "review"], ["send_back"], [], []
    ]  # fmt: skip


def test_what_is_left_to_do_stands_above_the_items(firm: Firm) -> None:
    row = firm.working()
    assert "0 of 2 items ended. To be done: <a" in of(firm.compliance.key).get(row.get_absolute_url()).content.decode()


def test_the_runs_in_force_for_the_days_of_an_item_and_its_last_day_are_offered_to_be_printed(bench: Bench, firm: Firm) -> None:
    bench.order("O1")
    bench.fill("O1", "10.00")
    run = bench.receive()
    item = firm.working().items.get(number="1")
    page = of(firm.supervisor.key).get(f"{item.get_absolute_url()}gather/").content.decode()
    assert (f'<option value="{run.id}">' in page, 'name="wanted" placeholder="The day, as 2026-09-30" value="2026-09-30"' in page) == (True, True)
