"""Remediation cases, the differences they are about, and what was skipped by a signed override."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.cases.interim import Measure
from oversight.cases.lifecycle import BY_KEY, CASE, CONDITIONS, OPEN, OVERRIDE, SHARED
from oversight.cases.monitoring import Monitoring
from oversight.cases.noticing import Notice
from oversight.cases.testing import Evaluation, Registration
from oversight.differences.models import Difference
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import BY_KEY as ROLES
from oversight.roles import STAFF, VENDOR
from oversight.vendors.columns import when, who, words
from oversight.vendors.filings import filing
from oversight.vendors.models import Vendor

__all__ = ["Case", "CaseDifference", "Evaluation", "Measure", "Monitoring", "Notice", "Override", "Registration"]
TEST, VOTE, BY_OVERRIDE = "test", "vote", "override"
ENDINGS = {"": "", TEST: "on its registered test", VOTE: "by reasoned vote", BY_OVERRIDE: "by a signed override"}
ORIGINS = {
    "": "by hand", "finding": "an exception", "claim": "a contradicted claim", "possible_breach": "a possible breach", "difference": "a material difference",
    "harm": "customer harm", "review": "a vote of the committee", "happening": "the handling log",
}  # fmt: skip
"""What a case can come from, by the record's word for it."""


class Case(Moving):
    """One remediation of one vendor, from what fell short to its end. `differences` are those it is about; their clocks run whatever the case does."""

    RECORD = "case"
    PRIVATE = ("what", "alone_words")
    LIFECYCLE = CASE

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    what = words("what fell short, by which figures, since when", blank=False)
    differences: models.ManyToManyField[Difference, CaseDifference] = models.ManyToManyField(Difference, through="CaseDifference", related_name="cases")
    origin_kind = models.CharField(max_length=40, blank=True, default="")
    origin_id = models.CharField(max_length=64, blank=True, default="")
    opened_by = who()
    opened_at = models.DateTimeField()
    stage_due_on = models.DateField("this stage to be done by", null=True)
    stage_late_told_on = models.DateField(null=True, editable=False)
    noticed_by, noticed_at = who(), when()
    investigating_by, investigating_at = who(), when()
    planning_by, planning_at = who(), when()
    monitored_by, monitored_at = who(), when()
    alone_words = words("what the firm found by itself, and on what it rests")
    alone_by, alone_at = who(), when()
    vote_kind = models.CharField(max_length=40, blank=True, default="", editable=False)
    vote_id = models.CharField(max_length=64, blank=True, default="", editable=False)
    ended_by, ended_at = who(), when()
    ended_how = models.CharField(max_length=10, blank=True, default="", choices=list(ENDINGS.items()), editable=False)
    closing_letter = filing("closing letter")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [state_constraint(CASE, "cases_case_state")]

    def __str__(self) -> str:
        return f"Case {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        """The firm's page of the case; the vendor has its notices and its room."""
        return reverse("cases:case", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_past_its_day(self) -> bool:
        """Whether the clock of its stage ran out."""
        return self.is_open and self.stage_due_on is not None and clock.today() > self.stage_due_on

    def is_shared_with(self, account: Any) -> bool:
        """Whether this outside account may know of the case: its own vendor's, from the notice on."""
        return VENDOR in account.roles and bool(account.vendor) and account.vendor == self.vendor.key and self.state in SHARED

    @property
    def difference(self) -> Difference | None:
        """The first difference that it is about; None where it is about none."""
        return self.differences.order_by("case_differences__pk").first()

    @property
    def origin_words(self) -> str:
        """What it came from, in words."""
        return ORIGINS.get(self.origin_kind, self.origin_kind)

    @property
    def notice(self) -> Notice | None:
        """The notice that stands: the last that was sent and is not superseded."""
        return self.notices.filter(state__in=("sent", "answered")).order_by("-number").first()

    @property
    def registration(self) -> Registration | None:
        """The closing test that two people agreed on; None before."""
        return self.registrations.filter(state="agreed").order_by("-pk").first()

    @property
    def is_unilateral(self) -> bool:
        """Whether the firm goes on without the vendor's answer: the notice that stands is past its clock and unanswered."""
        notice = self.notice
        return notice is not None and notice.is_overdue

    @property
    def is_answered_or_overdue(self) -> bool:
        notice = self.notice
        return notice is not None and (notice.state == "answered" or notice.is_overdue)

    @property
    def is_concluded(self) -> bool:
        """Whether its room is concluded or, where the answer clock ran out, the firm's own conclusion is written. The app above holds the room."""
        room = getattr(self, "room", None)
        return bool(room is not None and room.is_concluded) or self.alone_at is not None

    @property
    def has_plan(self) -> bool:
        """Whether a corrective plan is accepted; the app above holds them."""
        plans = getattr(self, "plans", None)
        return plans is not None and plans.filter(state="accepted").exists()

    @property
    def has_monitoring(self) -> bool:
        return self.monitorings.filter(state="in_force").exists()

    @property
    def is_test_passed(self) -> bool:
        """Whether the registered test is met over its whole window, by the last evaluation."""
        registration = self.registration
        return registration is not None and registration.is_passed

    @property
    def is_without_power(self) -> bool:
        """Whether its registration says that no test can have power: beforehand, or because its window ended with too few rows."""
        registration = self.registration
        return registration is not None and registration.is_without_power

    @property
    def has_vote(self) -> bool:
        return bool(self.vote_kind)

    @property
    def is_justified(self) -> bool:
        """Whether it is about differences and each of them is justified by an adopted decision."""
        states = list(self.differences.values_list("state", flat=True))
        return bool(states) and set(states) == {"justified"}

    @property
    def has_exit_plan(self) -> bool:
        return self.vendor.exit_plans.filter(state="approved").exists()

    def has_override(self, condition: str) -> bool:
        """Whether a second person in another role signed that this condition is skipped, and it is not used yet."""
        return self.overrides.filter(condition=condition, state="signed").exists()

    def is_met(self, condition: str) -> bool:
        """Whether a condition is met by itself, no override asked."""
        facts: dict[str, Callable[[], bool]] = {
            "notice": lambda: self.notice is not None, "answer": lambda: self.is_answered_or_overdue, "conclusion": lambda: self.is_concluded,
            "plan": lambda: self.has_plan, "registration": lambda: self.registration is not None, "monitoring": lambda: self.has_monitoring,
            "closing": lambda: self.is_test_passed, "steps": lambda: False, "exit_plan": lambda: self.has_exit_plan,
        }  # fmt: skip
        return facts[condition]()

    def _may(self, condition: str) -> bool:
        return self.is_met(condition) or self.has_override(condition)

    @property
    def may_be_noticed(self) -> bool:
        return self._may("notice")

    @property
    def may_be_investigated(self) -> bool:
        return self._may("answer")

    @property
    def may_be_planned(self) -> bool:
        return self._may("conclusion")

    @property
    def may_rest_on_plan(self) -> bool:
        return self._may("plan")

    @property
    def may_rest_on_test(self) -> bool:
        return self._may("registration")

    @property
    def may_rest_on_monitoring(self) -> bool:
        return self._may("monitoring")

    @property
    def may_be_closed(self) -> bool:
        return self._may("closing")

    @property
    def may_be_closed_early(self) -> bool:
        return self._may("steps")

    @property
    def may_be_terminated(self) -> bool:
        return self._may("exit_plan")


class CaseDifference(Recorded):
    """That a case is about a material difference."""

    RECORD = "case_difference"
    SEEN_BY = STAFF

    case = models.ForeignKey(Case, models.PROTECT, related_name="case_differences")
    difference = models.ForeignKey(Difference, models.PROTECT, related_name="case_differences")
    added_by, added_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "difference"], name="cases_casedifference_once")]

    def __str__(self) -> str:
        return f"{self.difference} in case {self.case_id}"


