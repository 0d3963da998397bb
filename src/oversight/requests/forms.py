"""What people are asked when they take a letter in, split it, gather, review, produce and open a room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings

from oversight import clock
from oversight.accounts.models import Account
from oversight.evidence.uploads import Uploading
from oversight.lifecycle import Refusal
from oversight.policy.queries import desk_limits
from oversight.requests.grounds import AUTHORITIES, GROUNDS, OTHER_RULE, RULES
from oversight.requests.lifecycle import COUNSEL, KEEPERS, OWNERS
from oversight.requests.models import Document, Production, Request

DAY = {"type": "date"}
INSTANT = {"type": "datetime-local", "step": "60"}


def day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    """A day, picked."""
    return forms.DateField(label=label, help_text=help_text, required=required, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))


def words(label: str, help_text: str = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    """Free words, at most 4,000 letters."""
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


@contextmanager
def kept(form: forms.Form) -> Iterator[None]:
    """A refusal within the block is said above the form, and what was typed stays; that the person may not is raised on."""
    try:
        yield
    except Refusal as refusal:
        if refusal.is_forbidden:
            raise
        form.add_error(None, refusal.words)


def people(roles: tuple[str, ...]) -> list[tuple[str, str]]:
    """The open accounts that hold one of the roles, by name: (key, name and roles)."""
    found = Account.objects.filter(is_active=True, held__role__in=roles, held__ended_at=None).distinct().order_by("name", "key")
    return [(account.key, account.name) for account in found]


class Choosing(Uploading):
    """A form that offers people: `offered` says of which roles, by the field's name."""

    offered: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 -- each form says its own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, roles in self.offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField), f"{name} offers people"
            field.choices = people(roles) if isinstance(field, forms.MultipleChoiceField) else [("", "choose"), *people(roles)]

    @property
    def too_large(self) -> str:
        """With the size that is kept."""
        return f"The file is too large: at most {settings.EVIDENCE_MAX_BYTES / 1e6:,.0f} MB are kept."


