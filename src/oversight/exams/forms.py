"""What people are asked when they make an exam file."""

from __future__ import annotations

from typing import Any

from django import forms

from oversight.exams import queries


class QuarterForm(forms.Form):
    """Which quarter."""

    quarter = forms.ChoiceField(label="Quarter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = [(str(each), str(each)) for each in queries.quarters()]  # type: ignore[attr-defined]  # it is a choice
