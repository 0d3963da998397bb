"""What people are asked about cases, notices, measures, monitoring, tests and overrides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory

from oversight import clock
from oversight.cases import narrowing
from oversight.cases.evidencing import MOST_FIGURES, MOST_ORDERS, Asked
from oversight.cases.interim import Measure
from oversight.cases.lifecycle import Condition
from oversight.cases.models import Case, Notice
from oversight.cases.narrowing import Narrowable
from oversight.cases.testing import ABSOLUTE, BASELINE, COMPARISONS, MATCHED, OTHER_VENDOR, SIDES
from oversight.configuration.models import Version
from oversight.differences.models import Difference
from oversight.handling.models import Happening
from oversight.measured.asking import figure_choices, figure_chosen
from oversight.measured.reading import Figure
from oversight.vendors.forms import day, lines
from oversight.vendors.models import Vendor
from oversight.vendors.queries import vendors

ORDER_ID = re.compile(r"[\w.:/+=#@|-]{1,120}")


def figure_of(chosen: str, venue: str) -> Figure:
    """The figure that a form names, at the venues that it names."""
    venues = tuple(part.strip().upper() for part in venue.split(",") if part.strip())
    figure = figure_chosen(chosen, {"venue": venues} if venues else None)
    assert figure is not None, "asked only where a figure is chosen"
    return figure


class OpenForm(forms.Form):
    """A case as it is opened."""

    vendor = forms.ModelChoiceField(queryset=Vendor.objects.none(), label="Vendor")
    title = forms.CharField(label="In a line", max_length=200)
    what = forms.CharField(label="What fell short, by which figures, since when", max_length=4000, widget=lines(5))
    difference = forms.ModelChoiceField(
        queryset=Difference.objects.none(),
        label="Material difference",
        required=False,
        help_text="Its clock of modify or justify runs on, whatever the case does.",
    )
    origin_kind = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    origin_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].queryset = vendors()  # type: ignore[attr-defined]  # a choice among rows has one
        self.fields["difference"].queryset = Difference.objects.exclude(state="withdrawn").order_by("due_on", "pk")  # type: ignore[attr-defined]  # the same

    def clean(self) -> dict[str, Any]:
        """A difference of another vendor is said beside the field."""
        cleaned = super().clean() or {}
        vendor, difference = cleaned.get("vendor"), cleaned.get("difference")
        if vendor and difference and difference.vendor_id not in (None, vendor.pk):
            self.add_error("difference", "This difference is another vendor's.")
        return cleaned


class DifferenceForm(forms.Form):
    """One more difference that the case is about."""

    difference = forms.ModelChoiceField(queryset=Difference.objects.none(), label="Material difference")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_vendor = Difference.objects.filter(vendor=case.vendor) | Difference.objects.filter(vendor=None)
        self.fields["difference"].queryset = of_vendor.exclude(cases=case).exclude(state="withdrawn").order_by("due_on", "pk")  # type: ignore[attr-defined]


class NoticeForm(forms.Form):
    """The words of a notice, the orders that show it, and by when an answer is due."""

    subject_line = forms.CharField(label="Subject", max_length=160)
    what = forms.CharField(
        label="What fell short, since when", max_length=4000, widget=lines(6), help_text="The vendor reads it: no customer, no other vendor."
    )
    asked = forms.CharField(label="What is asked of the vendor", max_length=4000, widget=lines(4))
    answer_due_on = forms.DateField(label="Answer due by", widget=day(), help_text="The firm's own clock is filled in; it may give more, or less.")
    orders = forms.CharField(
        label="Example orders", required=False, widget=lines(4), help_text=f"Order ids, one a line, at most {MOST_ORDERS}. Only this vendor's."
    )

    def clean_orders(self) -> list[str]:
        """Each id once, in the order given."""
        ids = [id_ for id_ in dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["orders"].strip())) if id_]
        odd = [id_ for id_ in ids if not ORDER_ID.fullmatch(id_)]
        if odd:
            raise forms.ValidationError(f"This does not look like an order id: {odd[0][:40]}")
        if len(ids) > MOST_ORDERS:
            raise forms.ValidationError(f"At most {MOST_ORDERS} orders; the rest is said by the figures.")
        return ids

    def clean_answer_due_on(self) -> date:
        """A day to come."""
        due: date = self.cleaned_data["answer_due_on"]
        if due <= clock.today():
            raise forms.ValidationError("The answer is due on a day to come.")
        return due


class FigureLine(forms.Form):
    """One figure of a notice with its period; a line without a figure is none."""

    figure = forms.ChoiceField(label="Figure", required=False)
    venue = forms.CharField(label="At venues", required=False, max_length=80)
    first = forms.DateField(label="From", required=False, widget=day())
    last = forms.DateField(label="To", required=False, widget=day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = figure_choices()  # type: ignore[attr-defined]  # a choice field has them

    def clean(self) -> dict[str, Any]:
        """A figure needs its period, and to be cut by venue only where its rows have one."""
        cleaned = super().clean() or {}
        if not cleaned.get("figure"):
            return cleaned
        for name in ("first", "last"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "Say the period.")
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", "It would end before it begins.")
        if not figure_of(cleaned["figure"], cleaned.get("venue", "")).is_known:
            self.add_error("venue", "This figure is not cut by venue.")
        return cleaned


FigureLines = formset_factory(FigureLine, extra=3, max_num=MOST_FIGURES, absolute_max=MOST_FIGURES + 3, validate_max=True)


def figures_asked(lines_given: Any) -> list[Asked]:
    """The figures of a valid set of lines."""
    given = [line for line in lines_given.cleaned_data if line.get("figure")]
    return [(figure_of(line["figure"], line["venue"]), line["first"], line["last"]) for line in given]


def lines_of(notice: Notice) -> list[dict[str, Any]]:
    """The figures of a draft as its form shows them again."""
    return [
        {"figure": f"{one['kind']}:{one['key']}", "venue": ", ".join(one["filters"].get("venue", ())), "first": one["first"], "last": one["last"]}
        for one in notice.figures
    ]


class MeasureForm(forms.ModelForm):  # type: ignore[type-arg]  # at run time it takes no type
    """An interim measure."""

    class Meta:
        model = Measure
        fields = ("kind", "percent", "to_vendor", "venue", "cap_orders", "what", "from_on", "until_on")
        widgets = {"what": lines(3), "from_on": day(), "until_on": day()}  # noqa: RUF012 -- Django reads it
        help_texts = {  # noqa: RUF012 -- Django reads it
            "percent": "Where a part of the flow is rerouted.", "to_vendor": "Empty: another route, said in words.",
            "venue": "The venue's code, where one is taken away.", "cap_orders": "Where orders a day are capped.",
            "until_on": "Empty: until somebody ends it with a reason.",
        }  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_vendor"].queryset = vendors().exclude(pk=case.vendor_id)  # type: ignore[attr-defined]  # a choice among rows has one


class CarryForm(forms.Form):
    """By what a measure is carried out."""

    configuration = forms.ModelChoiceField(queryset=Version.objects.none(), label="Configuration version", required=False)
    happening = forms.ModelChoiceField(queryset=Happening.objects.none(), label="Entry of the handling log", required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concerned = [pk for pk in (measure.case.vendor_id, measure.to_vendor_id) if pk]
        versions = Version.objects.filter(vendor__in=concerned, state__in=("approved", "in_force")).select_related("vendor")
        self.fields["configuration"].queryset = versions  # type: ignore[attr-defined]  # a choice among rows has one
        self.fields["happening"].queryset = Happening.objects.filter(noted_at__gte=measure.case.opened_at)  # type: ignore[attr-defined]  # the same

    def clean(self) -> dict[str, Any]:
        """One of the two, at least."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("configuration") and not cleaned.get("happening"):
            self.add_error("configuration", "Name one of the two.")
        return cleaned


