"""A person's own notices."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from oversight import sheets
from oversight.access import allow
from oversight.notices import actions, queries
from oversight.roles import EVERY_ROLE


@allow(*EVERY_ROLE)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What the desk told this person; what is not read yet unless all is asked for."""
    assert request.user.is_authenticated
    is_all = request.GET.get("show") == "all"
    found = queries.inbox(request.user, is_unread=not is_all)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    is_download = request.GET.get("format") in sheets.FORMATS
    context = {"page": page, "notices": queries.told(page), "is_all": is_all, "unread": queries.unread(request.user)}
    return sheets.respond(request, "notices/inbox.html", context, queries.sheet(found if is_download else ()))


@allow(*EVERY_ROLE)
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one's own notice as read and go to what it speaks of."""
    assert request.user.is_authenticated
    copy = actions.read(request.user, pk)
    if copy is None:
        raise Http404
    return redirect(copy.notice.url)


@allow(*EVERY_ROLE)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own notices as read."""
    assert request.user.is_authenticated
    count = actions.read_all(request.user)
    messages.success(request, f"{count} notice{'' if count == 1 else 's'} marked as read.")
    return redirect("notices:inbox")
