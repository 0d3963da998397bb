"""Produced once under numbers, bound with its sums, recalled where it must be."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence import store
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.record.actions import move
from oversight.requests import actions, binding, counseling, gathering, producing, queries, tables
from oversight.requests.binding import Bound
from oversight.requests.models import Document, Item, Paper, Produced, Production, Request

from .conftest import Firm, on

Act = Callable[..., Actor]


def words(what: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value.words


def items_of(row: Request) -> tuple[Item, Item]:
    first, second = row.items.order_by("place")
    return first, second


def opened(production: Production) -> zipfile.ZipFile:
    assert production.archive is not None
    return zipfile.ZipFile(io.BytesIO(store.read(production.archive.sha256)))


def test_a_production_with_an_item_not_reviewed_is_refused(firm: Firm) -> None:
    row = firm.working()
    item, _ = items_of(row)
    document = counseling.clear(firm.counsel, firm.chosen(item))
    assert words(lambda: producing.draft(firm.compliance, row, covering="x", documents=[document])) == (
        "Paper 1 answers item 1 of FINRA 2026-1234, which is “gathering”: counsel has not reviewed it."
    )
    assert words(lambda: producing.draft(firm.compliance, row, covering="x")).startswith("Nothing that counsel cleared waits in a reviewed item.")
    waiting = firm.chosen(item)
    assert words(lambda: producing.draft(firm.compliance, row, covering="x", documents=[waiting])) == "Paper 2 is “waits for counsel”, so it cannot go out."
    assert Production.objects.count() == 0


def test_an_item_with_an_undecided_document_is_not_reviewed(firm: Firm) -> None:
    item, _ = items_of(firm.working())
    firm.chosen(item)
    assert words(lambda: firm.reviewed(item)) == "Reviewed: counsel has not decided on a document of it, or a later filing took the place of one."


def test_nobody_releases_what_they_drafted(firm: Firm, actor: Act) -> None:
    production = firm.drafted()
    assert words(lambda: producing.release(firm.compliance, production)) == ("Release: nobody approves their own work, and you are named as made by.")
    assert words(lambda: producing.release(firm.supervisor, production)) == "Release: only compliance or senior manager may do this."
    assert (Produced.objects.get().label, Filed.objects.filter(title__startswith="Archive").count()) == ("", 0)


def test_two_releases_at_once_give_one_set_of_numbers(firm: Firm) -> None:
    production = firm.drafted(times=2)
    stale = Production.objects.get(pk=production.pk)
    producing.release(firm.senior, production)
    assert words(lambda: producing.release(firm.counsel, stale)) == ("Release: the production is “released”; this is done while it is “drafted”.")
    assert list(Produced.objects.values_list("label", flat=True)) == ["BX-000001", "BX-000002"]
    assert Filed.objects.filter(title__startswith="Archive").count() == 1


def test_a_released_production_is_bound_once_with_its_sums(firm: Firm) -> None:
    with on(10, 8, 15, 4, 20):
        production = firm.released(times=2)
    with opened(production) as bundle:
        names = bundle.namelist()
        assert names == ["cover-letter.pdf", "index.pdf", "index.csv", "withheld.csv", "documents/BX-000001 paper.txt", "documents/BX-000002 paper.txt",
                         "SHA256SUMS"]  # fmt: skip
        sums = dict(reversed(line.split("  ")) for line in bundle.read("SHA256SUMS").decode().splitlines())
        assert sums == {name: hashlib.sha256(bundle.read(name)).hexdigest() for name in names[:-1]}
        assert bundle.read("documents/BX-000001 paper.txt") == b"Paper 1 of the firm.\n"
        assert {entry.date_time for entry in bundle.infolist()} == {(2026, 10, 8, 15, 4, 20)}
        rows = list(csv.DictReader(io.StringIO(bundle.read("index.csv").decode())))
    assert [(row["number"], row["title"], row["items"], row["known_on"], row["redacted"]) for row in rows] == [
        ("BX-000001", "Paper 1", "1", "2026-10-08", "no"), ("BX-000002", "Paper 2", "1", "2026-10-08", "no"),
    ]  # fmt: skip
    assert [row["sha256"] for row in rows] == [hashlib.sha256(f"Paper {number} of the firm.\n".encode()).hexdigest() for number in (1, 2)]
    assert [(name, store.read(filed.sha256)[:5]) for name, _, filed in production.parts if name in ("letter", "listing")] == [
        ("letter", b"%PDF-"), ("listing", b"%PDF-"),
    ]  # fmt: skip
    assert (Request.objects.get().state, production.released_by) == ("partly", firm.senior.key)


def test_the_same_values_bind_to_the_same_bytes(firm: Firm) -> None:
    production = firm.released()
    said: Bound = producing.bound(production, list(queries.given(production)))

    def made() -> bytes:
        with binding.archive(said, [("index.csv", binding.index(said))]) as bundle:
            return bundle.read()

    assert (made() == made(), binding.letter(said) == binding.letter(said)) == (True, True)


def test_numbers_run_on_through_all_productions_of_the_firm(firm: Firm) -> None:
    first = firm.released(times=2)
    other = firm.working(authority="sec", reference="HO-77", rule="Exchange Act 17(b)")
    firm.cleared(other)
    second = producing.release(firm.senior, producing.draft(firm.compliance, other, covering="Enclosed."))
    assert [one.label for row in (first, second) for one in row.given.order_by("number")] == ["BX-000001", "BX-000002", "BX-000003"]


def test_a_dropped_draft_takes_no_number_and_makes_room_for_the_next(firm: Firm) -> None:
    production = firm.drafted()
    assert words(lambda: producing.draft(firm.compliance, production.request, covering="x")) == (
        "A production is drafted already. Release it or drop it first."
    )
    move(firm.senior, production, "drop", why="A page is missing.")
    again = producing.release(firm.senior, producing.draft(firm.compliance, production.request, covering="Whole."))
    assert (again.number, again.given.get().label) == (2, "BX-000001")


def test_a_document_superseded_after_counsels_review_is_reviewed_again(firm: Firm) -> None:
    production = firm.drafted()
    document = Document.objects.get()
    later = evidence.file(firm.supervisor, "paper.txt", b"Corrected.\n", title="Paper 1, corrected", supersedes=document.filed)
    assert words(lambda: producing.release(firm.senior, production)) == (
        "Release: Paper 1 was superseded after counsel's review; counsel reviews it again. Drop this draft and draft again."
    )
    assert queries.superseded([document]) == {document.pk}
    move(firm.senior, production, "drop", why="Superseded.")
    fresh = gathering.take_later(firm.supervisor, document)
    document.refresh_from_db()
    assert (document.state, fresh.filed_id, fresh.state, Item.objects.get(number="1").state) == ("set_aside", later.pk, "waiting", "ready")
    own = Document.objects.get(pk=fresh.pk)
    counseling.clear(firm.counsel, own)
    actions.counseled("review")(firm.counsel, Item.objects.get(number="1"))
    again = producing.release(firm.senior, producing.draft(firm.compliance, production.request, covering="Corrected."))
    assert [one.sha256 for one in again.given.all()] == [later.sha256]


def test_a_document_decided_anew_after_the_draft_is_not_released(firm: Firm) -> None:
    production = firm.drafted()
    counseling.reconsider(firm.counsel, Document.objects.get(), why="A name on page 2.")
    assert words(lambda: producing.release(firm.senior, production)).startswith(
        "Release: Paper 1 is “waits for counsel”; Paper 1 answers item 1, which counsel has"
    )
    assert Item.objects.get(number="1").state == "ready"


def test_bytes_altered_on_the_disk_are_not_released(firm: Firm) -> None:
    production = firm.drafted()
    place = store.place(Produced.objects.get().sha256)
    place.chmod(0o600)
    place.write_bytes(b"altered")
    assert "was altered after it was filed" in words(lambda: producing.release(firm.senior, production))
    assert (Production.objects.get().state, Produced.objects.get().number) == ("drafted", None)


def test_an_archive_that_would_be_too_large_is_refused_whole(firm: Firm, settings: Settings) -> None:
    row = firm.working()
    item, _ = items_of(row)
    for number in range(3):
        noise = b"".join(hashlib.sha256(f"{number} {place}".encode()).hexdigest().encode() + b"\n" for place in range(1200))
        counseling.clear(firm.counsel, firm.chosen(item, firm.filed(noise)))
    firm.reviewed(item)
    production = producing.draft(firm.compliance, row, covering="Large.")
    settings.EVIDENCE_MAX_BYTES = 130_000
    assert words(lambda: producing.release(firm.senior, production)) == (
        "Release: the archive would be larger than the 0 MB that are kept. Drop this draft, and draft several productions."
    )
    assert (Production.objects.get().state, Produced.objects.exclude(number=None).count()) == ("drafted", 0)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\windows\\system32\\x.exe", "x.exe"), ("..", "file"), ("a\u202egpj.exe", "agpj.exe"),
        ("Übersicht (Q3).pdf", "Ubersicht (Q3).pdf"),
        ("a:b*c?.txt", "a_b_c.txt"), (".htaccess", "htaccess"), ("x" * 300 + ".pdf", "x" * 100 + ".pdf"), ("con\n.txt", "con.txt"), ("", "file"),
    ],
)  # fmt: skip
def test_a_file_name_in_the_archive_leads_nowhere(name: str, safe: str) -> None:
    assert binding.safe(name) == safe


def test_what_is_withheld_is_in_the_log_without_its_title_and_never_in_the_archive(firm: Firm) -> None:
    row = firm.working()
    item, _ = items_of(row)
    counseling.clear(firm.counsel, firm.chosen(item))
    kept = firm.chosen(item, firm.filed(b"Advice on KNCM.\n", name="advice of counsel.txt"))
    aside = firm.chosen(item)
    counseling.withhold(firm.counsel, kept, ground="attorney_client", log_line="E-mail of outside counsel to compliance, 2 Oct 2026, 1 page.")
    counseling.withhold(firm.counsel, aside, ground="not_responsive", log_line="Of another quarter.")
    firm.reviewed(item)
    production = producing.release(firm.senior, producing.draft(firm.compliance, row, covering="Enclosed."))
    with opened(production) as bundle:
        log = bundle.read("withheld.csv").decode()
        everything = b"".join(bundle.read(name) for name in bundle.namelist())
    assert log == 'what,item,ground,line\nDocument 1,1,attorney-client privilege,"E-mail of outside counsel to compliance, 2 Oct 2026, 1 page."\n'
    assert b"Advice on KNCM" not in everything
    assert b"advice of counsel.txt" not in everything
    assert {document.state for document in queries.withheld_of(row)} == {"withheld"}
    assert queries.privileged_hashes() == frozenset({hashlib.sha256(b"Advice on KNCM.\n").hexdigest()})


def test_a_redacted_copy_goes_out_and_the_original_stays(firm: Firm) -> None:
    row = firm.working()
    item, _ = items_of(row)
    original = firm.filed(b"Account QX-4711-77 sold 100.\n", name="blotter.txt")
    document = firm.chosen(item, original)
    assert words(lambda: counseling.redact_with(firm.counsel, document, "b.txt", b"Account QX-4711-77 sold 100.\n", redacts="x", ground="personal")) == (
        "These are the bytes of the original: nothing is redacted in them."
    )
    counseling.redact_with(firm.counsel, document, "b.txt", b"Account [redacted] sold 100.\n", redacts="One account number.", ground="personal")
    firm.reviewed(item)
    production = producing.release(firm.senior, producing.draft(firm.compliance, row, covering="Enclosed."))
    with opened(production) as bundle:
        assert bundle.read("documents/BX-000001 b.txt") == b"Account [redacted] sold 100.\n"
        assert b"QX-4711-77" not in b"".join(bundle.read(name) for name in bundle.namelist())
        assert bundle.read("withheld.csv").decode().splitlines()[1] == "BX-000001,1,personal data,Redacted: One account number."
    assert store.read(original.sha256) == b"Account QX-4711-77 sold 100.\n"
    assert queries.privileged_hashes() == frozenset(), "personal data is no privilege"


def test_what_lies_in_counsels_space_is_not_released_even_if_somebody_filed_it_openly(firm: Firm) -> None:
    production = firm.drafted()
    counseling.write(firm.counsel, production.request, title="Same", ground="work_product", name="same.txt", content=b"Paper 1 of the firm.\n")
    assert words(lambda: producing.release(firm.senior, production)) == "Release: counsel is asked to look at Paper 1 again before it goes out."
    assert Paper.objects.count() == 1


def test_a_request_closes_when_every_item_ended_and_everything_was_handed_over(firm: Firm) -> None:
    production = firm.released()
    row = production.request
    second = row.items.get(number="2")
    assert (
        words(lambda: move(firm.compliance, Request.objects.get(), "close"))
        == "Close: the request is “produced in part”; this is done while it is “produced in full”."
    )
    actions.owned("find_nothing")(firm.vm, second, search_made="Searched the agreements.")
    move(firm.compliance, second, "confirm_nothing")
    last = producing.release(firm.senior, producing.draft(firm.compliance, row, covering="Nothing answers item 2."))
    row = Request.objects.get()
    assert (row.state, last.given.count(), last.supplements_id) == ("produced", 0, production.pk)
    assert words(lambda: move(firm.compliance, row, "close")) == ("Close: a production was drafted and not released, or released and not handed over.")
    for one in (production, last):
        producing.hand_over(firm.compliance, one, delivered_to="FINRA", delivered_how="portal")
    assert move(firm.senior, row, "close").state == "closed"


def test_a_later_production_supplements_after_the_request_is_reopened(firm: Firm) -> None:
    production = firm.delivered()
    item = Item.objects.select_related("request").get(number="1")
    move(firm.compliance, item, "take_up", why="The examiner asks for September, too.")
    document = firm.chosen(item)
    counseling.clear(firm.counsel, document)
    firm.reviewed(item)
    more = producing.draft(firm.compliance, production.request, covering="Supplement.")
    assert (more.number, more.supplements_id, [one.document_id for one in more.given.all()]) == (2, production.pk, [document.pk])


def test_a_document_given_by_mistake_is_recalled_and_the_log_says_so(firm: Firm) -> None:
    production = firm.delivered()
    document = Document.objects.get()
    assert words(lambda: producing.recall(firm.supervisor, document, recall_line="x")) == (
        "Recall it: compliance does this, or counsel named for this request."
    )
    producing.recall(firm.compliance, document, recall_line="Given in error; return asked by letter of the same day.")
    assert (document.state, document.recalled_by) == ("recalled", firm.compliance.key)
    assert words(lambda: gathering.choose(firm.compliance, move(firm.compliance, Item.objects.select_related("request").get(number="1"), "take_up", why="x"),
                                          document.filed)).startswith("Paper 1 was recalled.")  # fmt: skip
    assert [row.cells[9] for row in tables.log(queries.given_of(production.request)).rows] == ["recalled"]
