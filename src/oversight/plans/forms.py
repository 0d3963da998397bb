"""What people are asked about corrective plans."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.cases.models import Case
from oversight.claims.wording import SIDES
from oversight.configuration.models import DECIDED, Version
from oversight.evidence.forms import FileForm
from oversight.measured.asking import NARROWED, NOT_CUT_SO, figure_choices, figure_chosen, filters_in, written
from oversight.plans.lifecycle import RETESTS
from oversight.plans.models import Item, Plan
from oversight.vendors.forms import day

AREA = {"rows": 3}


class AskForm(forms.Form):
    """What the plan must answer, by when."""

    asked_for = forms.CharField(
        label="What the plan must answer", required=False, max_length=4000, widget=forms.Textarea(attrs=AREA),
        help_text="The vendor reads this. Name no customer, no account, no other vendor.",
    )  # fmt: skip
    due_on = forms.DateField(label="Owed by", required=False, widget=day(), help_text="Empty: as many days from today as the policy says.")


class SummaryForm(forms.Form):
    """The plan in a few sentences."""

    summary = forms.CharField(label="The plan in a few sentences", required=False, max_length=4000, widget=forms.Textarea(attrs=AREA))


class ItemForm(forms.Form):
    """One item. Numbers are asked in the figure's printed unit."""

    what = forms.CharField(label="What is done", max_length=4000, widget=forms.Textarea(attrs=AREA))
    owner = forms.CharField(label="Who at the vendor", max_length=120, help_text="A function, such as head of routing.")
    due_on = forms.DateField(label="Due", widget=day())
    configuration = forms.ModelChoiceField(
        Version.objects.none(), label="Resulting configuration", required=False, empty_label="none on file yet: say it in words below"
    )
    change = forms.CharField(label="Resulting configuration in words", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    retest_kind = forms.ChoiceField(label="Tested again by", choices=[("", "choose"), *RETESTS.items()])
    retest = forms.CharField(label="Which, or why none", max_length=400)
    figure = forms.ChoiceField(label="Figure that shows it worked", required=False)
    narrowed = forms.CharField(label="Narrowed to", required=False, max_length=400, help_text=NARROWED)
    side = forms.ChoiceField(label="The figure is then", required=False, choices=[("", "choose"), *SIDES.items()])
    bound = forms.DecimalField(label="This", required=False, max_digits=20, decimal_places=9, help_text="In the unit in which it is printed: 15 for 15 %.")
    min_n = forms.IntegerField(label="With n of at least", initial=30, min_value=1, max_value=10_000_000)
    by_on = forms.DateField(label="Shown by", required=False, widget=day())
    no_figure = forms.CharField(label="Or: why no figure can show it", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, case: Case, item: Item | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(item), **kwargs})
        versions = Version.objects.filter(vendor=case.vendor_id, state__in=DECIDED).select_related("vendor").order_by("-number")
        self.fields["configuration"].queryset = versions  # type: ignore[attr-defined]  # a model choice has it
        self.fields["figure"].choices = figure_choices("none")  # type: ignore[attr-defined]  # a choice field has them

    def clean_narrowed(self) -> dict[str, tuple[str, ...]]:
        """The dimensions with their values."""
        return filters_in(self.cleaned_data["narrowed"], given=("vendor",))

    def clean(self) -> dict[str, Any]:
        """A figure has bound and day, and is cut so; without one there is a reason."""
        cleaned = super().clean() or {}
        figure = figure_chosen(cleaned.get("figure") or "", cleaned.get("narrowed"))
        if figure is not None and not figure.is_known:
            self.add_error("narrowed", NOT_CUT_SO)
        for name in ("side", "bound", "by_on") if figure is not None else ():
            if cleaned.get(name) in (None, ""):
                self.add_error(name, "The figure needs it.")
        if figure is None and not cleaned.get("no_figure", "").strip():
            self.add_error("no_figure", "Choose a figure above, or say why none can show it.")
        cleaned["read"] = figure
        return cleaned

    def terms(self) -> dict[str, Any]:
        """What was said, for the action: the bound in the figure's stored unit."""
        given, figure = self.cleaned_data, self.cleaned_data["read"]
        plain = {name: given[name] for name in ("what", "owner", "due_on", "configuration", "change", "retest_kind", "retest", "no_figure", "min_n")}
        if figure is None:
            return {**plain, "figure_kind": "", "figure_key": "", "filters": {}, "side": "", "bound": None, "by_on": None}
        filters = {name: list(values) for name, values in figure.filters.items()}
        bound = given["bound"] / figure.unit.scale
        return {
            **plain,
            "figure_kind": figure.kind,
            "figure_key": figure.key,
            "filters": filters,
            "side": given["side"],
            "bound": bound,
            "by_on": given["by_on"],
        }


class RejectForm(forms.Form):
    """Why a version does not do, and what is wrong with each item."""

    rejection = forms.CharField(label="Why it does not suffice", max_length=4000, widget=forms.Textarea(attrs=AREA), help_text="The vendor reads this.")

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in plan.held:
            label = f"Item {item.place}: {item.what[:80]}"
            self.fields[f"item_{item.pk}"] = forms.CharField(label=label, required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def objections(self) -> dict[int, str]:
        """What was said of each item, by its number."""
        return {int(name.removeprefix("item_")): words for name, words in self.cleaned_data.items() if name.startswith("item_") and words}


class AttachForm(FileForm):
    """A file beside an item."""

    field_order = ("content", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("shows", "effective_on", "expires_on", "subject_kind", "subject_id", "supersedes"):
            del self.fields[name]


def _initial(item: Item | None) -> dict[str, Any]:
    if item is None:
        return {}
    figure = item.figure
    plain = {
        name: getattr(item, name) for name in ("what", "owner", "due_on", "configuration", "change", "retest_kind", "retest", "no_figure", "min_n", "side")
    }
    narrowed = written(item.filters)
    bound = item.bound * figure.unit.scale if figure and figure.is_known and item.bound is not None else None
    said = None if bound is None else f"{bound.normalize():f}"
    return {**plain, "figure": f"{item.figure_kind}:{item.figure_key}" if item.figure_key else "", "narrowed": narrowed, "bound": said, "by_on": item.by_on}
