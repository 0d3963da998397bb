"""What is asked about people."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from oversight.accounts.models import ENDED, KEPT, PASSWORD, PROVIDER
from oversight.lifecycle import spaced
from oversight.roles import ROLES

ROLE_CHOICES = [(role.key, f"{role.title}: {role.sees}") for role in ROLES]
SIGN_IN_CHOICES = [(PASSWORD, "a password, by a one-time link"), (PROVIDER, "the firm's provider")]


def why(label: str = "Why") -> forms.CharField:
    """The reason, as the record keeps it."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class SignInForm(LoginForm):
    """Name and password, in the desk's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Sign-in name"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs["autofocus"] = True


class OpenForm(forms.Form):
    """A new account."""

    name = forms.CharField(label="Name", max_length=120)
    username = forms.RegexField(r"^[a-z0-9][a-z0-9._-]*$", label="Sign-in name", max_length=60, help_text="Small letters, digits, dot, dash, underscore.")
    email = forms.EmailField(label="E-mail address")
    roles = forms.MultipleChoiceField(label="Roles", choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, required=False)
    vendor = forms.CharField(label="Vendor", max_length=60, required=False, help_text="Only for an outside account: whose it is.")
    sign_in = forms.ChoiceField(label="Signs in through", choices=SIGN_IN_CHOICES)
    why = why("Why this account is opened")


class GiveForm(forms.Form):
    """One more role."""

    role = forms.ChoiceField(label="Role", choices=[(role.key, role.title) for role in ROLES])
    why = why()

    def __init__(self, *args: Any, held: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.key, role.title) for role in ROLES if role.key not in held]  # type: ignore[attr-defined]  # a choice field


class EndForm(forms.Form):
    """One of the roles held, to be ended."""

    holding = forms.ChoiceField(label="Role")
    why = why()

    def __init__(self, *args: Any, holdings: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holding"].choices = [(str(pk), spaced(role)) for pk, role in holdings]  # type: ignore[attr-defined]  # a choice field


class WhyForm(forms.Form):
    """A reason alone."""

    why = why()


class ThroughForm(forms.Form):
    """How the account signs in from now on."""

    sign_in = forms.ChoiceField(label="Signs in through", choices=SIGN_IN_CHOICES)
    why = why()


class OwnForm(forms.Form):
    """What people change about themselves."""

    name = forms.CharField(label="Name", max_length=120)
    wants_mail = forms.BooleanField(label="Send notices by mail, too", required=False)


class DecideForm(forms.Form):
    """One line of an access review."""

    verdict = forms.ChoiceField(label="Decision", choices=[(KEPT, "Keep"), (ENDED, "End")])
    reason = forms.CharField(label="Why", max_length=2000)
