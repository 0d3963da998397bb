"""What people are asked when they write in the vendor file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms import formset_factory

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.evidence.uploads import Uploading
from oversight.roles import BY_KEY, STAFF
from oversight.vendors.arrangement_actions import FACTS
from oversight.vendors.arranging import Arrangement
from oversight.vendors.filings import FilingChoice
from oversight.vendors.models import Product, SubVendor, Vendor
from oversight.vendors.quarters import quarter_of
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport
from oversight.vendors.readiness_actions import MOST_STEPS, PLAN

DAY = {"type": "date"}
QUARTERS = 5
"""How many quarters back a reliance can be opened for on the page."""


def day() -> forms.DateInput:
    """A day with the browser's own calendar."""
    return forms.DateInput(attrs=DAY, format="%Y-%m-%d")


def lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class RegisterForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """A vendor as it is put on the register."""

    class Meta:
        model = Vendor
        fields = ("key", "name", "summary")
        widgets = {"summary": lines()}  # noqa: RUF012 -- Django reads it
        help_texts = {  # noqa: RUF012 -- Django reads it
            "key": "As the firm's files spell it, so that orders find their vendor. It never changes.",
            "summary": "What it routes and how, in a few sentences.",
        }


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]  # the same
    """The words about a vendor."""

    why = forms.CharField(label="Why it changes", max_length=1000, required=False)

    class Meta:
        model = Vendor
        fields = ("name", "summary")
        widgets = {"summary": lines(5)}  # noqa: RUF012 -- Django reads it


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]  # the same
    """A product and the version in use."""

    class Meta:
        model = Product
        fields = ("name", "purpose", "version", "since_on")
        widgets = {"purpose": lines(2), "since_on": day()}  # noqa: RUF012 -- Django reads it


class ReleaseForm(forms.Form):
    """Another version in use."""

    version = forms.CharField(label="Version in use", max_length=60)
    since_on = forms.DateField(label="In use since", widget=day())
    why = forms.CharField(label="What it brings", max_length=1000, required=False)


