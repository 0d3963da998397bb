"""What people send: one answer for many exceptions, an owner, a suppression."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from bestexec import CHECKS
from oversight import clock
from oversight.accounts.models import Account
from oversight.findings.models import IMPACTS, Finding, Suppression, causes
from oversight.lifecycle import Refusal
from oversight.roles import WORKING

ACTS = [("explain", "Explain"), ("dismiss", "Dismiss"), ("escalate", "Escalate"), ("take", "Take")]
SECOND_ACTS = [("agree", "Agree"), ("assign", "Assign")]
"""What supervisors and compliance may do besides."""
MOST = 500
"""Exceptions that one answer can be given to at once."""


class BulkForm(forms.Form):
    """One act on the exceptions chosen. What each act needs is checked by its move, which says what is missing."""

    act = forms.ChoiceField(label="Do what", choices=ACTS)
    cause_code = forms.ChoiceField(label="Cause", required=False)
    customer_impact = forms.ChoiceField(label="Was the customer affected", required=False, choices=[("", "—"), *IMPACTS])
    owner = forms.ChoiceField(label="Owner, to assign", required=False)
    answer = forms.CharField(label="What happened, and why", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, sent: Any = None, *, is_second: bool = False) -> None:
        super().__init__(sent, auto_id="bulk-%s")
        self.fields["cause_code"].choices = [("", "—"), *causes()]  # type: ignore[attr-defined]  # a choice field
        if is_second:
            self.fields["owner"].choices = [("", "—"), *workers()]  # type: ignore[attr-defined]  # a choice field
            self.fields["act"].choices = [*ACTS, *SECOND_ACTS]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["owner"]


class OwnerForm(forms.Form):
    """Who is to own an exception."""

    owner = forms.ChoiceField(label="Owner", required=False)

    def __init__(self, sent: Any = None, *, initial: Any = None) -> None:
        super().__init__(sent, initial=initial, auto_id="owner-%s")
        self.fields["owner"].choices = [("", "nobody"), *workers()]  # type: ignore[attr-defined]  # a choice field


class SuppressionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """A suppression to be proposed."""

    check_id = forms.ChoiceField(label="Check", choices=[(check.id, f"{check.id} {check.title}") for check in CHECKS])

    class Meta:
        model = Suppression
        fields = ("check_id", "vendor", "venue", "symbol", "from_on", "expires_on", "reason")
        widgets: ClassVar = {
            "from_on": forms.DateInput(attrs={"type": "date"}),
            "expires_on": forms.DateInput(attrs={"type": "date"}),
            "reason": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar = {
            "vendor": "Empty is any.",
            "venue": "MIC; empty is any.",
            "symbol": "Empty is any.",
            "reason": "Why these exceptions need no answer until then.",
        }

    def __init__(self, sent: Any = None, *, initial: Any = None) -> None:
        super().__init__(sent, initial=initial, auto_id="suppression-%s")
        self.fields["from_on"].initial = clock.today()


def workers() -> list[tuple[str, str]]:
    """The people who work the queue: (key, name)."""
    held = Account.objects.filter(is_active=True, held__ended_at=None, held__role__in=WORKING).distinct().order_by("name")
    return list(held.values_list("key", "name"))


def chosen(sent: Any) -> list[Finding]:
    """The exceptions whose boxes were ticked, in the order of the queue. What is open is `chosen`; `also` is what one box for all leaves alone."""
    ids = [int(pk) for pk in (*sent.getlist("chosen"), *sent.getlist("also")) if pk.isdecimal() and len(pk) < 19]
    if len(ids) > MOST:
        raise Refusal(f"Choose at most {MOST} exceptions at once. Nothing was changed.")
    return list(Finding.objects.filter(pk__in=ids).order_by("rank", "due_at", "pk"))
