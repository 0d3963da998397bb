"""The pages of exam files: the list, where one is made, one file with its binder, its bytes."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.exams import actions, queries, tables
from oversight.exams.forms import QuarterForm
from oversight.exams.models import MAKERS, READERS, ExamFile
from oversight.lifecycle import Refusal
from oversight.vendors.quarters import parse


@allow(*READERS)
@require_GET
def exam_files(request: HttpRequest) -> HttpResponse:
    """Every exam file that was made."""
    context = {"form": QuarterForm(), "may_make": bool(actor_of(request).roles & set(MAKERS))}
    return sheets.respond(request, "exams/exam_files.html", context, tables.exam_files(queries.exam_files()))


@allow(*MAKERS)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make the exam file of a quarter."""
    form = QuarterForm(request.POST)
    if not form.is_valid():
        raise Refusal("Choose a quarter of the list.")
    row = actions.make(actor_of(request), parse(form.cleaned_data["quarter"]))
    messages.success(request, f"The exam file of {row.quarter} is made. Print its root where the file does not lie.")
    return redirect(row)


@allow(*READERS)
@require_GET
def exam_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One exam file: its root, how to verify it, its binder; with `?verify=1` what the verifier says of it now."""
    row = get_object_or_404(ExamFile, pk=pk)
    context: dict[str, object] = {"row": row, "is_verified": row.is_here and request.GET.get("verify") == "1"}
    if context["is_verified"]:
        context["altered"], context["notes"] = queries.verdict(row)
    return sheets.respond(request, "exams/exam_file.html", context, tables.binder(row, queries.binder(row)))


@allow(*READERS)  # type: ignore[arg-type]  # a stream of bytes is an answer, too
@require_GET
def exam_bytes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself."""
    row = get_object_or_404(ExamFile, pk=pk)
    if not row.is_here:
        raise Http404
    return FileResponse(row.place.open("rb"), as_attachment=True, filename=row.name, content_type="application/zip")