class MonitoringForm(forms.Form):
    """Narrower limits: a field for each that a check reads; those left empty stay the policy's."""

    from_on = forms.DateField(label="First day that holds", widget=day())
    to_on = forms.DateField(label="First day that no longer holds", required=False, widget=day(), help_text="Empty: until the case ends.")
    every_days = forms.IntegerField(label="Trading days from one run to the next, at most", min_value=1, max_value=63, initial=1)
    reason = forms.CharField(label="Why these limits", max_length=4000, widget=lines(3))

    def __init__(self, *args: Any, known: dict[str, Narrowable], lately: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known, found = known, set(lately)
        self.near = [one for one in known.values() if found & set(one.checks)]
        for one in known.values():
            said = f"{one.meaning} {one.side.capitalize()} the policy's {one.value.normalize():f} {one.unit}. Read by {', '.join(one.checks)}."
            self.fields[f"limit_{one.name}"] = forms.DecimalField(label=one.name, required=False, max_digits=20, decimal_places=9, help_text=said)

    @property
    def facts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("from_on", "to_on", "every_days", "reason")]

    @property
    def likely(self) -> list[forms.BoundField]:
        """The limits of checks that found something of this vendor lately."""
        return [self[f"limit_{one.name}"] for one in self.near]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[f"limit_{one.name}"] for one in self.known.values() if one not in self.near]

    def clean(self) -> dict[str, Any]:
        """A limit that is wider than the policy's is said beside its field, as the policy stands on the first day."""
        cleaned = super().clean() or {}
        on = cleaned.get("from_on")
        if on is None:
            return cleaned
        if on < clock.today():
            self.add_error("from_on", "Runs of a past day are sealed under the limits of then.")
        if cleaned.get("to_on") and cleaned["to_on"] <= on:
            self.add_error("to_on", "It would no longer hold before it began.")
        for name, value in self._given(cleaned).items():
            if wrong := narrowing.why_not({name: value}, on):
                self.add_error(f"limit_{name}", f"{wrong[:1].upper()}{wrong[1:]}.")
        if not self._given(cleaned) and not self.errors:
            self.add_error(None, "Narrow one limit at least.")
        return cleaned

    def terms(self) -> dict[str, Any]:
        """What was said, for the action."""
        given = self.cleaned_data
        return {"limits": self._given(given), **{name: given[name] for name in ("from_on", "to_on", "every_days", "reason")}}

    def _given(self, cleaned: dict[str, Any]) -> dict[str, Decimal]:
        return {name: cleaned[f"limit_{name}"] for name in self.known if cleaned.get(f"limit_{name}") is not None}


