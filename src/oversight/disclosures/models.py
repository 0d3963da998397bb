"""What is disclosed, to whom, by when: customers' requests, public reports, other firms' reports, yearly notices."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.disclosures.lifecycle import ADOPTION, B3, KINDS, NOTICE, NOTICES, PUBLICATION, READERS, REPORT_BY_KEY, REPORTS, REQUEST, Report
from oversight.evidence import queries as evidence
from oversight.evidence.models import Filed
from oversight.evidence.types import BY_KEY, Type
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.vendors.columns import when, who, words

ENDED = REQUEST.ends


class CustomerRequest(Moving):
    """A customer asks for a routing report. Who it is stands outside the chain, and only the roles that make and check such reports see it."""

    RECORD = "customer_request"
    PRIVATE = ("customer", "account_key", "basis", "checked_how", "sent_how", "late_reason")
    SEEN_BY = READERS
    LIFECYCLE = REQUEST

    customer = models.CharField(max_length=200, help_text="As the report names the customer. Only those who make and check reports see it.")
    account_key = models.CharField(
        "keyed hash of the account", max_length=128, help_text="As the order feed has it; the firm's own key leads back to the account."
    )
    asked_on = models.DateField("asked on")
    first_on = models.DateField("report from")
    last_on = models.DateField("report to")
    kind = models.CharField("which report", max_length=4, choices=KINDS, blank=True, default="")
    not_held_pct = models.DecimalField(
        "not-held shares of the firm's customer orders, %",
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Over the six months before: the firm's test.",
    )
    monthly_usd = models.DecimalField(
        "not-held orders of the customer, USD a month",
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Average of the six months before: the customer's test.",
    )
    basis = words("on what it rests", help_text="Which orders were counted, from which run.")
    due_on = models.DateField("due")
    rest_due_on = models.DateField("the running month is due", null=True, blank=True)
    noted_by, noted_at = who(), when()
    decided_by, decided_at = who(), when()
    made_by, made_at = who(), when()
    checked_how = words("how it was checked")
    checked_by, checked_at = who(), when()
    sent_how = words("how it was sent", max_length=300)
    sent_by, sent_at = who(), when()
    late_reason = words("why it is late")
    declined_by, declined_at = who(), when()
    told_of = models.CharField(max_length=12, blank=True, default="", help_text="the last step of its clock that people were told of")

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            state_constraint(REQUEST, "disclosures_customerrequest_state"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="disclosures_customerrequest_ends_after"),
        ]

    def __str__(self) -> str:
        return f"customer's request {self.pk}, asked {self.asked_on}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("disclosures:request", args=[self.pk])

    @property
    def owes_rest(self) -> bool:
        """Whether the running month follows after what is sent now: a not-held report of which nothing was sent yet."""
        return self.kind == B3 and self.sent_at is None and self.rest_due_on is not None

    @property
    def owes_no_rest(self) -> bool:
        return not self.owes_rest

    @property
    def has_fresh_report(self) -> bool:
        """Whether a file was kept since the report was last sent."""
        kept = self.reports.all() if self.sent_at is None else self.reports.filter(made_at__gt=self.sent_at)
        return kept.exists()

    def offers(self, move: str, by: Any) -> bool:
        """A report is kept by its form, which takes the files."""
        return move != "make"

    @property
    def is_running(self) -> bool:
        return self.state not in ENDED

    @property
    def clock_on(self) -> Any:
        """The day that runs now: the report's, then the rest's."""
        return self.rest_due_on if self.sent_at is not None and self.rest_due_on else self.due_on

    @property
    def days_left(self) -> int:
        return int((self.clock_on - clock.today()).days)

    @property
    def is_overdue(self) -> bool:
        return self.is_running and self.days_left < 0

    @property
    def is_late(self) -> bool:
        """Whether it would be sent after its day."""
        return self.days_left < 0


class CustomerReport(Recorded):
    """A file of a customer's report: its bytes are kept, and shown to those alone who see the request."""

    RECORD = "customer_report"
    PRIVATE = ("name",)
    SEEN_BY = READERS
    BYTES = "sha256"

    request = models.ForeignKey(CustomerRequest, models.PROTECT, related_name="reports")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    kind = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    made_by, made_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"report for {self.request}"

    def get_absolute_url(self) -> str:
        """Where its request stands."""
        return self.request.get_absolute_url()

    @property
    def type(self) -> Type:
        return BY_KEY[self.kind]


