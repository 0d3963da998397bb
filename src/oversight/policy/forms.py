"""The form in which a version is written."""

from __future__ import annotations

from typing import Any

from django import forms

from bestexec import Problem
from oversight.policy import limits, reading

MOST = 200_000
FIELDS = {reading.POLICY: "policy", limits.FILE: "desk", **dict(zip(reading.OF_VENDORS, ("logic", "releases", "fix_aliases"), strict=True))}
"""The field of each file."""
AS_FILE = {"spellcheck": "false", "class": "text-file", "wrap": "off"}


class DraftForm(forms.Form):
    """The text of each file, and what changes."""

    summary = forms.CharField(
        label="What changes, and why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A second person decides on it: say what made it necessary.",
    )
    policy = forms.CharField(
        label=reading.POLICY,
        max_length=MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, **AS_FILE}),
        help_text="Limits of the checks, lists, readings of the rules. Each version has a name of its own: change “version” near the top.",
    )
    desk = forms.CharField(
        label=limits.FILE,
        max_length=MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, **AS_FILE}),
        help_text="Clocks, second reader, sample, suppressions, causes.",
    )

    logic = forms.CharField(
        label=reading.OF_VENDORS[0],
        required=False,
        max_length=MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, **AS_FILE}),
        help_text="What vendors state of their routers, as rules that every route is held to: [[rule]] with key, vendor, kind, source and the kind's terms.",
    )
    releases = forms.CharField(
        label=reading.OF_VENDORS[1],
        required=False,
        max_length=MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, **AS_FILE}),
        help_text="What vendors announced of their releases, to which changes are matched: [[release]] with vendor, released_on and words.",
    )
    fix_aliases = forms.CharField(
        label=reading.OF_VENDORS[2],
        required=False,
        max_length=MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, **AS_FILE}),
        help_text="What the codes of FIX sessions mean: [[alias]] with session, tag, code, means, from, to. Logs imported again are read again.",
    )

    @property
    def texts(self) -> dict[str, str]:
        """What was written, by file name."""
        return {name: self.cleaned_data[field] for name, field in FIELDS.items()}

    def blame(self, problem: Problem) -> None:
        """Show `problem` above the file that it is in, with the line."""
        field = next((field for name, field in FIELDS.items() if problem.where.startswith(name)), "policy")
        line = reading.line_of(problem, reading.plain(self.cleaned_data[field]))
        self.add_error(field, f"{f'Line {line}: ' if line else ''}{problem.what} ({problem.where}). {problem.do[:1].upper()}{problem.do[1:]}.")


def begun(files: dict[str, str]) -> dict[str, Any]:
    """What a draft form begins with: the text of `files`, the shipped desk.toml where they have none."""
    shipped = {limits.FILE: limits.SHIPPED.read_text(encoding="utf-8")}
    return {field: files.get(name) or shipped.get(name, "") for name, field in FIELDS.items()}
