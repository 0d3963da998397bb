"""Access reviews: their list, one review, its lines."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.accounts import actions, queries
from oversight.accounts.forms import DecideForm
from oversight.accounts.models import READERS
from oversight.lifecycle import Refusal, spaced
from oversight.roles import ADMINISTRATOR, BY_KEY, COMPLIANCE, SENIOR_MANAGER

LIST = (
    sheets.Column("review", "Review"),
    sheets.Column("state", "State"),
    sheets.Column("opened", "Opened"),
    sheets.Column("opened_by", "Opened by"),
    sheets.Column("lines", "Lines", kind="number"),
    sheets.Column("left", "To decide", kind="number"),
    sheets.Column("signed", "Signed"),
    sheets.Column("signed_by", "Signed by"),
)
LINES = tuple(
    sheets.Column(key, key.replace("_", " ").capitalize())
    for key in ("account", "vendor", "role", "given_by", "given_at", "second_factor", "last_sign_in", "decision", "reason", "decided_by")
)


@allow(*READERS)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Every access review, and when the next one is due."""
    known = queries.names()
    rows = tuple(
        sheets.Row(
            (f"number {each.pk}", each.state_title, _when(each.opened_at), known.get(each.opened_by, each.opened_by), each.line_count, each.left_count,
             _when(each.signed_at), known.get(each.signed_by, each.signed_by) or "—"),
            links={"review": reverse("accounts:review", args=[each.pk])},
        )
        for each in queries.reviews()
    )  # fmt: skip
    sheet = sheets.Sheet("access-reviews", "Access reviews", LIST, rows, empty="There was no access review yet. An administrator opens the first one.")
    due = queries.review_due_at()
    shown = {
        "due": due, "is_overdue": due is not None and due < clock.now(), "may_open": ADMINISTRATOR in actor_of(request).roles,
        "is_open": any(row.cells[1] == "open" for row in rows),
    }  # fmt: skip
    return sheets.respond(request, "accounts/reviews.html", shown, sheet)


@allow(*READERS)
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: each account with its roles, kept or ended."""
    found = queries.review(pk)
    if found is None:
        raise Http404
    people, known = queries.lines_of(found), queries.names()
    rows = tuple(
        sheets.Row(
            (known.get(entry["account"], entry["account"]), entry["vendor"], spaced(line.role), known.get(role["given_by"], role["given_by"]), role["given_at"],
             "yes" if entry["has_factor"] else "no", entry["last_sign_in"], line.get_verdict_display() if line.verdict else "", line.reason,
             known.get(line.decided_by, line.decided_by))
        )
        for entry, lines in people for line in lines for role in entry["roles"] if role["holding"] == line.holding_id
    )  # fmt: skip
    source = f"The accounts and roles of {_when(found.opened_at)}, as the record keeps them."
    sheet = sheets.Sheet(f"access-review-{pk}", f"Access review {pk}", LINES, rows, source=source, empty="There was no account with a role.")
    may_decide = found.state == "opened" and bool(actor_of(request).roles & {COMPLIANCE, SENIOR_MANAGER}) and found.opened_by != actor_of(request).key
    lines_left = sum(not line.verdict for _, lines in people for line in lines)
    shown = {"review": found, "people": people, "titles": BY_KEY, "may_decide": may_decide, "form": DecideForm(auto_id=False), "lines_left": lines_left}
    return sheets.respond(request, "accounts/review.html", shown, sheet)


@allow(ADMINISTRATOR)
@require_POST
def open_review(request: HttpRequest) -> HttpResponse:
    """Open the next access review."""
    made = actions.open_review(actor_of(request))
    messages.success(request, "The review is open. Compliance decides each line and signs.")
    return redirect("accounts:review", made.pk)


@allow(COMPLIANCE, SENIOR_MANAGER)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or end one line."""
    line, form = queries.line(pk), DecideForm(request.POST)
    if line is None:
        raise Http404
    if not form.is_valid():
        raise Refusal("Say whether the role is kept or ended, and why.")
    actions.decide(actor_of(request), line, **form.cleaned_data)
    return redirect(f"{reverse('accounts:review', args=[line.review_id])}#line-{pk}")


def _when(at: datetime | None) -> str:
    return "—" if at is None else f"{at.astimezone(clock.MARKET_ZONE):%Y-%m-%d %H:%M %Z}"
