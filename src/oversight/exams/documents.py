"""Filed documents of a quarter: those that its rows name or that are filed beside them; nothing of counsel's, nothing that says who a customer was."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from bestexec import tombstone_of
from oversight.evidence import store
from oversight.evidence.models import Filed, Link
from oversight.exams.telling import Told
from oversight.harm.models import Harm, PaymentResult
from oversight.requests.queries import privileged_hashes

ENDINGS = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "application/xml": "xml", "application/zip": "zip", "application/gzip": "gz",
    "application/zstd": "zst", "application/vnd.apache.parquet": "parquet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}  # fmt: skip
"""The ending of a document's name by its type; of plain text `txt`, of the rest `bin`."""
BATCH = 500


def gathered(told: Told) -> tuple[dict[str, Path], list[dict[str, Any]]]:
    """(files by member, the list of them): each with its hash, size and type, and what it is filed beside. Raises Refusal for altered bytes.

    Of one that was disposed of the tombstone goes in.
    """
    beside: dict[int, set[tuple[str, str]]] = {pk: set() for pk in told.filings}
    for kind, ids in sorted(told.subjects.items()):
        for some in _batches(sorted(ids)):
            for filed_id, id_ in Link.objects.filter(subject_kind=kind, subject_id__in=some, withdrawn_at=None).values_list("filed_id", "subject_id"):
                beside.setdefault(filed_id, set()).add((kind, id_))
    kept_back = privileged_hashes() | _personal()
    members: dict[str, Path] = {}
    listed: dict[str, dict[str, Any]] = {}
    for filed in (row for some in _batches(sorted(beside)) for row in Filed.objects.filter(pk__in=some).order_by("pk")):
        if filed.sha256 in kept_back:
            continue
        if not store.place(filed.sha256).is_file() and tombstone_of(Path(settings.HOME), "evidence", filed.sha256) is not None:
            members[f"disposed/evidence-{filed.sha256}.json"] = Path(settings.HOME) / "disposed" / f"evidence-{filed.sha256}.json"
            continue
        name = f"documents/{filed.sha256}.{_ending(filed.kind)}"
        if name not in members:
            store.read(filed.sha256)
            members[name] = store.place(filed.sha256)
            listed[name] = {"beside": [], "filed": [], "kind": filed.kind, "member": name, "sha256": filed.sha256, "size": filed.size}
        listed[name]["filed"].append({"at": filed.filed_at.isoformat(), "effective_on": filed.effective_on and filed.effective_on.isoformat(), "id": filed.pk})
        listed[name]["beside"] = sorted({*map(tuple, listed[name]["beside"]), *beside[filed.pk]})
    return members, [listed[name] for name in sorted(listed)]


def _personal() -> frozenset[str]:
    """The SHA-256 of credit files and of what a bank answered to them."""
    credits = Harm.objects.exclude(credit_file=None).values_list("credit_file__sha256", flat=True)
    return frozenset({*credits, *PaymentResult.objects.values_list("filed__sha256", flat=True)})


def _ending(kind: str) -> str:
    return ENDINGS.get(kind, "txt" if kind.startswith("text/") else "bin")


def _batches(values: list[Any]) -> Iterable[list[Any]]:
    return (values[place : place + BATCH] for place in range(0, len(values), BATCH))