class Override(Moving):
    """That one condition of one case is skipped: who would, why, and who signed in which other role."""

    RECORD = "case_override"
    PRIVATE = ("reason",)
    LIFECYCLE = OVERRIDE

    case = models.ForeignKey(Case, models.PROTECT, related_name="overrides")
    condition = models.CharField("what is skipped", max_length=20, choices=[(one.key, one.title) for one in CONDITIONS])
    reason = words("why it is skipped, and what stands in its place", blank=False)
    proposed_by, proposed_at = who(), models.DateTimeField()
    proposed_as = models.CharField("proposed in the role of", max_length=20)
    decided_by, decided_at = who(), when()
    used_by, used_at = who(), when()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(OVERRIDE, "cases_override_state"),
            models.CheckConstraint(condition=models.Q(condition__in=list(BY_KEY)), name="cases_override_condition"),
            models.UniqueConstraint(fields=["case", "condition"], condition=models.Q(state__in=("proposed", "signed")), name="cases_override_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"override of {BY_KEY[self.condition].title}, case {self.case.number}"

    def get_absolute_url(self) -> str:
        """Its case, where it is shown."""
        return f"{reverse('cases:case', args=[self.case_id])}#overrides"

    @property
    def is_of_open_case(self) -> bool:
        return self.case.is_open

    @property
    def is_from_another_role(self) -> bool:
        """Whether compliance signs in another role than the proposer's."""
        return self.proposed_as != "compliance"

    @property
    def role_words(self) -> str:
        return ROLES[self.proposed_as].title


def days_left(on: date | None) -> int | None:
    """Days of the calendar until `on`; negative once it is over."""
    return None if on is None else (on - clock.today()).days
