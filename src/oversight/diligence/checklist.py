"""What stands between an assessment and its approval: a list that a person reads from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oversight.diligence.choices import CHOSEN, Candidate
from oversight.diligence.dossier import Dossier, dossier
from oversight.diligence.judgements import NOT_CONFIRMED
from oversight.diligence.models import Assessment


@dataclass(frozen=True)
class Item:
    """One thing that must be so: what it is, and what stands in its way (nothing where it is met), each with the page where it is mended."""

    title: str
    missing: tuple[tuple[str, str], ...] = ()
    met: str = ""

    @property
    def is_met(self) -> bool:
        return not self.missing


def checklist(of: Dossier) -> list[Item]:
    """Every item in the order in which people work."""
    return [_answered(of), _gates(of), _scored(of), _challenges(of), _sample(of), _evidence(of), *_memo(of)]


def blocks(assessment: Assessment) -> list[str]:
    """What stands in the way of the approval, in words; nothing where it is clear."""
    return [words for item in checklist(dossier(assessment)) for words, _ in item.missing]


def _answered(of: Dossier) -> Item:
    missing = [(f"{line.question.id} has no answer yet", line.answer.get_absolute_url()) for line in of.lines if line.current is None]
    missing += [(f"{line.question.id} is returned for more", line.answer.get_absolute_url()) for line in of.lines if line.answer.state == "returned"]
    return Item("Every question has an answer, or the reason why not", _few(missing, of), _counted(len(of.lines), "question"))


def _gates(of: Dossier) -> Item:
    missing = [(f"gate {line.question.id} is not passed: {reason}", line.answer.get_absolute_url()) for line in of.gates if (reason := line.gate_reason)]
    return Item("Every gate is passed, whatever the score", tuple(missing), _counted(len(of.gates), "gate"))


def _scored(of: Dossier) -> Item:
    missing = [(f"{line.question.id} is not scored", line.answer.get_absolute_url()) for line in of.lines if line.current is not None and line.score is None]
    return Item("Every answer is scored", _few(missing, of), f"{sum(line.score is not None for line in of.lines)} scored")


def _challenges(of: Dossier) -> Item:
    missing = [(f"a challenge of {line.question.id} is not settled", challenge.get_absolute_url()) for line in of.lines for challenge in line.open_challenges]
    return Item("Every challenge is settled", tuple(missing), f"{sum(len(line.challenges) for line in of.lines)} settled")


def _sample(of: Dossier) -> Item:
    title = "A second person tested every sampled answer; what was not confirmed has a condition"
    tests = [(line, line.test) for line in of.lines if line.test is not None]
    if not of.assessment.seed:
        return Item(title, (("the sample is not drawn yet", of.assessment.get_absolute_url()),))
    missing = [(f"{line.question.id} is sampled and not tested", test.get_absolute_url()) for line, test in tests if test.state != "tested"]
    missing += [
        (f"the answer to {line.question.id} was not confirmed, and no condition covers it", test.get_absolute_url())
        for line, test in tests if test.state == "tested" and test.result == NOT_CONFIRMED and not line.covering
    ]  # fmt: skip
    return Item(title, _few(missing, of), f"{len(tests)} tested")


def _evidence(of: Dossier) -> Item:
    missing = [
        (f"“{link.filed.title}” beside {line.question.id} expired on {link.filed.expires_on}", line.answer.get_absolute_url())
        for line in of.lines for link in line.expired
    ]  # fmt: skip
    return Item("No evidence beside an answer has expired", tuple(missing), _counted(sum(len(line.links) for line in of.lines), "file"))


def _memo(of: Dossier) -> Iterable[Item]:
    candidate = Candidate.objects.filter(assessment=of.assessment).select_related("selection").first()
    if candidate is None or candidate.selection.state == "dropped":
        return []
    chosen, url = candidate.selection, f"{candidate.selection.get_absolute_url()}memo/"
    if chosen.state != "approved":
        return [Item("The selection memo is approved and chose this candidate", ((f"the memo of “{chosen}” is not approved yet", url),))]
    lost = () if candidate.verdict == CHOSEN else ((f"the memo of “{chosen}” did not choose it", url),)
    return [Item("The selection memo is approved and chose this candidate", lost, f"chosen in “{chosen}”")]


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _few(missing: list[tuple[str, str]], of: Dossier) -> tuple[tuple[str, str], ...]:
    """The first five by name, the rest as a number: a list of ninety is no list."""
    rest = len(missing) - 5
    return (*missing[:5], (f"{rest} more", of.assessment.get_absolute_url())) if rest > 0 else tuple(missing)
