"""The pages of an item and of a document: then and now, gathering, counsel's decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.accounts.models import Account
from oversight.evidence.models import Filed
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.requests import counseling, gathering, known, papers, queries, tables
from oversight.requests.forms import PaperForm, RedactForm, UploadForm, kept
from oversight.requests.lifecycle import COUNSEL, OWNERS
from oversight.requests.models import Document, Item, Paper, Request
from oversight.requests.rights import is_counsel
from oversight.roles import COMPLIANCE, STAFF

PDF_HEAD = b"%PDF-"


@allow(*STAFF)
@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: its words, what was known then and now, the documents that answer it."""
    row, by = _item(pk), actor_of(request)
    documents = list(queries.documents_of(row.request, row))
    listed = tables.documents(documents, queries.superseded(documents))
    beside = known.compared(row.first_on, row.last_on, row.known_at)
    owns = by.key == row.owner or COMPLIANCE in by.roles
    context = {
        "row": row, "documents": listed, "compared": beside, "differing": sum(one.differing for one in beside), "owns": owns,
        "may_gather": owns and bool(by.roles & set(OWNERS)) and row.is_worked and row.state in gathering.OPEN_TO_MORE, "keeps": COMPLIANCE in by.roles,
        "sits": is_counsel(by.key, by.roles, row.request_id),
    }  # fmt: skip
    return sheets.respond(request, "requests/item.html", context, listed, *(one.sheet for one in beside))


@allow(*OWNERS)
@require_http_methods(["GET", "POST"])
def gather(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in filed evidence, found by `?q=`; a paper that the desk prints; or a file."""
    row, by = _item(pk), actor_of(request)
    form = UploadForm(**(posted(request) if request.POST.get("how") == "upload" or getattr(request, "was_too_large", False) else {}))
    if request.method == "POST":
        how, document = request.POST.get("how", ""), None
        if how == "choose":
            document = gathering.choose(by, row, get_object_or_404(Filed, pk=_number(request.POST.get("filed", ""))))
        elif how == "print":
            document = papers.put_in(by, row, request.POST.get("kind", ""), request.POST.get("wanted", ""))
        elif how == "order":
            document = _order(request, row)
        elif form.is_valid():
            sent, said = form.cleaned_data["content"], form.cleaned_data
            with kept(form):
                document = gathering.take_in(by, row, sent.name, sent, title=said["title"], on=said["effective_on"])
        if document is not None:
            messages.success(request, f"In the item now: {document}.")
            return redirect("requests:gather", pk=row.pk)
    asked = request.GET.get("q", "")
    held = {document.filed_id for document in queries.documents_of(row.request, row) if document.state != "set_aside"}
    shown = {
        "row": row, "form": form, "q": asked, "found": queries.to_take_in(asked), "held": held, "printable": papers.PRINTABLE, "runs": queries.runs_of(row),
    }  # fmt: skip
    return render(request, "requests/gather.html", shown, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it is, which items it answers, what counsel decided."""
    row, by = _document(pk), actor_of(request)
    sits = is_counsel(by.key, by.roles, row.request_id)
    owns = COMPLIANCE in by.roles or any(placement.item.owner == by.key for placement in row.placements.all())
    context = {
        "row": row, "sits": sits, "owns": owns, "later": Filed.objects.filter(supersedes_id=row.filed_id).first(), "redact": RedactForm() if sits else None,
        "given": list(row.given_in.exclude(number=None).select_related("production", "filed")), "was_chosen_by": row.chosen_by == by.key,
        "papers": list(queries.papers_of(_account(request), row.request).filter(document=row)) if sits else [],
        "is_kept": sits and queries.papers_of(_account(request), row.request).filter(sha256=row.filed.sha256).exists(),
    }  # fmt: skip
    return render(request, "requests/document.html", context)


@allow(*COUNSEL)
@require_POST
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    """File the redacted copy and let it go out."""
    row, form = _document(pk), RedactForm(**posted(request))
    if form.is_valid():
        said = form.cleaned_data
        with kept(form):
            counseling.redact_with(actor_of(request), row, said["content"].name, said["content"], redacts=said["redacts"], ground=said["ground"])
            messages.success(request, "The redacted copy goes out; the original stays as it is.")
            return redirect(row.get_absolute_url())
    return render(request, "requests/form.html", {"form": form, "row": row.request, "title": f"Redact: {row}", "is_upload": True}, status=400)


@allow(*OWNERS)
@require_POST
def take_later(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the later filing in place of a superseded one."""
    later = gathering.take_later(actor_of(request), _document(pk))
    messages.success(request, "The later filing is in its place, and waits for counsel.")
    return redirect(later.get_absolute_url())


@allow(*COUNSEL)
@require_http_methods(["GET", "POST"])
def space(request: HttpRequest, pk: int) -> HttpResponse:
    """Counsel's space: for the request's counsel alone; anybody else finds no such page."""
    row, by = get_object_or_404(Request, pk=pk if pk < 2**63 else 0), actor_of(request)
    if not is_counsel(by.key, by.roles, row.pk):
        raise Http404
    about = row.documents.filter(pk=_number(request.GET.get("document", ""))).select_related("filed").first()
    form = PaperForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        sent = said["content"]
        named = {"name": sent.name, "content": sent} if sent else {}
        with kept(form):
            counseling.write(by, row, title=said["title"], note=said["note"], ground=said["ground"], document=about, **named)
            messages.success(request, "Kept. Nobody but counsel of this request sees that it is there.")
            return redirect("requests:space", pk=row.pk)
    shown = {"row": row, "form": form, "papers": list(queries.papers_of(_account(request), row)), "about": about, "counsel": queries.counsel_of(row)}
    return _unkept(render(request, "requests/space.html", shown, status=400 if request.method == "POST" else 200))


@allow(*COUNSEL)
@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes of a paper of counsel's space, as a download."""
    row = Paper.objects.filter(pk=pk if pk < 2**63 else 0).exclude(sha256="").first()
    if row is None or not row.is_visible_to(request.user):
        raise Http404
    return served(row, is_seen=False)


def _order(request: HttpRequest, row: Item) -> Document:
    """An order's one page, as the desk above prints it for this very person."""
    wanted = request.POST.get("wanted", "")
    found = resolve(papers.order_address(wanted))
    asked = HttpRequest()
    asked.method, asked.user, asked.META = "GET", request.user, {**request.META, "REQUEST_METHOD": "GET"}
    answer = found.func(asked, **found.kwargs)
    if not answer.content.startswith(PDF_HEAD):
        raise Refusal(f"No run in force has the order {wanted}.")
    on, symbol, order_id = wanted.split()
    title = f"Order {order_id}, {symbol}, {on}: one page"
    return gathering.take_in(actor_of(request), row, f"order-{on}-{symbol}-{order_id}.pdf", answer.content, title=title)


def _account(request: HttpRequest) -> Account:
    assert request.user.is_authenticated, "the view says `allow`"
    return request.user


def _unkept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer


def _item(pk: int) -> Item:
    return get_object_or_404(Item.objects.select_related("request"), pk=pk if pk < 2**63 else 0)


def _document(pk: int) -> Document:
    found = Document.objects.select_related("request", "filed", "redaction").prefetch_related("placements__item")
    return get_object_or_404(found, pk=pk if pk < 2**63 else 0)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
