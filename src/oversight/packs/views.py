"""The pages of packs: what was bound, binding one, and an edition as a page."""

from __future__ import annotations

import re
from collections.abc import Collection

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bestexec import render_page
from oversight import sheets
from oversight.access import actor_of, allow
from oversight.packs import actions, kinds, queries
from oversight.packs.chapters import CHAPTERS
from oversight.roles import STAFF

BINDERS = tuple(dict.fromkeys(role for kind in kinds.KINDS for role in kind.by))
POLICY = re.compile(r'Content-Security-Policy" content="([^"]+)"')


class BindForm(forms.Form):
    """Of what: a review, a vendor or a refresh, as far as these roles bind it."""

    of = forms.ChoiceField(label="Of")

    def __init__(self, *args: object, roles: Collection[str] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own
        self.fields["of"].choices = kinds.offered(roles)  # type: ignore[attr-defined]  # a field of choices


@allow(*STAFF)
@require_GET
def packs(request: HttpRequest) -> HttpResponse:
    """Every edition, and for who keeps papers the button that binds another."""
    form = BindForm(roles=actor_of(request).roles)
    shown = {"form": form if form.fields["of"].choices else None, "chapters": CHAPTERS}  # type: ignore[attr-defined]  # a field of choices
    return sheets.respond(request, "packs/packs.html", shown, queries.sheet(queries.editions()))


@allow(*BINDERS)
@require_POST
def bind(request: HttpRequest) -> HttpResponse:
    """Bind another edition."""
    by = actor_of(request)
    row = actions.bind(by, queries.named(request.POST.get("of", "")))
    more = " Its document is on the table where the meeting is not over; circulate it next." if row.kind == "review" else ""
    messages.success(request, f"Bound: {row}.{more}")
    return redirect(row.get_absolute_url())


@allow(*STAFF)
@require_GET
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: its forms, what it rests on."""
    row = queries.edition(pk)
    shown = {"row": row, "about": queries.about(row), "others": queries.editions(row.kind, row.of_id).exclude(pk=row.pk)}
    return render(request, "packs/pack.html", shown)


@allow(*STAFF)
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The edition as a page, drawn from its filed JSON; it allows its own style sheet by hash, and nothing else."""
    text = render_page(queries.pack_of(queries.edition(pk)))
    answer = HttpResponse(text, content_type="text/html; charset=utf-8")
    found = POLICY.search(text)
    answer["Content-Security-Policy"] = f"{found[1]}; frame-ancestors 'none'" if found else "default-src 'none'"
    return answer
