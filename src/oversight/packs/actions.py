"""Every write of packs: one is bound, filed by its hash, and laid where it is read first."""

from __future__ import annotations

import hashlib

from bestexec import pack_to_json, render_document, render_workbook
from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal, spoken
from oversight.packs import kinds
from oversight.packs.kinds import Progress
from oversight.packs.models import Edition
from oversight.record import actions
from oversight.record.models import Recorded
from oversight.record.proof import head


def bind(by: Actor, row: Recorded, progress: Progress = lambda what, done, of: None) -> Edition:
    """Bind the pack of a review, a vendor or a refresh as the desk stands now, and file its JSON, document and workbook.

    A review's document goes on the table while its meeting is not over. Raises Refusal for who does not keep such papers.
    """
    kind = kinds.of(row)
    if not by.roles & set(kind.by):
        raise Refusal(f"A {kind.title.lower()} is bound by {spoken(kind.by)}.", is_forbidden=True)
    seq, hashed = head()
    pack, runs = kind.makes(row, progress)
    text = pack_to_json(pack).encode()
    sha256 = hashlib.sha256(text).hexdigest()
    progress("drawing the document", 0, 2)
    document = render_document(pack)
    progress("drawing the workbook", 1, 2)
    workbook = render_workbook(pack)
    with actions.turn():
        number = Edition.objects.filter(kind=kind.key, of_id=row.pk).count() + 1
        slug = kind.slug(row)
        name, title = f"{kind.title.lower().replace(' ', '-')}-{slug}-{number}", f"{kind.title} of {slug}"
        filed = {
            form: evidence.file(by, f"{name}.{form}", content, title=f"{title}, edition {number}, {words}", subject=row.subject, what=kind.title.lower())
            for form, content, words in (("json", text, "its figures"), ("pdf", document, "document"), ("xlsx", workbook, "workbook"))
        }
        made = Edition(
            kind=kind.key, of_id=row.pk, title=title, last_on=pack.last_on, number=number, sha256=sha256, record_seq=seq, record_hash=hashed, runs=list(runs),
            plain=filed["json"], document=filed["pdf"], workbook=filed["xlsx"], bound_by=by.key, bound_at=clock.now(),
        )  # fmt: skip
        actions.create(by, made, verb="bind")
        kind.lays(by, row, filed["pdf"])
    return made
