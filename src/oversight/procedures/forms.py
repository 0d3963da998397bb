"""What people are asked when they write a procedure, ask for attestations, or choose a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms

from bestexec import CHECKS
from oversight import clock
from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.citations import CITATIONS
from oversight.measured.figures import BY_KEY as METRICS
from oversight.procedures import asking, content, duties
from oversight.procedures.chapters import CHOICES
from oversight.procedures.content import KINDS, Proof
from oversight.procedures.lifecycle import READERS
from oversight.roles import BY_KEY as ROLES

CHOSEN = ("citations", "checks", "metrics", "duties", "readers")
"""Fields of which several are chosen."""
PLAIN = ("title", "text", "runbook", "read_within_days")


class VersionForm(forms.Form):
    """All that a version says. `seen` is the hash of what the person began from."""

    title = forms.CharField(max_length=120)
    text = forms.CharField(
        max_length=20_000, widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Who does what, when, and what is written down. A blank line ends a paragraph; “## ” opens a heading, “- ” a list, “1. ” numbered steps. "
        "[Square brackets] mark what is left to fill in.",
    )  # fmt: skip
    runbook = forms.CharField(max_length=8_000, required=False, widget=forms.Textarea(attrs={"rows": 7}), help_text="How it is done, step by step.")
    owner = forms.ChoiceField(required=False)
    deputy = forms.ChoiceField(required=False)
    citations = forms.MultipleChoiceField(label="Authorities", required=False, widget=forms.CheckboxSelectMultiple)
    checks = forms.MultipleChoiceField(label="Checks that perform it", required=False, widget=forms.CheckboxSelectMultiple)
    metrics = forms.MultipleChoiceField(label="Metrics that show it", required=False, widget=forms.CheckboxSelectMultiple)
    duties = forms.MultipleChoiceField(label="Recurring duties", required=False, widget=forms.CheckboxSelectMultiple)
    readers = forms.MultipleChoiceField(label="Who attests to having read it", required=False, widget=forms.CheckboxSelectMultiple)
    read_within_days = forms.IntegerField(label="Days to attest", min_value=1, max_value=365, initial=14)
    summary = forms.CharField(label="What changes, and why", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, words in KINDS.items():
            self.fields[f"{kind}_what"] = forms.CharField(label=f"Shown by {words}: what it is", max_length=200, required=False)
            self.fields[f"{kind}_days"] = forms.IntegerField(label="may be so many days old", min_value=1, max_value=3660, required=False)
        people = _people()
        for name in ("owner", "deputy"):
            self.fields[name].choices = people  # type: ignore[attr-defined]  # a choice field
        for name, choices in _offered(self.initial).items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def words(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [self[name] for name in ("title", "text", "runbook", "owner", "deputy")]

    @property
    def lists(self) -> list[tuple[forms.BoundField, int]]:
        """What is chosen of many, each with how much is chosen."""
        return [(self[name], len(self[name].value() or ())) for name in ("citations", "checks", "metrics", "duties")]

    @property
    def proofs(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each kind of evidence with its two fields."""
        return [(words, self[f"{kind}_what"], self[f"{kind}_days"]) for kind, words in KINDS.items()]

    def clean(self) -> dict[str, Any]:
        """Evidence needs both what it is and how old it may be; owner and deputy are two people."""
        cleaned = super().clean() or {}
        for kind in KINDS:
            what, days = cleaned.get(f"{kind}_what"), cleaned.get(f"{kind}_days")
            if bool(what) != bool(days) and f"{kind}_days" not in self.errors:
                self.add_error(f"{kind}_days" if what else f"{kind}_what", "Say both what it is and how many days old it may be, or neither.")
        owner, deputy = (str(cleaned.get(name) or "").partition("/")[0] for name in ("owner", "deputy"))
        if owner and owner == deputy:
            self.add_error("deputy", "Owner and deputy are one person. Choose another.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What was said, by the names in content.FIELDS."""
        said = self.cleaned_data
        (owner, _, owner_role), (deputy, _, deputy_role) = said["owner"].partition("/"), said["deputy"].partition("/")
        proofs = [Proof(kind, said[f"{kind}_days"], said[f"{kind}_what"].strip()).kept() for kind in KINDS if said[f"{kind}_days"]]
        written = {name: said[name].strip().replace("\r\n", "\n") if isinstance(said[name], str) else said[name] for name in PLAIN}
        people = {"owner": owner, "owner_role": owner_role, "deputy": deputy, "deputy_role": deputy_role}
        return {**written, **{name: list(said[name]) for name in CHOSEN}, **people, "proofs": proofs}


class OpeningForm(VersionForm):
    """The same, with the chapter of a new section."""

    chapter = forms.ChoiceField(choices=CHOICES)


class AskForm(forms.Form):
    """Whom compliance asks by name, and by when."""

    people = forms.MultipleChoiceField(label="Who", widget=forms.CheckboxSelectMultiple)
    due_on = forms.DateField(label="By", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = names()
        self.fields["people"].choices = [(key, known.get(key, key)) for key in dict.fromkeys(key for key, _ in asking.holders())]  # type: ignore[attr-defined]
        self.initial.setdefault("due_on", clock.today() + timedelta(days=14))

    def chosen(self) -> list[Account]:
        """The accounts that were chosen."""
        return list(Account.objects.filter(key__in=self.cleaned_data["people"]).order_by("name", "key"))


def begun(values: Mapping[str, Any], summary: str = "", seen: str = "") -> dict[str, Any]:
    """What a form begins from: a version's content, as the form's fields have it."""
    people = {name: f"{values[name]}/{values[f'{name}_role']}" if values[name] else "" for name in ("owner", "deputy")}
    proofs = {f"{proof.kind}_{name}": getattr(proof, name) for proof in content.proofs_of(values["proofs"]) for name in ("what", "days")}
    return {**{name: values[name] for name in (*PLAIN, *CHOSEN)}, **people, **proofs, "summary": summary, "seen": seen}


def _people() -> list[tuple[str, str]]:
    known = names()
    held = [(f"{key}/{role}", f"{known.get(key, key)}, as {ROLES[role].title}") for key, role in asking.holders()]
    return [("", "nobody yet"), *held]


def _offered(initial: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, and what was chosen before and is offered no more, so that nothing falls away unseen."""
    offered = {
        "citations": [(one.key, f"{one.key} ({one.standing}, {one.as_of})") for one in CITATIONS],
        "checks": [(check.id, f"{check.id} {check.title}") for check in CHECKS],
        "metrics": [(key, metric.title) for key, metric in sorted(METRICS.items(), key=lambda pair: pair[1].title)],
        "duties": [(duty.key, duty.said) for duty in duties.every().values()],
        "readers": [(role, ROLES[role].title) for role in READERS],
    }
    for name, choices in offered.items():
        known = {key for key, _ in choices}
        choices += [(key, f"{key} (not offered any more)") for key in initial.get(name, ()) if key not in known]
    return offered
