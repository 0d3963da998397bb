"""What was given: productions, and each document in them with its number."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from oversight.evidence.models import Filed
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.requests.asked import Request
from oversight.requests.gathered import Document
from oversight.requests.lifecycle import GIVEN, PRODUCTION
from oversight.roles import AUDITOR, COMPLIANCE, SENIOR_MANAGER
from oversight.vendors.columns import when, who, words

HOW = (
    ("room", "reader's room of this desk"), ("portal", "the authority's own portal"), ("media", "encrypted medium"), ("mail", "encrypted e-mail"),
    ("hand", "by hand"),
)  # fmt: skip
PARTS = {
    "archive": "everything in one ZIP archive",
    "letter": "cover letter",
    "listing": "index",
    "index": "index as a table",
    "withheld": "log of what is withheld",
}
"""What a production consists of beside its documents, each a filing: the field's name, and what it is."""


class Production(Moving):
    """One answer to the authority: what goes out, numbered when it is released, bound once and filed by its hash."""

    RECORD = "production"
    PRIVATE = ("covering", "delivered_to")
    LIFECYCLE = PRODUCTION

    request = models.ForeignKey(Request, models.PROTECT, related_name="productions")
    number = models.PositiveIntegerField("production", editable=False)
    covering = words("what the cover letter says", blank=False)
    supplements = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supplemented_by")
    archive = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+")
    letter = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+")
    listing = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+")
    index = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+")
    withheld = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+")
    delivered_to = models.CharField("handed over to", max_length=200, blank=True, default="")
    delivered_how = models.CharField("how", max_length=10, blank=True, default="", choices=HOW)
    made_by, made_at = who(), models.DateTimeField()
    released_by, released_at = who(), when()
    delivered_by, delivered_at = who(), when()

    class Meta:
        ordering: ClassVar = ["request", "number"]
        constraints: ClassVar = [
            state_constraint(PRODUCTION, "requests_production_state"),
            models.UniqueConstraint(fields=["request", "number"], name="requests_production_number"),
            models.UniqueConstraint(fields=["request"], condition=Q(state="drafted"), name="requests_production_one_draft"),
        ]

    def __str__(self) -> str:
        return f"production {self.number} of {self.request}"

    def get_absolute_url(self) -> str:
        """The page of the production."""
        return reverse("requests:production", args=[self.pk])

    @property
    def is_released(self) -> bool:
        return self.released_at is not None

    @property
    def is_fit(self) -> bool:
        """Every document of it is still as counsel reviewed it, and so is each of its items."""
        return not unfit(self)

    @property
    def parts(self) -> list[tuple[str, str, Filed]]:
        """(field, what it is, filing) of what was made with it; nothing before its release."""
        return [(name, what, getattr(self, name)) for name, what in PARTS.items() if getattr(self, f"{name}_id")]


class Produced(Recorded):
    """One document in one production, with the bytes that go out by their hash; its number is given when the production is released."""

    RECORD = "produced"
    SEEN_BY = (COMPLIANCE, SENIOR_MANAGER, AUDITOR)

    production = models.ForeignKey(Production, models.PROTECT, related_name="given")
    document = models.ForeignKey(Document, models.PROTECT, related_name="given_in")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    is_redacted = models.BooleanField(default=False)
    number = models.PositiveBigIntegerField(null=True, unique=True)
    label = models.CharField("number", max_length=20, blank=True, default="", db_index=True)
    items = models.CharField(max_length=400, help_text="the numbers of the items that it answers")

    class Meta:
        ordering: ClassVar = ["number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["production", "document"], name="requests_produced_once"),
            models.UniqueConstraint(fields=["label"], condition=~Q(label=""), name="requests_produced_label"),
        ]

    def __str__(self) -> str:
        return self.label or f"document {self.document_id}, not numbered yet"


def unfit(production: Any) -> list[str]:
    """Why a draft cannot be released, in words: a document changed, superseded or decided anew; an item not reviewed. Three queries."""
    rows = list(production.given.select_related("document__filed", "document__redaction", "filed"))
    later = set(
        Filed.objects.filter(supersedes_id__in=[pk for row in rows for pk in (row.filed_id, row.document.filed_id)]).values_list("supersedes_id", flat=True)
    )
    found = []
    for row in rows:
        document = row.document
        if document.state not in GIVEN:
            found.append(f"{document} is “{document.state_title}”")
        elif {row.filed_id, document.filed_id} & later:
            found.append(f"{document} was superseded after counsel's review; counsel reviews it again")
        elif document.given.sha256 != row.sha256:
            found.append(f"{document} is not the file that was drafted")
    pending = {
        f"{document} answers item {number}, which counsel has not reviewed"
        for document, number, state in _placed([row.document for row in rows]) if state not in ("reviewed", "produced")
    }  # fmt: skip
    return [*found, *sorted(pending)]


def _placed(documents: list[Document]) -> list[tuple[Document, str, str]]:
    """(document, number and state of each item that it answers)."""
    by_pk = {document.pk: document for document in documents}
    rows = Document.objects.filter(pk__in=by_pk).values_list("pk", "placements__item__number", "placements__item__state")
    return [(by_pk[pk], number, state) for pk, number, state in rows if number]
