"""Papers: known by their hash, circulated to every seat, marked where that was late."""

from __future__ import annotations

from django.urls import reverse

from oversight.evidence import actions as evidence
from oversight.reviews import tabling
from oversight.reviews.models import Paper

from .conftest import Room, later
from .test_pages import as_, tasks, text


def test_papers_are_known_by_hash_and_late_ones_are_marked(committee: Room) -> None:
    review = committee.convened()
    client = as_(committee.secretary)
    filed = evidence.file(committee.secretary, "figures.csv", b"vendor,share\nvendor_a,0.4\n", title="Figures")
    with later(days=20):  # 21 October: six days before
        client.post(reverse("reviews:attach", args=[review.pk]), {"filed": str(filed.pk)})
        assert (1, "reviews have papers that nobody was told of", False) in tasks(committee.secretary)
        client.post(reverse("reviews:circulate", args=[review.pk]))
    with later(days=21, hours=15.9):  # 23:54 in New York on 22 October, the last day of the notice
        tabling.attach_file(committee.secretary, review, "memo.txt", b"A memo in time.\n")
        tabling.circulate(committee.secretary, review)
    with later(days=21, hours=16.1):
        tabling.attach_file(committee.secretary, review, "late.txt", b"A memo too late.\n")
        tabling.circulate(committee.secretary, review)
    assert [paper.is_late for paper in Paper.objects.select_related("review__charter").order_by("pk")] == [False, False, True]
    told = {committee.chair.key, committee.two.key, committee.three.key, committee.secretary.key}
    assert all(set(paper.circulated_to) == told for paper in Paper.objects.all())
    page = text(client, "review", review.pk)
    assert (filed.sha256[:16] in page, page.count('<span class="tag late">late</span>')) == (True, 1)
    answer = client.post(reverse("reviews:attach", args=[review.pk]), {"filed": str(filed.pk)})
    assert (answer.status_code, "on the table already" in answer.content.decode()) == (409, True)
    answer = client.post(reverse("reviews:circulate", args=[review.pk]))
    assert (answer.status_code, "No paper waits" in answer.content.decode()) == (409, True)
    paper = Paper.objects.first()
    client.post(reverse("move", args=["review_paper", paper.pk, "withdraw"]), {"why": "Superseded."})
    paper.refresh_from_db()
    assert paper.state == "withdrawn"
