"""The minutes on paper, and what of them stands outside the chain."""

from __future__ import annotations

from django.urls import reverse

from oversight.evidence import store
from oversight.record.models import Entry
from oversight.reviews import printing, sitting, voting
from oversight.reviews.models import Recusal, Review, Vote

from .conftest import Room
from .test_pages import as_


def test_the_draft_pdf_says_that_it_is_one_and_the_filed_one_is_never_made_again(committee: Room) -> None:
    review = committee.open()
    committee.moved(review.items.get(is_vote=True))
    answer = as_(committee.chair).get(reverse("reviews:minutes_pdf", args=[review.pk]))
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert "draft" in answer["Content-Disposition"]


def test_the_same_minutes_and_signatures_give_the_same_bytes(committee: Room) -> None:
    review = committee.signed()
    kept = Review.objects.select_related("filed", "charter").get(pk=review.pk)
    assert kept.filed is not None
    assert printing.of(kept) == store.read(kept.filed.sha256)


def test_nothing_private_of_votes_and_minutes_stands_in_the_chain(committee: Room) -> None:
    review = committee.open()
    motion = committee.moved(review.items.get(is_vote=True), text="Retain, says the secret word QUXX.", alternatives="QUXX too.")
    voting.vote(committee.two, motion, "against", words="QUXX against it.")
    sitting.recuse(committee.three, review, item=review.items.filter(is_vote=False).first(), reason="QUXX reason.")
    assert Entry.objects.filter(body__contains="QUXX").count() == 0
    assert (Vote.objects.get().words, Recusal.objects.get().reason) == ("QUXX against it.", "QUXX reason.")