class SubVendorForm(forms.ModelForm):  # type: ignore[type-arg]  # the same
    """A link of the chain."""

    class Meta:
        model = SubVendor
        fields = ("name", "kind", "purpose", "where", "criticality", "behind", "since_on")
        widgets = {"purpose": lines(2), "since_on": day()}  # noqa: RUF012 -- Django reads it

    def __init__(self, *args: Any, vendor: Vendor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        behind: Any = self.fields["behind"]
        behind.queryset, behind.empty_label, behind.label = vendor.sub_vendors.filter(state="standing"), f"{vendor.name} itself", "Stands behind"


class ArrangementForm(forms.ModelForm):  # type: ignore[type-arg]  # the same
    """An arrangement: who handles which flow, in which capacity, from when."""

    class Meta:
        model = Arrangement
        fields = FACTS
        widgets = {"terms": lines(), "from_on": day(), "until_on": day()}  # noqa: RUF012 -- Django reads it

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        return {name: self.cleaned_data[name] for name in FACTS}


class CorrectionForm(ArrangementForm):
    """The same, with the reason for the correction."""

    why = forms.CharField(label="Why it is corrected", max_length=1000, required=False)


class RelianceForm(forms.Form):
    """For which quarter somebody's review is relied on."""

    quarter = forms.ChoiceField(label="Quarter reviewed")
    due_on = forms.DateField(
        label="Holds until", required=False, widget=day(),
        help_text="The day on which the next quarter's review is due. Empty: 45 days after the next quarter's end. The day after, it has lapsed.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = [quarter_of(clock.today())]
        while len(quarters) < QUARTERS:
            quarters.append(quarters[-1].before)
        choice: Any = self.fields["quarter"]
        choice.choices = [(str(quarter), str(quarter)) for quarter in quarters]
        self.initial.setdefault("quarter", str(quarters[1]))


class WithFiling(Uploading):
    """A form that wants one piece of evidence: filed before and chosen, or uploaded now."""

    filing_name, upload_name, is_filing_needed = "evidence", "upload", True
    upload = forms.FileField(label="Or file it now", required=False, allow_empty_file=True, help_text="It is filed under Evidence and shown from here.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        declared = self.fields[self.filing_name]
        self.fields[self.filing_name] = FilingChoice(required=False, label=declared.label, help_text="Filed already? Choose it.")

    def clean(self) -> dict[str, Any]:
        """One of the two, needed or not; both would leave open which is meant."""
        cleaned = super().clean()
        chosen, sent = cleaned.get(self.filing_name), cleaned.get("upload")
        if sent is not None and sent.size == 0:
            self.add_error("upload", "The file is empty. Nothing was filed.")
        elif self.is_filing_needed and not chosen and not sent and not self.errors.keys() & {self.filing_name, "upload"}:
            self.add_error(self.filing_name, "Choose a filing, or upload the file.")
        elif chosen and sent:
            self.add_error("upload", "Choose a filing or upload one, not both.")
        return cleaned

    def filing(self, by: Actor, title: str) -> Filed:
        """The filing chosen, or the upload filed."""
        sent = self.cleaned_data["upload"]
        return evidence.file(by, sent.name, sent, title=title) if sent else self.cleaned_data[self.filing_name]

    def facts(self) -> dict[str, Any]:
        """The other things that were said."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("upload", self.filing_name)}


class TestReportForm(WithFiling, forms.ModelForm):  # type: ignore[type-arg]  # the same
    """A report of test scenarios."""

    filing_name = "report"
    __test__ = False  # pytest would take it for a test of its own

    class Meta:
        model = TestReport
        fields = ("suite", "release", "tested_on", "scenarios_run", "scenarios_passed", "scenarios_failed", "explained", "report")
        widgets = {"explained": lines(), "tested_on": day()}  # noqa: RUF012 -- Django reads it


class AccessControlForm(WithFiling, forms.ModelForm):  # type: ignore[type-arg]  # the same
    """Who holds market-access control."""

    class Meta:
        model = AccessControl
        fields = ("holder_kind", "holder", "how", "evidence")
        widgets = {"how": lines(4)}  # noqa: RUF012 -- Django reads it


class ExitPlanForm(WithFiling, forms.ModelForm):  # type: ignore[type-arg]  # the same
    """How the vendor would be left; its steps are asked beside it."""

    filing_name, is_filing_needed = "fallback_evidence", False
    field_order = ("fallback_vendor", "fallback_words", "fallback_tested_on", "fallback_evidence", "upload")

    class Meta:
        model = ExitPlan
        fields = tuple(name for name in PLAN if name != "steps")
        widgets = {"fallback_words": lines(), "comes_back": lines(), "fallback_tested_on": day(), "relook_on": day()}  # noqa: RUF012 -- Django reads it

    def __init__(self, *args: Any, vendor: Vendor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fallback: Any = self.fields["fallback_vendor"]
        fallback.queryset = Vendor.objects.exclude(pk=vendor.pk).exclude(state__in=("ended", "declined")).order_by("name")
        fallback.empty_label = "none on the register: say it in words"


class StepForm(forms.Form):
    """One step of leaving; a line left empty is no step."""

    what = forms.CharField(label="What is done", required=False, validators=[MaxLengthValidator(300)])
    role = forms.ChoiceField(label="By", required=False, choices=[("", "choose"), *((role, BY_KEY[role].title) for role in STAFF)])
    days = forms.IntegerField(label="Within days", required=False, min_value=0, max_value=3650)

    def clean(self) -> dict[str, Any]:
        """A step that was begun says all three."""
        cleaned = super().clean() or {}
        if cleaned.get("what") and (not cleaned.get("role") or cleaned.get("days") is None) and not self.errors:
            self.add_error("what", "Say by which role, and within how many days.")
        return cleaned


StepForms = formset_factory(StepForm, extra=4, max_num=MOST_STEPS, absolute_max=MOST_STEPS, validate_max=True)


def steps_in(forms_of_steps: Any) -> list[dict[str, Any]]:
    """The steps that were said, in order."""
    said = [form.cleaned_data for form in forms_of_steps if form.cleaned_data.get("what")]
    return [{"what": step["what"], "role": step["role"], "days": step["days"]} for step in said]
