"""What is refused in words leaves what was typed where it stood."""

from __future__ import annotations

from oversight.requests.models import Item

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
