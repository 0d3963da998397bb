"""The items of a request, the documents that answer them, and the papers of counsel's space."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.models import Filed
from oversight.evidence.types import BY_KEY, Type
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.requests.asked import Request
from oversight.requests.grounds import BY_GROUND, GROUNDS
from oversight.requests.lifecycle import DOCUMENT, GIVEN, ITEM, TO_DO
from oversight.roles import COMPLIANCE, STAFF
from oversight.vendors.columns import when, who, words

OF_COUNSEL = ("review", "look_again", "object", "clear", "redact", "withhold", "reconsider")
OF_BOTH = ("send_back", "recall")
OF_OWNER = ("gather", "hand_in", "find_nothing", "set_aside", "take_back_in")
"""Moves of items and documents that only the request's counsel makes; that counsel or compliance makes; that an owner or compliance makes."""


class Item(Moving):
    """One numbered question of the letter: who answers it by when, of which period, and as known at which instant."""

    RECORD = "request_item"
    PRIVATE = ("question", "search_made", "objection")
    LIFECYCLE = ITEM

    request = models.ForeignKey(Request, models.PROTECT, related_name="items")
    number = models.CharField(max_length=12, help_text="As the letter numbers it: 3, 3(b).")
    place = models.PositiveIntegerField(editable=False)
    question = words("the letter's words", blank=False)
    owner = models.CharField(max_length=64)
    due_on = models.DateField("due within the firm")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    known_at = models.DateTimeField("as known at", help_text="New York time. What the firm had by then stands beside what it has now.")
    search_made = words("where and how it was searched", blank=True)
    objection = words("what is objected to or withheld, and on what ground", help_text="It goes into the log that the authority gets: no privileged words.")
    readied_by, readied_at = who(), when()
    reviewed_by, reviewed_at = who(), when()
    searched_by, searched_at = who(), when()
    confirmed_by, confirmed_at = who(), when()
    objected_by, objected_at = who(), when()

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        indexes: ClassVar = [models.Index(fields=["owner", "state"])]
        constraints: ClassVar = [
            state_constraint(ITEM, "requests_item_state"),
            models.CheckConstraint(condition=~models.Q(owner=""), name="requests_item_has_an_owner"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="requests_item_period"),
            models.UniqueConstraint(fields=["request", "number"], name="requests_item_number"),
        ]

    def __str__(self) -> str:
        return f"item {self.number} of {self.request}"

    def get_absolute_url(self) -> str:
        """The page of the item."""
        return reverse("requests:item", args=[self.pk])

    @property
    def is_worked(self) -> bool:
        return self.request.is_worked

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO

    @property
    def is_overdue(self) -> bool:
        """Not yet with counsel, or not ended, and its day is over."""
        return self.is_to_do and clock.today() > self.due_on

    def offers(self, move: str, by: Any) -> bool:
        """What counsel decides is offered to the request's counsel, what its owner does to its owner or compliance."""
        if move in OF_COUNSEL or (move in OF_BOTH and COMPLIANCE not in by.roles):
            return self.request.is_counseled_by(by)
        return move not in OF_OWNER or by.key == self.owner or COMPLIANCE in by.roles

    @property
    def documents_in(self) -> models.QuerySet[Document]:
        """Its documents, those taken out aside."""
        return Document.objects.filter(placements__item=self).exclude(state="set_aside")

    @property
    def has_documents(self) -> bool:
        return self.documents_in.exists()

    @property
    def is_bare(self) -> bool:
        return not self.has_documents

    @property
    def is_decided(self) -> bool:
        """Counsel decided on each document, and none that goes out was superseded since."""
        return not (
            self.documents_in.filter(state="waiting").exists() or self.documents_in.filter(state__in=GIVEN, filed__superseded_by__isnull=False).exists()
        )

    @property
    def has_nothing_to_give(self) -> bool:
        return not self.documents_in.filter(state__in=GIVEN).exists()


