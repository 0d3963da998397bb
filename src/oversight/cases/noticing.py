"""The formal notice to a vendor: what fell short with its figures, what is asked, by when, and the answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.cases.lifecycle import NOTICE, OPEN, READ_OUTSIDE
from oversight.record.models import Moving, state_constraint
from oversight.roles import VENDOR
from oversight.vendors.columns import when, who, words
from oversight.vendors.filings import filing


class Notice(Moving):
    """One notice of a case. `figures` are rows as `evidencing.figures` reads them, frozen when it was written; `orders` are [date, symbol, id]."""

    RECORD = "case_notice"
    PRIVATE = ("what", "asked", "answer")
    LIFECYCLE = NOTICE

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="notices")
    number = models.PositiveIntegerField()
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="amended_by")
    subject_line = models.CharField("subject", max_length=160)
    what = words("what fell short, by which figures, since when", blank=False)
    figures = models.JSONField(default=list)
    orders = models.JSONField(default=list)
    asked = words("what is asked of the vendor", blank=False)
    answer_due_on = models.DateField("answer due by")
    drafted_by, drafted_at = who(), models.DateTimeField()
    revised_by, revised_at = who(), when()
    sent_by, sent_at = who(), when()
    letter = filing("letter")
    answer = words("the vendor's answer")
    answered_by, answered_at = who(), when()
    reminded_on = models.DateField(null=True, editable=False)
    overdue_told_on = models.DateField(null=True, editable=False)
    escalated_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["case", "number"]
        constraints: ClassVar = [
            state_constraint(NOTICE, "cases_notice_state"),
            models.UniqueConstraint(fields=["case", "number"], name="cases_notice_number"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state__in=("sent", "answered")), name="cases_notice_one_stands"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="draft"), name="cases_notice_one_draft"),
        ]

    def __str__(self) -> str:
        return f"notice {self.case.number}.{self.number}: {self.subject_line}"

    def get_absolute_url(self) -> str:
        """The firm's page of it."""
        return reverse("cases:notice", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people and, once it was sent, the outside accounts of its vendor."""
        return super().is_visible_to(account) or self.is_read_by(account)

    def takes_files_of(self, account: Any) -> bool:
        """An outside account files beside its notice while the case goes on and no amended notice took its place."""
        return self.is_read_by(account) and self.state in ("sent", "answered") and self.is_of_open_case

    def is_read_by(self, account: Any) -> bool:
        """Whether this outside account is its vendor's, and it was sent."""
        return VENDOR in account.roles and bool(account.vendor) and account.vendor == self.case.vendor.key and self.state in READ_OUTSIDE

    @property
    def is_of_open_case(self) -> bool:
        return self.case.state in OPEN

    @property
    def has_figures(self) -> bool:
        """Whether a figure was measured, or an order is named."""
        return bool(self.orders) or any(figure["value"] is not None for figure in self.figures)

    @property
    def is_overdue(self) -> bool:
        """With the vendor, unanswered, past its day."""
        return self.state == "sent" and clock.today() > self.answer_due_on

    @property
    def standing(self) -> str:
        """How it stands with its answer, in words."""
        if self.state == "sent":
            return f"no answer, past its day since {self.answer_due_on}" if self.is_overdue else f"vendor's answer pending, due by {self.answer_due_on}"
        return self.state_title
