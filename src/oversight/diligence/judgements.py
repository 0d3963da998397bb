"""What the firm makes of answers: scores, challenges, tests, conditions, none of which an outside account sees but what was said to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.diligence.lifecycle import CHALLENGE, CONDITION, TEST
from oversight.evidence import queries as evidence
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import BY_KEY, STAFF

CONFIRMED, NOT_CONFIRMED, UNTESTABLE = "confirmed", "not_confirmed", "untestable"
RESULTS = ((CONFIRMED, "confirmed"), (NOT_CONFIRMED, "not confirmed"), (UNTESTABLE, "cannot be tested"))
POINTS = (
    (4, "full: what is asked for, and shown"), (3, "good: small gaps that do no harm"), (2, "half: gaps that matter"), (1, "weak: said, and not shown"),
    (0, "nothing, or not acceptable"),
)  # fmt: skip
"""What each number of points means."""


class Score(Recorded):
    """The points of one version of an answer; a later version is scored anew."""

    RECORD = "score"
    PRIVATE = ("words",)
    SEEN_BY = STAFF

    given = models.OneToOneField("diligence.Given", models.PROTECT, related_name="score")
    points = models.PositiveSmallIntegerField(choices=POINTS)
    words = models.TextField("why", blank=True, default="", max_length=4000)
    is_proposed = models.BooleanField(default=False, help_text="the points that the answer itself suggests were taken as they are")
    scored_by = models.CharField(max_length=64)
    scored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(points__lte=4), name="diligence_score_points")]

    def __str__(self) -> str:
        return f"{self.points} of 4"


class Challenge(Moving):
    """A question about an answer, put to who gave it. `note` and `conclusion` are the firm's own."""

    RECORD = "challenge"
    PRIVATE = ("note", "conclusion")
    LIFECYCLE = CHALLENGE

    answer = models.ForeignKey("diligence.Answer", models.PROTECT, related_name="challenges")
    note = models.TextField("for the firm alone", blank=True, default="", max_length=4000)
    conclusion = models.TextField("what the firm concludes", blank=True, default="", max_length=4000)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    settled_by = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [state_constraint(CHALLENGE, "diligence_challenge_state")]

    def __str__(self) -> str:
        return f"challenge {self.pk} of {self.answer.question_id}"

    def get_absolute_url(self) -> str:
        """Its place on the page of the answer."""
        return f"{reverse('diligence:answer', args=[self.answer_id])}#challenge-{self.pk}"


class Remark(Recorded):
    """One thing said in a challenge, by the firm or by who answers; both sides read it."""

    RECORD = "remark"
    PRIVATE = ("words",)
    SEEN_BY = STAFF

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="remarks")
    words = models.TextField(max_length=4000)
    is_reply = models.BooleanField()
    said_by = models.CharField(max_length=64)
    said_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"remark {self.pk}"

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people, and the outside accounts that see the answer."""
        return self.challenge.answer.is_visible_to(account)


class AnswerTest(Moving):
    """One answer that the seed chose, and what a second person found when trying it. `version` is the one that was tried."""

    RECORD = "answer_test"
    PRIVATE = ("tried",)
    LIFECYCLE = TEST

    answer = models.OneToOneField("diligence.Answer", models.PROTECT, related_name="test")
    place = models.PositiveIntegerField(help_text="its place in the draw; 0: a gate, tested whatever the draw")
    version = models.PositiveIntegerField(null=True)
    tried = models.TextField("what was tried, and what came out", blank=True, default="", max_length=4000)
    result = models.CharField(max_length=16, blank=True, default="", choices=RESULTS)
    tested_by = models.CharField(max_length=64, blank=True, default="")
    tested_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            state_constraint(TEST, "diligence_answertest_state"),
            models.CheckConstraint(condition=models.Q(result__in=["", *(key for key, _ in RESULTS)]), name="diligence_answertest_result"),
        ]

    def __str__(self) -> str:
        return f"test of {self.answer.question_id}"

    def get_absolute_url(self) -> str:
        """Its place on the page of the answer."""
        return f"{reverse('diligence:answer', args=[self.answer_id])}#test"


class Condition(Moving):
    """What must still happen under an approval: by when, and who of the firm sees to it. `answer` is the one it covers, where it covers one."""

    RECORD = "condition"
    PRIVATE = ("words", "proof")
    LIFECYCLE = CONDITION

    assessment = models.ForeignKey("diligence.Assessment", models.PROTECT, related_name="conditions")
    answer = models.ForeignKey("diligence.Answer", models.PROTECT, null=True, blank=True, related_name="conditions")
    words = models.TextField("what must happen", max_length=2000)
    due_on = models.DateField("by")
    owner_role = models.CharField("who sees to it", max_length=20, choices=[(key, BY_KEY[key].title) for key in STAFF])
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    proof = models.TextField("how it was met", blank=True, default="", max_length=4000)
    reported_by = models.CharField(max_length=64, blank=True, default="")
    reported_at = models.DateTimeField(null=True)
    met_by = models.CharField(max_length=64, blank=True, default="")
    met_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [state_constraint(CONDITION, "diligence_condition_state")]

    def __str__(self) -> str:
        return f"condition {self.pk}, by {self.due_on}"

    def get_absolute_url(self) -> str:
        """Its own page, with its evidence."""
        return reverse("diligence:condition", args=[self.pk])

    @property
    def has_evidence(self) -> bool:
        return evidence.of_subject(*self.subject).exists()

    @property
    def is_overdue(self) -> bool:
        return self.state in ("open", "reported") and self.due_on < clock.today()