class Document(Moving):
    """One filing that answers one item or several of a request. What counsel decided of it is written without privileged words."""

    RECORD = "request_document"
    PRIVATE = ("redacts", "log_line", "recall_line")
    LIFECYCLE = DOCUMENT

    request = models.ForeignKey(Request, models.PROTECT, related_name="documents")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    ground = models.CharField("ground", max_length=20, blank=True, default="", choices=[(ground.key, ground.title) for ground in GROUNDS])
    log_line = words("line in the log of what is withheld", help_text="Author, date, kind and ground; the authority gets it, so no privileged words.")
    redaction = models.ForeignKey(Filed, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="the redacted copy")
    redacts = words("what is redacted", help_text="Page and kind of passage; the authority gets it, so no privileged words.")
    recall_line = words("why it is recalled", help_text="The log shows it: no privileged words.")
    chosen_by, chosen_at = who(), models.DateTimeField()
    reviewed_by, reviewed_at = who(), when()
    recalled_by, recalled_at = who(), when()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(DOCUMENT, "requests_document_state"),
            models.CheckConstraint(condition=models.Q(ground__in=["", *BY_GROUND]), name="requests_document_ground"),
            models.UniqueConstraint(fields=["request", "filed"], name="requests_document_once"),
        ]

    def __str__(self) -> str:
        return f"{self.filed.title}"

    def get_absolute_url(self) -> str:
        """The page of the document."""
        return reverse("requests:document", args=[self.pk])

    def offers(self, move: str, by: Any) -> bool:
        """What counsel decides is offered to the request's counsel; to take it out or in again, to an owner of an item that it answers, or compliance."""
        if move in OF_COUNSEL or (move in OF_BOTH and COMPLIANCE not in by.roles):
            return self.request.is_counseled_by(by)
        return move not in OF_OWNER or COMPLIANCE in by.roles or self.placements.filter(item__owner=by.key).exists()

    @property
    def is_current(self) -> bool:
        """No later filing took the place of this one, or of its redacted copy."""
        return not Filed.objects.filter(supersedes_id__in=[self.filed_id, *([self.redaction_id] if self.redaction_id else [])]).exists()

    @property
    def has_redaction(self) -> bool:
        return self.redaction_id is not None

    @property
    def given(self) -> Filed:
        """The filing whose bytes would go out now: the redacted copy where counsel lets that go. What went out, `Produced` says."""
        return self.redaction if self.redaction and self.state == "redacted" else self.filed

    @property
    def ground_title(self) -> str:
        return BY_GROUND[self.ground].title if self.ground else ""


class Placement(Recorded):
    """That a document answers an item: one document may answer several."""

    RECORD = "request_placement"
    SEEN_BY = STAFF

    document = models.ForeignKey(Document, models.PROTECT, related_name="placements")
    item = models.ForeignKey(Item, models.PROTECT, related_name="placements")
    placed_by, placed_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["item__place", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "item"], name="requests_placement_once")]

    def __str__(self) -> str:
        return f"document {self.document_id} in item {self.item_id}"


class Paper(Recorded):
    """One note or file of counsel's space: never changed. Nobody but the request's counsel sees that it is there; its words and bytes stand outside the chain.

    Its bytes lie in the store of evidence and no filing names them, so that no list, page or download of evidence has them.
    """

    RECORD = "counsel_paper"
    PRIVATE = ("title", "note", "name", "sha256")
    BYTES = "sha256"
    IS_APART = True

    request = models.ForeignKey(Request, models.PROTECT, related_name="papers")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="papers")
    ground = models.CharField(max_length=20, choices=[(ground.key, ground.title) for ground in GROUNDS if ground.is_privileged])
    title = models.CharField("what it is", max_length=200)
    note = words("note")
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    size = models.PositiveBigIntegerField(default=0)
    kind = models.CharField(max_length=100, blank=True, default="")
    name = models.CharField(max_length=200, blank=True, default="")
    written_by, written_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"paper {self.pk} of counsel"

    def is_visible_to(self, account: Any) -> bool:
        """The request's counsel, and nobody else: no role opens it."""
        return self.request.is_counseled_by(account)

    @property
    def type(self) -> Type:
        return BY_KEY[self.kind]
