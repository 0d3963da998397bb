"""Versions as tables: the terms of one beside others, and two compared."""

from __future__ import annotations

from collections.abc import Sequence

from oversight.policy.models import Version
from oversight.policy.terms import changes, terms
from oversight.sheets import Column, Row, Sheet

NOT_STATED = "not stated"


def terms_of(version: Version) -> dict[str, str]:
    """Each term's value by its key."""
    return {term.key: term.value for term in terms(version.files)}


def terms_beside(version: Version, others: Sequence[Version]) -> Sheet:
    """Every term of `version`; before its value, what each of `others` says, `=` where it is the same."""
    columns = (
        Column("part", "Part"), Column("term", "Term", kind="code"), *(Column(f"in_{other.number}", f"In {other.label}") for other in others),
        Column("value", f"In {version.label}"), Column("unit", "Unit"), Column("meaning", "Meaning"), Column("read_by", "Read by"),
    )  # fmt: skip
    held = [terms_of(other) for other in others]
    rows = tuple(
        Row(
            (
                term.part, term.key, *(_beside(values.get(term.key), term.value) for values in held), term.value, term.unit, term.meaning,
                "; ".join((*([", ".join(term.readers)] if term.readers else ()), *([term.note] if term.note else ()))),
            ),
            tone="attention" if any(values.get(term.key) != term.value for values in held) else "",
        )
        for term in terms(version.files)
    )  # fmt: skip
    source = f"The files of version no. {version.number}, hash {version.hash[:12]}. A row marked at its edge differs. “=” is the same."
    return Sheet(f"policy-{version.number}", "What it decides", columns, rows, source=source)


def comparison(a: Version, b: Version) -> Sheet:
    """The terms in which `b` differs from `a`."""
    columns = (
        Column("part", "Part"), Column("term", "Term", kind="code"), Column("before", f"Before, {a.label}"), Column("after", f"After, {b.label}"),
        Column("unit", "Unit"), Column("meaning", "Meaning"), Column("read_by", "Read by"),
    )  # fmt: skip
    rows = tuple(
        Row((term.part, term.key, before or NOT_STATED, after or NOT_STATED, term.unit, term.meaning, ", ".join(term.readers)))
        for term, before, after in ((change.term, change.before, change.after) for change in changes(a.files, b.files) if change.differs)
    )
    source = f"Version no. {a.number}, hash {a.hash[:12]}, against version no. {b.number}, hash {b.hash[:12]}."
    return Sheet(
        f"policy-{a.number}-{b.number}", "What differs", columns, rows, source=source, empty="Both decide the same; only comments or line breaks may differ."
    )


def _beside(value: str | None, stated: str) -> str:
    return NOT_STATED if value is None else "=" if value == stated else value