class TestForm(forms.Form):
    """A closing test. Numbers are asked in the figure's printed unit, which stands beside its name."""

    __test__ = False  # pytest would take it for a test of its own
    figure = forms.ChoiceField(label="Figure")
    venue = forms.CharField(label="At venues", required=False, max_length=80, help_text="Empty: every venue.")
    side = forms.ChoiceField(label="Met where it is", choices=list(SIDES.items()))
    compared = forms.ChoiceField(label="Against", choices=list(COMPARISONS.items()))
    bound = forms.DecimalField(label="Bound", required=False, max_digits=20, decimal_places=9, help_text="Where it is held against a bound.")
    baseline_first = forms.DateField(label="Baseline from", required=False, widget=day())
    baseline_last = forms.DateField(label="Baseline to", required=False, widget=day())
    other = forms.ModelChoiceField(queryset=Vendor.objects.none(), label="The other vendor", required=False)
    margin = forms.DecimalField(
        label="Margin",
        required=False,
        min_value=0,
        max_digits=20,
        decimal_places=9,
        help_text="By so much it may be worse than what it is compared with, and is met still.",
    )
    standard_errors = forms.DecimalField(label="Standard errors", min_value=0, max_value=10, max_digits=6, decimal_places=3, initial=Decimal(2),
                                help_text="The figure must lie within the bound by so many of them.")  # fmt: skip
    confidence = forms.DecimalField(label="Confidence, %", required=False, min_value=Decimal("50.1"), max_value=Decimal("99.9"), max_digits=5,
                                    decimal_places=2, initial=Decimal(95), help_text="Like for like, in place of standard errors: one-sided.")  # fmt: skip
    min_n = forms.IntegerField(label="Least n", min_value=1, max_value=10_000_000, initial=100)
    first_on = forms.DateField(label="First day of the window", widget=day())
    last_on = forms.DateField(label="Last day of the window", widget=day())
    smallest_visible = forms.DecimalField(label="Smallest difference that it could see", required=False, max_digits=20, decimal_places=9)
    smallest_why = forms.CharField(label="How that is known, or why it is not", required=False, max_length=4000, widget=lines(2))
    if_inconclusive = forms.CharField(label="What happens if it cannot tell", max_length=4000, widget=lines(3))
    no_power = forms.BooleanField(label="No test can have power here: the committee votes", required=False)
    no_power_why = forms.CharField(label="Why not", required=False, max_length=4000, widget=lines(2))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = figure_choices()  # type: ignore[attr-defined]  # a choice field has them
        self.fields["other"].queryset = vendors().exclude(pk=case.vendor_id)  # type: ignore[attr-defined]  # a choice among rows has one

    def clean(self) -> dict[str, Any]:
        """What each comparison needs, and reasons where no power is declared: said beside the field."""
        cleaned = super().clean() or {}
        needed = {ABSOLUTE: ("bound",), BASELINE: ("baseline_first", "baseline_last"), OTHER_VENDOR: ("other",), MATCHED: ("margin", "confidence")}
        for name in needed.get(cleaned.get("compared", ""), ()):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "This comparison needs it.")
        if cleaned.get("no_power") and not cleaned.get("no_power_why"):
            self.add_error("no_power_why", "The vote that may close the case rests on these reasons.")
        if cleaned.get("first_on") and cleaned.get("last_on") and cleaned["last_on"] < cleaned["first_on"]:
            self.add_error("last_on", "It would end before it begins.")
        if cleaned.get("figure") and not figure_of(cleaned["figure"], cleaned.get("venue", "")).is_known:
            self.add_error("venue", "This figure is not cut by venue.")
        return cleaned

    def terms(self) -> dict[str, Any]:
        """What was said, for the action: numbers in the stored unit."""
        given = self.cleaned_data
        figure = figure_of(given["figure"], given["venue"])
        numbers = {name: None if given[name] is None else given[name] / figure.unit.scale for name in ("bound", "margin", "smallest_visible")}
        plain = {name: given[name] for name in ("side", "compared", "other", "min_n", "first_on", "last_on", "smallest_why", "if_inconclusive",
                                                "no_power", "no_power_why")}  # fmt: skip
        if given["compared"] == MATCHED:
            plain["confidence"] = given["confidence"] / 100
        baseline = (given["baseline_first"], given["baseline_last"]) if given["compared"] == BASELINE else None
        return {**plain, **numbers, "errors": given["standard_errors"], "margin": numbers["margin"] or Decimal(0), "figure": figure, "baseline": baseline}


class OverrideForm(forms.Form):
    """Which condition is skipped, and why."""

    condition = forms.ChoiceField(label="What is skipped")
    reason = forms.CharField(label="Why, and what stands in its place", max_length=4000, widget=lines(4))

    def __init__(self, *args: Any, among: Iterable[Condition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["condition"].choices = [(one.key, one.title) for one in among]  # type: ignore[attr-defined]  # a choice field has them


class AloneForm(forms.Form):
    """The firm's own conclusion."""

    words = forms.CharField(label="What the firm found by itself, and on what it rests", max_length=4000, widget=lines(8))
