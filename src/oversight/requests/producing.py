"""Every write of a production: drafted by one, released by another, handed over, and a document of it recalled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal, refuse
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.procedures.printing import firm
from oversight.record import actions
from oversight.requests import binding
from oversight.requests.binding import Bound, Given, Kept
from oversight.requests.lifecycle import GIVEN, KEEPERS, RELEASERS
from oversight.requests.models import Document, Item, Paper, Produced, Production, Request
from oversight.requests.produced import unfit
from oversight.requests.rights import DESK, counsel_only, is_counsel, only, sitting
from oversight.roles import COMPLIANCE

ENDINGS = {"nothing": "nothing responsive", "withheld": "objected or withheld"}


def eligible(request: Request) -> list[Document]:
    """The documents that could go out now: counsel let them, all their items are reviewed, nothing superseded them. Two queries."""
    waiting = Document.objects.filter(request=request, placements__item__state__in=("open", "gathering", "ready", "nothing_said"))
    found = _documents(request).filter(state__in=GIVEN, filed__superseded_by=None, redaction__superseded_by=None).exclude(pk__in=waiting.values("pk"))
    return list(found.distinct())


def draft(by: Actor, request: Request, *, covering: str, documents: Iterable[Document] | None = None) -> Production:
    """Choose what goes out next: all that could, or those named. Raises Refusal, naming it, for a document or an item that counsel has not reviewed."""
    only(by, KEEPERS, "Drafting a production")
    if not covering.strip():
        raise Refusal("Write what the cover letter says.")
    with actions.turn():
        now = Request.objects.get(pk=request.pk)
        if not now.is_worked:
            raise Refusal(f"{now} is “{now.state_title}”. A production is drafted while it is worked on.")
        if now.productions.filter(state="drafted").exists():
            raise Refusal("A production is drafted already. Release it or drop it first.")
        able = eligible(now)
        wanted = able if documents is None else list(_documents(now).filter(pk__in=[document.pk for document in documents]))
        _able(wanted, able)
        if not wanted and not now.is_ended:
            raise Refusal("Nothing that counsel cleared waits in a reviewed item. A production without documents is made when every item has ended.")
        last = now.productions.filter(state__in=("released", "delivered")).order_by("-number").first()
        number = (now.productions.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Production(
            request=now, number=number, covering=covering.strip(), supplements=last, made_by=by.key, made_at=clock.now(), state=Production.LIFECYCLE.start
        )
        actions.create(by, row, verb="draft")
        actions.create_many(by, [_drafted(row, document) for document in wanted], verb="draft")
        tell(by, to_roles=RELEASERS, what=f"{row} waits for release by a second person", url=row.get_absolute_url(), severity="medium")
    return row


def release(by: Actor, row: Production, *, why: str = "") -> Production:
    """Number, bind and file a production, once: its documents are given from now on. Raises Refusal where anything is not as counsel reviewed it."""
    with actions.turn():
        now = Production.objects.select_related("request").get(pk=row.pk)
        if now.state == "drafted" and (wrong := unfit(now)):
            raise Refusal(f"Release: {'; '.join(wrong)}. Drop this draft and draft again.")
        refuse(Production.LIFECYCLE, Production.LIFECYCLE.move("release"), now, person=by.key, roles=by.roles, given={"why": why})
        given = list(now.given.select_related("document__filed", "document__redaction", "filed").order_by("pk"))
        _not_kept_by_counsel(now, given)
        _numbered(by, given)
        filed = _bound(now, given)
        actions.change(by, now, verb="bind", **filed)
        actions.move(by, now, "release", why=why)
        _gave(now, given)
        words = f"{now} is released: {len(given)} document{'' if len(given) == 1 else 's'}; hand it over"
        tell(by, to_roles=(COMPLIANCE,), to_keys=[now.made_by], what=words, url=now.get_absolute_url(), severity="medium")
    row.refresh_from_db()
    return row


def hand_over(by: Actor, row: Production, *, delivered_to: str, delivered_how: str, why: str = "") -> Production:
    """Say to whom it was given and how: compliance, or counsel."""
    if COMPLIANCE not in by.roles:
        counsel_only(by, row.request_id, "Handed over")
    return actions.move(by, row, "hand_over", why=why, delivered_to=delivered_to, delivered_how=delivered_how)


def recall(by: Actor, row: Document, *, recall_line: str, why: str = "") -> Document:
    """Ask a produced document back: the log says so, and no room shows it from now on."""
    if COMPLIANCE not in by.roles and not is_counsel(by.key, by.roles, row.request_id):
        raise Refusal("Recall it: compliance does this, or counsel named for this request.", is_forbidden=True)
    with actions.turn():
        actions.move(by, row, "recall", why=why, recall_line=recall_line)
        label = row.given_in.exclude(number=None).values_list("label", flat=True).first()
        words = f"{label} of {row.request} is recalled: ask for its return in writing, and file the letter"
        tell(by, to_roles=(COMPLIANCE,), to_keys=[one.account for one in sitting(row.request)], what=words, url=row.get_absolute_url(), severity="high")
    return row


def bound(production: Production, given: Iterable[Produced]) -> Bound:
    """What the production says, from the rows as they stand."""
    request, at = production.request, clock.now()
    rows = tuple(
        Given(
            one.label, one.filed.title if not one.is_redacted else one.document.filed.title, one.filed.name, one.sha256, one.items,
            one.document.filed.filed_at.astimezone(clock.MARKET_ZONE).date(), one.document.redacts if one.is_redacted else "", one.is_redacted,
        )
        for one in given
    )  # fmt: skip
    items = list(request.items.order_by("place"))
    ended = tuple(
        (item.number, ENDINGS[item.state], item.search_made if item.state == "nothing" else item.objection) for item in items if item.state in ENDINGS
    )
    return Bound(
        firm(), f"{production}"[:1].upper() + f"{production}"[1:], request.get_authority_display(), request.reference, request.rule,
        at.astimezone(clock.MARKET_ZONE).date(), at, production.covering, rows, _kept(request, given), ended,
    )  # fmt: skip


def _kept(request: Request, given: Iterable[Produced]) -> tuple[Kept, ...]:
    """What counsel withholds of the request, then what this production redacts. Titles are not said, lines are; what answers no item is not withheld."""
    withheld = Document.objects.filter(request=request, state="withheld").exclude(ground="not_responsive").prefetch_related("placements__item").order_by("pk")
    rows = [
        Kept(f"Document {place}", ", ".join(placement.item.number for placement in one.placements.all()), one.ground_title, one.log_line)
        for place, one in enumerate(withheld, 1)
    ]
    return (*rows, *(Kept(one.label, one.items, one.document.ground_title, f"Redacted: {one.document.redacts}") for one in given if one.is_redacted))


def _documents(request: Request) -> QuerySet[Document]:
    return Document.objects.filter(request=request).select_related("filed", "redaction").order_by("pk")


def _able(wanted: list[Document], able: list[Document]) -> None:
    keys = {document.pk for document in able}
    for document in wanted:
        if document.pk in keys:
            continue
        pending = (
            Item.objects.filter(placements__document=document).exclude(state__in=("reviewed", "produced", "withheld", "nothing")).order_by("place").first()
        )
        if document.state not in GIVEN:
            raise Refusal(f"{document} is “{document.state_title}”, so it cannot go out.")
        if pending:
            raise Refusal(f"{document} answers {pending}, which is “{pending.state_title}”: counsel has not reviewed it.")
        raise Refusal(f"{document} was superseded after counsel's review. Take the later filing, and let counsel review it.")


def _drafted(row: Production, document: Document) -> Produced:
    items = Item.objects.filter(placements__document=document).order_by("place").values_list("number", flat=True)
    filed = document.given
    return Produced(production=row, document=document, filed=filed, sha256=filed.sha256, is_redacted=document.state == "redacted", items=", ".join(items)[:400])


def _not_kept_by_counsel(production: Production, given: list[Produced]) -> None:
    """The same bytes lie in counsel's space: counsel looks again. What lies there is not said."""
    kept = set(Paper.objects.filter(request_id=production.request_id, sha256__in=[one.sha256 for one in given]).values_list("sha256", flat=True))
    for one in given:
        if one.sha256 in kept:
            raise Refusal(f"Release: counsel is asked to look at {one.document} again before it goes out.")


