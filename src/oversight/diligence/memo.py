"""What a selection memo needs before anybody decides on it."""

from __future__ import annotations

from oversight.diligence.choices import CHOSEN, Candidate, Selection
from oversight.diligence.dossier import dossiers

COMPARABLE = ("scored", "proposed", "approved")
"""The states in which a candidate is scored and can be chosen."""


def missing(selection: Selection) -> list[str]:
    """What is missing, in words: at least two candidates, each with a verdict and its reason, one of them chosen, scored and past every gate."""
    candidates = list(Candidate.objects.filter(selection=selection).select_related("assessment__vendor").prefetch_related("assessment__form").order_by("pk"))
    found = [] if len(candidates) > 1 else ["at least two candidates are compared"]
    found += [] if selection.summary.strip() else ["whom to choose, and why"]
    found += [] if selection.alternatives.strip() else ["which alternatives were considered"]
    found += [f"a verdict on {each.assessment.vendor}" for each in candidates if not each.verdict]
    found += [f"why {each.assessment.vendor} was {each.get_verdict_display()}" for each in candidates if each.verdict and not each.reason.strip()]
    chosen = [each for each in candidates if each.verdict == CHOSEN]
    found += [] if chosen else ["nobody is chosen"]
    return found + _not_fit(chosen)


def _not_fit(chosen: list[Candidate]) -> list[str]:
    """Why those chosen cannot be: not scored, or a gate not passed."""
    found = [f"{each.assessment.vendor} is chosen and not scored yet" for each in chosen if each.assessment.state not in COMPARABLE]
    for of in dossiers([each.assessment for each in chosen if each.assessment.state in COMPARABLE]):
        found += [f"{of.assessment.vendor} is chosen, and gate {line.question.id} is not passed: {line.gate_reason}" for line in of.gates if line.gate_reason]
    return found