class Publication(Moving):
    """One public report of one period. A correction is another row that names this one."""

    RECORD = "publication"
    PRIVATE = ("checked_how", "late_reason")
    LIFECYCLE = PUBLICATION

    kind = models.CharField(max_length=12, choices=[(report.key, report.title) for report in REPORTS])
    period = models.CharField(max_length=7, help_text="2026Q3, or 2026-08")
    last_on = models.DateField("the period's last day")
    due_on = models.DateField("due")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    main = models.ForeignKey(Filed, models.PROTECT, related_name="+", verbose_name="report")
    document = models.ForeignKey(Filed, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="PDF, or the summary")
    doubts = models.PositiveIntegerField("doubts that its own validator raised", default=0)
    made_by, made_at = who(), when()
    checked_how = words("how it was checked", help_text="Percentages, payments against the ledger, material aspects read anew.")
    checked_by, checked_at = who(), when()
    published_on = models.DateField("public since", null=True, blank=True)
    address = models.URLField("public address", max_length=300, blank=True, default="")
    receipt = models.CharField("FINRA's receipt", max_length=200, blank=True, default="", help_text="606(a) reports are filed with FINRA as well (Rule 6151).")
    published_by, published_at = who(), when()
    late_reason = words("why it is late")

    class Meta:
        ordering: ClassVar = ["-last_on", "kind", "-pk"]
        constraints: ClassVar = [
            state_constraint(PUBLICATION, "disclosures_publication_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(REPORT_BY_KEY)), name="disclosures_publication_kind"),
            models.UniqueConstraint(fields=["kind", "period"], condition=models.Q(state="published"), name="disclosures_publication_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.report.title} of {self.period}{', corrected' if self.corrects_id else ''}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("disclosures:publication", args=[self.pk])

    @property
    def report(self) -> Report:
        return REPORT_BY_KEY[self.kind]

    @property
    def has_successor(self) -> bool:
        return self.successors.filter(state="checked").exists()

    @property
    def first_posted_on(self) -> Any:
        """The first day on which a report of the period was public: corrections do not begin its three years anew."""
        return self.published_on if self.corrects is None else self.corrects.first_posted_on

    @property
    def keep_until_on(self) -> Any:
        """Three years from first posting; None before."""
        first = self.first_posted_on
        return None if first is None else first.replace(year=first.year + 3, day=min(first.day, 28) if first.month == 2 else first.day)

    @property
    def is_past_keeping(self) -> bool:
        until = self.keep_until_on
        return until is not None and until < clock.today()

    @property
    def is_late(self) -> bool:
        return self.due_on < clock.today()


class Adoption(Moving):
    """A report under Rule 605 or 606 that another firm made of the firm's orders: adopted by reference only once it was examined."""

    RECORD = "adoption"
    PRIVATE = ("conclusion",)
    LIFECYCLE = ADOPTION

    kind = models.CharField(max_length=12, choices=[(report.key, report.title) for report in REPORTS])
    maker = models.CharField("who made it", max_length=120)
    period = models.CharField(max_length=7, help_text="2026Q3, or 2026-08")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    broken = models.PositiveIntegerField("rules of its format that it breaks", default=0)
    cells = models.PositiveIntegerField("cells compared", null=True, blank=True)
    differing = models.PositiveIntegerField("cells that differ", null=True, blank=True)
    unexplained = models.PositiveIntegerField("of them without an explanation", default=0, blank=True)
    conclusion = words(
        "what the comparison says", help_text="Which cells differ, by how much, for which orders; venues that are routers; aspects that are blank or copied."
    )
    noted_by, noted_at = who(), when()
    examined_by, examined_at = who(), when()
    settled_by, settled_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-noted_at", "-pk"]
        constraints: ClassVar = [state_constraint(ADOPTION, "disclosures_adoption_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.period} made by {self.maker}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("disclosures:adoption", args=[self.pk])

    @property
    def has_comparison(self) -> bool:
        """Whether anything beside the report itself is filed with it."""
        return any(link.filed_id != self.filed_id for link in evidence.of_subject(*self.subject))

    @property
    def is_explained(self) -> bool:
        return not self.unexplained and not self.broken


class YearlyNotice(Moving):
    """A notice that every customer gets once a year, tracked until it was delivered."""

    RECORD = "yearly_notice"
    PRIVATE = ("sent_how", "unreachable_why")
    LIFECYCLE = NOTICE

    kind = models.CharField(max_length=12, choices=[(key, title) for key, title, _, _ in NOTICES])
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2099)])
    text = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    drafted_by, drafted_at = who(), when()
    approved_by, approved_at = who(), when()
    sent_on = models.DateField("sent on", null=True, blank=True)
    sent_how = words("how it was sent", max_length=300)
    addressed = models.PositiveIntegerField("customers it was sent to", null=True, blank=True)
    sent_by, sent_at = who(), when()
    returned = models.PositiveIntegerField("came back", default=0, blank=True)
    reached = models.PositiveIntegerField("of them delivered another way", default=0, blank=True)
    unreachable = models.PositiveIntegerField("of them not reachable", default=0, blank=True)
    unreachable_why = words("why they cannot be reached")
    followed_by, followed_at = who(), when()
    closed_by, closed_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-year", "kind", "-pk"]
        constraints: ClassVar = [
            state_constraint(NOTICE, "disclosures_yearlynotice_state"),
            models.UniqueConstraint(fields=["kind", "year"], condition=~models.Q(state="dropped"), name="disclosures_yearlynotice_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"notice of {self.year}, {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("disclosures:notice", args=[self.pk])

    @property
    def open_returns(self) -> int:
        """How many came back and were neither delivered another way nor given up with a reason."""
        return self.returned - self.reached - self.unreachable

    @property
    def is_settled(self) -> bool:
        return self.open_returns == 0 and (not self.unreachable or bool(self.unreachable_why.strip()))

    @property
    def is_consistent(self) -> bool:
        return self.open_returns >= 0 and self.returned <= (self.addressed or 0)
