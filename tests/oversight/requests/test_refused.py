"""What would be refused is not offered; what is refused in words leaves what was typed where it stood."""

from __future__ import annotations

from oversight import moving
from oversight.actor import Actor
from oversight.requests import actions, counseling
from oversight.requests.models import Document, Item

from .conftest import Firm
from .test_pages import of, sent, upload


def test_an_empty_letter_is_refused_in_words(firm: Firm) -> None:
    answer = of(firm.compliance.key).post("/requests/new/", sent(owner=firm.compliance.key, content=upload(b"")))
    assert (answer.status_code, "The file is empty. Nothing was filed." in answer.content.decode()) == (400, True)
    assert 'value="HO-1"' in answer.content.decode()


def test_what_was_typed_stays_where_the_letter_was_closed_meanwhile(firm: Firm) -> None:
    row = firm.received()
    assert of(firm.compliance.key).post(f"/move/request/{row.pk}/withdraw/", {"why": "Taken back."}).status_code == 302
    said = {"number": "1", "question": "One more thing.", "owner": firm.supervisor.key, "due_on": "2026-10-14", "first_on": "2026-07-01",
            "last_on": "2026-09-30", "known_at": "2026-10-01T07:00"}  # fmt: skip
    answer = of(firm.compliance.key).post(f"/requests/{row.pk}/items/new/", said)
    words = answer.content.decode()
    assert (answer.status_code, "is “withdrawn”. Reopen it first." in words, "One more thing.</textarea>" in words, Item.objects.count()) == (
        400,
        True,
        True,
        0,
    )


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
