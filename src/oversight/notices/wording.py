"""What a mail says: plain text, counts and links, no figures of executions, nothing of customers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings

FIGURE = re.compile(
    r"[-−+]?[$€£¥]\s?[\d,]+(?:\.\d+)?|[-−+]?\b\d[\d,]*\.\d+(?:\s?(?:%|bps|USD|ms))?|[-−+]?\b\d[\d,]*\s?(?:%|bps\b|USD\b|shares?\b|ms\b)", re.IGNORECASE
)
Need = tuple[int, str, str]
"""(how many, what, url) of what needs somebody: `3 exceptions are yours`."""
ADDRESS = re.compile(r"\S+@\S+")
MOST = 20
"""So many notices a digest lists; the rest are counted."""


def for_mail(what: str) -> str:
    """`what` on one line, with amounts, prices, percentages, shares and addresses left out; counts and dates stay."""
    return ADDRESS.sub("[address: see the desk]", FIGURE.sub("[figure: see the desk]", " ".join(what.split())))


def subject(severity: str, what: str) -> str:
    """The subject of a letter about one notice."""
    return f"[bestexec] {'' if severity == 'info' else f'{severity}: '}{for_mail(what)}"[:150]


def letter(severity: str, what: str, url: str) -> str:
    """The text of a letter about one notice."""
    return f"{for_mail(what)}\n\nSeverity: {severity}\n{settings.PUBLIC_URL}{url}\n\n{_end()}"


def digest_subject(notices: int, needs: int = 0) -> str:
    """The subject of a day's digest."""
    parts = [_counted(needs, "thing to do", "things to do")] if needs else []
    parts += [_counted(notices)] if notices else []
    return f"[bestexec] {' and '.join(parts)} for you"


def digest(notices: Sequence[tuple[str, str, str]], needs: Sequence[Need] = ()) -> str:
    """The text of a day's digest: what needs its reader, as (how many, what, url), then unread notices, each (severity, what, url), the most severe first."""
    todo = [f"- {number:,} {for_mail(what)}\n  {settings.PUBLIC_URL}{url}" for number, what, url in needs]
    lines = [f"- {severity}: {for_mail(what)}\n  {settings.PUBLIC_URL}{url}" for severity, what, url in notices[:MOST]]
    more = [f"and {len(notices) - MOST} more: {settings.PUBLIC_URL}/notices/"] if len(notices) > MOST else []
    parts = [["To do today:", "", *todo, ""]] if todo else []
    parts += [[f"{_counted(len(notices))}, not yet read:", "", *lines, *more, ""]] if lines else []
    return "\n".join([*(line for part in parts for line in part), f"What needs you today: {settings.PUBLIC_URL}/", "", _end()])


def _counted(count: int, one: str = "notice", many: str = "notices") -> str:
    return f"{count} {one if count == 1 else many}"


def _end() -> str:
    return f"This mail holds no figures; the desk does. You can turn mails off: {settings.PUBLIC_URL}/people/me/\n"