def _numbered(by: Actor, given: list[Produced]) -> None:
    """The next running numbers of the firm, in the order of the draft."""
    last, prefix = Produced.objects.aggregate(last=Max("number"))["last"] or 0, desk_limits().production_prefix
    for number, one in enumerate(given, last + 1):
        actions.change(by, one, verb="number", number=number, label=f"{prefix}-{number:06d}")


def _bound(production: Production, given: list[Produced]) -> dict[str, Any]:
    """The parts, made and filed: (field, filing)."""
    said = bound(production, given)
    stem = f"production-{production.request_id}-{production.number}"
    made = {
        "letter": (f"{stem}-cover-letter.pdf", binding.letter(said)), "listing": (f"{stem}-index.pdf", binding.listing(said)),
        "index": (f"{stem}-index.csv", binding.index(said)), "withheld": (f"{stem}-withheld.csv", binding.withheld(said)),
    }  # fmt: skip
    inner = {"letter": "cover-letter.pdf", "listing": "index.pdf", "index": "index.csv", "withheld": "withheld.csv"}
    titles = {"letter": "Cover letter", "listing": "Index", "index": "Index as a table", "withheld": "Log of what is withheld"}
    filed: dict[str, Any] = {
        part: evidence.file(DESK, name, content, title=f"{titles[part]}: {production}", subject=production.subject, what=titles[part].lower())
        for part, (name, content) in made.items()
    }
    shows = f"{len(given)} documents, {said.numbers}; {len(said.kept)} lines in the log of what is withheld or redacted."
    with binding.archive(said, [(inner[part], content) for part, (_, content) in made.items()]) as bundle:
        if bundle.seek(0, 2) > settings.EVIDENCE_MAX_BYTES:
            most = f"{settings.EVIDENCE_MAX_BYTES / 1e6:,.0f} MB"
            raise Refusal(f"Release: the archive would be larger than the {most} that are kept. Drop this draft, and draft several productions.")
        filed["archive"] = evidence.file(
            DESK, f"{stem}.zip", bundle, title=f"Archive: {production}", shows=shows, subject=production.subject, what="the archive"
        )
    return filed


def _gave(production: Production, given: list[Produced]) -> None:
    """What follows of itself: documents and items are produced, and the request in part or in full."""
    for one in given:
        actions.move(DESK, one.document, "produce")
    for item in Item.objects.filter(request_id=production.request_id, state="reviewed", placements__document__in=[one.document for one in given]).distinct():
        if item.has_nothing_to_give:
            actions.move(DESK, item, "produce")
    request = Request.objects.get(pk=production.request_id)
    actions.move(DESK, request, "produce_all" if request.is_ended else "produce_part")
