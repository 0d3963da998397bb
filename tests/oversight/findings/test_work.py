"""What people do from the pages."""

from __future__ import annotations

from typing import Any

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.findings import actions
from oversight.findings.models import Day


def test_many_are_answered_from_the_queue(bench: Any, browser: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b"), bench.found("c")])
    client = browser("analyst")
    chosen = [bench.finding(name).pk for name in "ab"]
    sent = {
        "act": "explain",
        "chosen": chosen,
        "cause_code": "market_moved",
        "customer_impact": "no",
        "answer": "It moved.",
        "next": "/exceptions/?severity=medium",
    }
    answer = client.post("/exceptions/bulk/", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/exceptions/?severity=medium")
    assert [bench.finding(name).state for name in "abc"] == ["closed", "closed", "open"]
    again = client.post("/exceptions/bulk/", sent)
    assert (again.status_code, "Nothing was changed" in again.content.decode()) == (409, True)
    assert client.post("/exceptions/bulk/", {"act": "take", "chosen": []}).status_code == 409
    assert client.post("/exceptions/bulk/", {"act": "take", "chosen": list(range(501))}).status_code == 409


def test_one_box_for_all_leaves_alone_what_was_answered(bench: Any, browser: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high"), bench.found("b")])
    actions.dismiss(actor("analyst", name="first"), bench.finding("a"), cause_code="other", answer="Seen.")
    client = browser("analyst")
    shown = client.get("/exceptions/").content.decode()
    a, b = bench.finding("a").pk, bench.finding("b").pk
    assert (f'name="also" value="{a}"' in shown, f'name="chosen" value="{b}"' in shown) == (True, True)
    client.post("/exceptions/bulk/", {"act": "escalate", "also": a, "chosen": b, "answer": "Both are odd."})
    assert [bench.finding(name).state for name in "ab"] == ["escalated", "escalated"]


def test_a_second_reader_agrees_to_many_but_not_to_their_own(bench: Any, browser: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high"), bench.found("b", severity="high")])
    client = browser("supervisor")
    me = Account.objects.get(username="supervisor")
    actions.dismiss(actor("analyst"), bench.finding("a"), cause_code="other", answer="Seen.")
    actions.dismiss(Actor(me.key, me.roles), bench.finding("b"), cause_code="other", answer="Seen.")
    chosen = [bench.finding(name).pk for name in "ab"]
    assert client.post("/exceptions/bulk/", {"act": "agree", "chosen": chosen}).status_code == 403
    assert [bench.finding(name).state for name in "ab"] == ["awaiting_reader", "awaiting_reader"]
    assert client.post("/exceptions/bulk/", {"act": "agree", "chosen": chosen[:1]}).status_code == 302
    assert bench.finding("a").state == "closed"
    analyst = browser("analyst", name="another")
    assert analyst.post("/exceptions/bulk/", {"act": "agree", "chosen": chosen}).status_code == 409


def test_a_form_sent_from_elsewhere_leads_back_into_the_desk(bench: Any, browser: Any) -> None:
    bench.receive([bench.found("a")])
    answer = browser("analyst").post("/exceptions/bulk/", {"act": "take", "chosen": bench.finding("a").pk, "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/exceptions/"


def test_one_exception_is_explained_from_its_page(bench: Any, browser: Any) -> None:
    bench.receive([bench.found("a")])
    client, row = browser("analyst"), bench.finding("a")
    answer = client.post(
        f"/move/finding/{row.pk}/explain/",
        {"cause_code": "other", "customer_impact": "no", "answer": "<b>Seen</b>", "next": row.get_absolute_url()},
        follow=True,
    )
    assert bench.finding("a").state == "closed"
    assert ("<b>Seen" in answer.content.decode(), "&lt;b&gt;Seen" in answer.content.decode()) == (False, True)


def test_a_day_is_signed_from_its_page(bench: Any, browser: Any) -> None:
    bench.receive([])
    client, day = browser("supervisor"), Day.objects.get()
    assert client.get(day.get_absolute_url()).context["reasons"] == []
    client.post(f"/move/trading_day/{day.pk}/sign/", {"statement": "Nothing was found.", "next": day.get_absolute_url()})
    assert (Day.objects.get().state, day.signatures.get().statement) == ("signed", "Nothing was found.")
