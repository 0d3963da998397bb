"""Views that people keep: their own, shared by who may, each change in the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bestexec.runs import Run
from oversight.actor import Actor
from oversight.desk import actions
from oversight.desk.models import SavedView
from oversight.lifecycle import Refusal
from oversight.record.models import Entry

ADDRESS = "/scorecard/?by=vendor&first=2026-09-28&last=2026-09-28"


def test_a_view_is_kept_listed_and_recorded(week: Callable[[], Run], browser: Callable[..., Client]) -> None:
    week()
    client = browser("analyst")
    sent = client.post("/views/keep/", {"name": "By vendor", "address": ADDRESS})
    assert sent.headers["Location"] == ADDRESS
    assert f'<a href="{ADDRESS.replace("&", "&amp;")}">By vendor</a>'.encode() in client.get("/scorecard/").content
    assert Entry.objects.filter(subject_kind="saved_view", verb="keep").count() == 1


@pytest.mark.parametrize("address", ["https://elsewhere.example/scorecard/", "//elsewhere.example/", "/account/logout/", "javascript:alert(1)", "/nowhere/"])
def test_only_pages_of_figures_are_kept(week: Callable[[], Run], browser: Callable[..., Client], address: str) -> None:
    week()
    assert browser("analyst").post("/views/keep/", {"name": "x", "address": address}).status_code == 409
    assert SavedView.objects.count() == 0


def test_another_persons_view_is_not_seen_until_it_is_shared(week: Callable[[], Run], browser: Callable[..., Client], actor: Callable[..., Actor]) -> None:
    week()
    view = actions.keep(actor("analyst", name="first"), "Mine alone", ADDRESS)
    reader = browser("committee")
    assert b"Mine alone" not in reader.get("/scorecard/").content
    assert reader.post(f"/views/{view.pk}/drop/").status_code == 404
    actions.share(actor("supervisor"), view)
    assert b"Mine alone" in reader.get("/scorecard/").content
    assert reader.post(f"/views/{view.pk}/drop/").status_code == 403


def test_only_a_supervisor_or_compliance_shares(db: None, actor: Callable[..., Actor]) -> None:
    by = actor("analyst")
    view = actions.keep(by, "x", ADDRESS)
    with pytest.raises(Refusal, match=r"^Only a supervisor or compliance shares a view\.$"):
        actions.share(by, view)


def test_a_name_is_kept_once_a_person_and_free_again_when_dropped(db: None, actor: Callable[..., Actor]) -> None:
    by = actor("analyst")
    view = actions.keep(by, "x", ADDRESS)
    with pytest.raises(Refusal, match="You already keep a view named “x”"):
        actions.keep(by, "x", ADDRESS)
    actions.drop(by, view)
    actions.keep(by, "x", ADDRESS)
    assert list(Entry.objects.order_by("seq").values_list("verb", flat=True)) == ["keep", "drop", "keep"]
