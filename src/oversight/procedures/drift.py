"""What is unapproved or adrift on a day: the last chapter of the printed procedures, and the warning above the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bestexec import CHECKS
from oversight import clock
from oversight.accounts.queries import names
from oversight.policy import queries as policy
from oversight.procedures import ages, content, duties
from oversight.procedures.asking import holders
from oversight.procedures.duties import Duty
from oversight.procedures.standing import Standing
from oversight.roles import BY_KEY as ROLES

OPEN, UNCLAIMED, LIMITS, DUTIES, AUTHORITIES, OWNERS, EVIDENCE = "open", "unclaimed", "limits", "duties", "authorities", "owners", "evidence"
KINDS = {
    OPEN: "Sections with a change that nobody has approved", UNCLAIMED: "Checks that no approved section claims",
    LIMITS: "Limits in the policy folder that differ from what was approved", DUTIES: "Duties that are named and not on the calendar",
    AUTHORITIES: "Authorities that are named and do not stand", OWNERS: "Owners and deputies who no longer hold their role", EVIDENCE: "Evidence that lapsed",
}  # fmt: skip
"""In the order in which they are printed."""
OF_TODAY = (LIMITS, DUTIES, OWNERS)
"""Known of today alone: the desk does not keep how these stood on a day that is over."""


@dataclass(frozen=True)
class Adrift:
    """One thing adrift: of which of KINDS, what, how, and where to mend it."""

    kind: str
    what: str
    how: str
    url: str = ""


def adrift(standings: Sequence[Standing], day: date, calendar: Mapping[str, Duty] | None = None) -> tuple[Adrift, ...]:
    """Everything unapproved or adrift, of `standings` on `day`; `calendar` are the duties of now, read here where they are not given."""
    people = names()
    found = [*_open(standings, people), *_unclaimed(standings)]
    for one in standings:
        found += [*_authorities(one), *_evidence(one)] if one.version else []
    if day >= clock.today():
        held, known = set(holders()), duties.every() if calendar is None else calendar
        found += _limits()
        for one in standings:
            found += [*_duties(one, known), *_owners(one, held, people)] if one.version else []
    return tuple(sorted(found, key=lambda one: list(KINDS).index(one.kind)))


def _open(standings: Sequence[Standing], people: Mapping[str, str]) -> Iterator[Adrift]:
    for one in standings:
        for version in one.open:
            beside = f"version {one.version.number} stays in force" if one.version else "nothing of it is in force"
            by = people.get(version.drafted_by, version.drafted_by)
            how = f"version {version.number} is {'proposed' if version.state == 'proposed' else 'a draft'} by {by}; {beside}"
            yield Adrift(OPEN, version.title, how, version.get_absolute_url())
        if one.coming:
            yield Adrift(
                OPEN, one.coming.title, f"version {one.coming.number} is approved and takes effect on {one.coming.effective_on}", one.coming.get_absolute_url()
            )


def _unclaimed(standings: Sequence[Standing]) -> Iterator[Adrift]:
    claimed = {check for one in standings if one.version for check in one.version.checks}
    known = {check.id for check in CHECKS}
    for check in CHECKS:
        if check.id not in claimed:
            yield Adrift(UNCLAIMED, check.id, check.title)
    for gone in sorted(claimed - known):
        yield Adrift(UNCLAIMED, gone, "is claimed, and the library has no such check any more")


def _limits() -> Iterator[Adrift]:
    for one in policy.drift():
        yield Adrift(LIMITS, one.name, one.how)


def _authorities(one: Standing) -> Iterator[Adrift]:
    assert one.version, "in force"
    for citation in content.cited(one.version.citations):
        if not content.binds(citation):
            yield Adrift(AUTHORITIES, citation.key, f"{citation.standing} as of {citation.as_of}; named by {one.title}", one.section.get_absolute_url())


def _evidence(one: Standing) -> Iterator[Adrift]:
    for proved in one.proved:
        if proved.age.state == ages.LAPSED:
            age = proved.age
            how = f"the last is of {age.last_on} and sufficed until {age.good_until}" if age.last_on else f"none was produced; it was due by {age.good_until}"
            yield Adrift(EVIDENCE, one.title, f"{proved.proof.what}: {how}", one.section.get_absolute_url())


def _duties(one: Standing, calendar: Mapping[str, Duty]) -> Iterator[Adrift]:
    assert one.version, "in force"
    for duty in duties.of(one.version.duties, calendar):
        if not duty.is_on:
            yield Adrift(DUTIES, duty.said, f"named by {one.title}", one.section.get_absolute_url())


def _owners(one: Standing, held: set[tuple[str, str]], people: Mapping[str, str]) -> Iterator[Adrift]:
    assert one.version, "in force"
    for what, key, role in (("owner", one.version.owner, one.version.owner_role), ("deputy", one.version.deputy, one.version.deputy_role)):
        if (key, role) not in held:
            title = ROLES[role].title if role in ROLES else role
            yield Adrift(
                OWNERS,
                one.title,
                f"its {what}, {people.get(key, key)}, no longer holds the role {title}, or the account is closed",
                one.section.get_absolute_url(),
            )