class RequestForm(Choosing):
    """A letter as it came."""

    offered = {"owner": KEEPERS, "counsel": COUNSEL}  # noqa: RUF012 -- read, never changed
    content = forms.FileField(label="The letter", allow_empty_file=True, help_text="As it came: PDF, picture, mail or text.")
    authority = forms.ChoiceField(label="From", choices=[("", "choose"), *AUTHORITIES.items()])
    asked_by = forms.CharField(label="Office or examiner", max_length=120, required=False)
    reference = forms.CharField(label="Their reference", max_length=80)
    rule = forms.ChoiceField(label="Made under", choices=[("", "choose"), *((rule, rule) for rule in RULES), ("other", OTHER_RULE)])
    other_rule = forms.CharField(label="Another rule, in words", max_length=80, required=False)
    about = words("What it asks, in a sentence", rows=2)
    received_on = day("Received", "The day on which it reached the firm: its clock runs from then.")
    due_on = day("Due, as the letter says")
    first_on = day("First day asked about")
    last_on = day("Last day asked about")
    owner = forms.ChoiceField(label="Owner")
    counsel = forms.MultipleChoiceField(
        label="Counsel for this request", required=False, widget=forms.CheckboxSelectMultiple, help_text="They alone see counsel's space."
    )
    outside_counsel = forms.CharField(label="Outside counsel, in words", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Days in their order; a rule in words where the list has it not."""
        cleaned = super().clean()
        received, due, first, last = (cleaned.get(name) for name in ("received_on", "due_on", "first_on", "last_on"))
        if received and received > clock.today():
            self.add_error("received_on", "It would have come in the future.")
        if received and due and due < received:
            self.add_error("due_on", "It would be due before it was received.")
        if first and last and last < first:
            self.add_error("last_on", "The period would end before it begins.")
        if cleaned.get("rule") == "other":
            cleaned["rule"] = cleaned.get("other_rule", "").strip()
            if not cleaned["rule"]:
                self.add_error("other_rule", "Name the rule in words.")
        return cleaned


class CorrectForm(RequestForm):
    """The facts of a letter again, with the reason for the correction."""

    offered = {"owner": KEEPERS}  # noqa: RUF012 -- read, never changed
    reason = forms.CharField(label="Why it is corrected", max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("content", "counsel"):
            del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What was said, for the action to write."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("other_rule", "reason")}
        said["first_due_on"] = said.pop("due_on")
        return said


class ItemForm(Choosing):
    """One question of the letter."""

    offered = {"owner": OWNERS}  # noqa: RUF012 -- read, never changed
    number = forms.CharField(label="Item", max_length=12, help_text="As the letter numbers it: 3, 3(b).")
    question = words("The letter's words", rows=4)
    owner = forms.ChoiceField(label="Owner")
    due_on = day("Due within the firm")
    first_on = day("First day")
    last_on = day("Last day")
    known_at = forms.DateTimeField(
        label="As known at", widget=forms.DateTimeInput(attrs=INSTANT, format="%Y-%m-%dT%H:%M"),
        help_text="New York time. What the firm had by then will stand beside what it has now.",
    )  # fmt: skip

    def __init__(self, *args: Any, request_row: Request, **kwargs: Any) -> None:
        limits = desk_limits()
        due = max(request_row.due_on - timedelta(days=limits.request_item_lead_days), request_row.received_on)
        known = request_row.opened_at.astimezone(clock.MARKET_ZONE)
        given = {
            "number": str(request_row.items.count() + 1), "due_on": due, "first_on": request_row.first_on, "last_on": request_row.last_on, "known_at": known,
        }  # fmt: skip
        super().__init__(*args, **{**kwargs, "initial": {**given, **kwargs.get("initial", {})}})


class AssignForm(ItemForm):
    """Another owner, or other days."""

    reason = forms.CharField(label="Why", max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["number"]


class CounselForm(forms.Form):
    """One more counsel."""

    account = forms.ChoiceField(label="Counsel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", "choose"), *people(COUNSEL)]  # type: ignore[attr-defined]  # a choice field


class ExtensionForm(Choosing):
    """More time asked for."""

    content = forms.FileField(label="The letter that asks", allow_empty_file=True)
    asked_until_on = day("Until")
    reason = words("Why more time is needed", rows=2)


class AnswerForm(Choosing):
    """The authority's answer."""

    content = forms.FileField(label="Its letter, or a note of its call", allow_empty_file=True)
    answer = forms.ChoiceField(label="Answer", choices=[("granted", "granted"), ("refused", "refused")])
    until_on = day("Granted until", required=False)
    why = forms.CharField(label="In words", max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        """A grant has a day, a refusal its words."""
        cleaned = super().clean()
        if cleaned.get("answer") == "granted" and not cleaned.get("until_on"):
            self.add_error("until_on", "Until which day?")
        if cleaned.get("answer") == "refused" and not cleaned.get("why"):
            self.add_error("why", "What was the answer?")
        return cleaned


class UploadForm(Choosing):
    """A file for an item."""

    content = forms.FileField(label="File", allow_empty_file=True)
    title = forms.CharField(label="What it is", max_length=200)
    effective_on = day("The day it speaks of", required=False)


class RedactForm(Choosing):
    """A redacted copy."""

    content = forms.FileField(label="The redacted copy", allow_empty_file=True)
    redacts = words("What is redacted", "Page and kind of passage. The authority gets it: no privileged words.", rows=2)
    ground = forms.ChoiceField(label="Ground", choices=[("", "choose"), *((ground.key, ground.title) for ground in GROUNDS)])


class PaperForm(Choosing):
    """A note or a file for counsel's space."""

    title = forms.CharField(label="What it is", max_length=200)
    note = words("Note", rows=5, required=False)
    content = forms.FileField(label="File", required=False, allow_empty_file=True)
    ground = forms.ChoiceField(label="Rests on", choices=[(ground.key, ground.title) for ground in GROUNDS if ground.is_privileged])

    def clean(self) -> dict[str, Any]:
        """A note, a file, or both."""
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("note", "").strip() or cleaned.get("content")):
            self.add_error("note", "Write a note, or add a file.")
        return cleaned


class DraftForm(forms.Form):
    """What goes out next."""

    covering = words("What the cover letter says", rows=5)
    documents = forms.ModelMultipleChoiceField(label="Documents", queryset=Document.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, able: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["documents"].queryset = able  # type: ignore[attr-defined]  # a model choice
        self.initial.setdefault("documents", list(able))


class RoomForm(forms.Form):
    """A reader's room."""

    reader = forms.CharField(label="For whom", max_length=200, help_text="The examiner or office that gets the address.")
    production = forms.ModelChoiceField(label="Shows", queryset=Production.objects.none(), required=False, empty_label="all that is produced of this request")
    last_on = day("Last day")

    def __init__(self, *args: Any, request_row: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["production"].queryset = Production.objects.filter(request=request_row, state__in=("released", "delivered"))  # type: ignore[attr-defined]
        longest = desk_limits().longest_room_days
        self.fields["last_on"].help_text = f"At most {longest} days from today, as the desk's limits say."
        self.initial.setdefault("last_on", clock.today() + timedelta(days=min(30, longest)))


class EntranceForm(forms.Form):
    """What the reader says at the door."""

    who = forms.CharField(label="Your name and office", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    passphrase = forms.CharField(label="Passphrase", max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
