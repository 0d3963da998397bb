"""Counsel's space: whatever path somebody takes who is not this request's counsel, they do not learn what is in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.api.models import Token
from oversight.api.operations import OPERATIONS
from oversight.api.scopes import BY_KEY
from oversight.evidence import actions as evidence
from oversight.evidence import queries as filed
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.notices.models import Notice
from oversight.record import queries as record
from oversight.record.actions import create
from oversight.record.models import Entry, Word
from oversight.record.sight import apart_kinds, may_see
from oversight.requests import actions, counseling, queries, rooming, todo
from oversight.requests.models import Paper, Request
from oversight.roles import EVERY_ROLE, STAFF

from .conftest import SECRET_WORDS, Firm

Person = Callable[..., Account]
FILE = b"Privileged: draft answer of counsel, not to be shown.\n"
SHA = hashlib.sha256(FILE).hexdigest()
LEAKS = (SECRET_WORDS, "advice-on-kncm", "Advice on the answer", "Privileged: draft", SHA)


@pytest.fixture
def kept(firm: Firm) -> Paper:
    row = firm.working()
    return counseling.write(
        firm.counsel, row, title="Advice on the answer", ground="attorney_client", note=f"{SECRET_WORDS}.", name="advice-on-kncm.txt", content=FILE,
    )  # fmt: skip


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def leaks(answer: Any) -> list[str]:
    content = answer.content if not answer.streaming else b"".join(answer.streaming_content)
    said = content.decode(errors="replace")
    return [words for words in LEAKS if words in said]


def addresses(paper: Paper) -> list[str]:
    """Every page that could say something of it."""
    pk, row = paper.pk, paper.request
    entries = list(Entry.objects.filter(subject_kind="counsel_paper").values_list("seq", flat=True))
    return [
        "/requests/", row.get_absolute_url(), f"/requests/{row.pk}/counsel/space/", f"/requests/papers/{pk}/",
        *(item.get_absolute_url() for item in row.items.all()),
        *(f"{row.get_absolute_url()}?format={form}&sheet={name}" for form in ("csv", "parquet") for name in ("items", "documents", "log", "withheld", "rooms")),
        reverse("record:history", args=["counsel_paper", str(pk)]), "/record/", "/record/?kind=counsel_paper", "/record/?format=csv",
        "/record/?verb=write", *(reverse(name, args=[seq]) for seq in entries for name in ("record:entry", "record:hashed")),
        "/evidence/", f"/evidence/?q={SHA[:12]}", "/evidence/?q=advice", "/evidence/?format=csv", f"/evidence/?kind=counsel_paper&id={pk}", f"/evidence/{pk}/",
        f"/evidence/{pk}/bytes/", f"/evidence/new/?kind=counsel_paper&id={pk}", reverse("desk:search") + "?q=advice", reverse("desk:search") + f"?q={SHA[:12]}",
        "/notices/", "/", "/exceptions/", f"/move/counsel_paper/{pk}/clear/",
    ]  # fmt: skip


@pytest.mark.parametrize("role", [*EVERY_ROLE, "compliance"])
def test_no_page_says_anything_of_it_to_anybody_but_counsel(kept: Paper, person: Person, role: str) -> None:
    client = signed_in(person(role, name=f"other_{role}", vendor="vendor_a" if role == "vendor" else ""))
    for url in addresses(kept):
        assert leaks(client.get(url)) == [], url
    for url in (f"/requests/{kept.request_id}/counsel/space/", f"/requests/papers/{kept.pk}/"):
        assert client.get(url).status_code in (403, 404)


def test_counsel_of_another_request_is_not_counsel_of_this_one(kept: Paper, firm: Firm, actor: Callable[..., Actor]) -> None:
    other = actor("compliance", name="another_counsel")
    firm.received(reference="2026-9", counsel=[other.key])
    client = signed_in(Account.objects.get(key=other.key))
    assert [client.get(url).status_code for url in (f"/requests/{kept.request_id}/counsel/space/", f"/requests/papers/{kept.pk}/")] == [404, 404]
    assert list(queries.papers_of(Account.objects.get(key=other.key), kept.request)) == []


def test_counsel_sees_it_and_takes_the_bytes(kept: Paper, firm: Firm) -> None:
    client = signed_in(Account.objects.get(key=firm.counsel.key))
    page = client.get(f"/requests/{kept.request_id}/counsel/space/")
    assert (SECRET_WORDS in page.content.decode(), page["Cache-Control"]) == (True, "private, no-store")
    answer = client.get(f"/requests/papers/{kept.pk}/")
    assert (answer.content, answer["Content-Disposition"]) == (FILE, 'attachment; filename="advice-on-kncm.txt"')
    assert SECRET_WORDS in client.get(reverse("record:history", args=["counsel_paper", str(kept.pk)])).content.decode()


def test_who_is_counsel_no_more_sees_nothing_any_more(kept: Paper, firm: Firm) -> None:
    account = Account.objects.get(key=firm.counsel.key)
    actions.name_counsel(firm.counsel, kept.request, firm.senior.key)
    actions.end_counsel(firm.senior, kept.request.counsel.get(account=firm.counsel.key), why="Left the matter.")
    assert (kept.is_visible_to(account), may_see(account, "counsel_paper", str(kept.pk))) == (False, False)
    assert signed_in(account).get(f"/requests/papers/{kept.pk}/").status_code == 404


def test_an_account_that_lost_its_role_sees_nothing_though_it_is_named(kept: Paper, firm: Firm) -> None:
    account = Account.objects.get(key=firm.counsel.key)
    account.held.update(ended_at=clock.now())
    assert kept.is_visible_to(Account.objects.get(pk=account.pk)) is False


def test_where_no_counsel_is_left_compliance_cannot_let_itself_in(kept: Paper, firm: Firm, actor: Callable[..., Actor]) -> None:
    Account.objects.filter(key=firm.counsel.key).update(is_active=False)
    for by, key in ((firm.compliance, firm.compliance.key), (firm.senior, firm.senior.key)):
        with pytest.raises(Refusal, match="Nobody who sits as counsel is left"):
            actions.name_counsel(by, kept.request, key)
    fresh = actor("compliance", name="fresh_counsel")
    actions.name_counsel(firm.senior, kept.request, fresh.key)
    assert kept.is_visible_to(Account.objects.get(key=fresh.key)) is True


@pytest.mark.parametrize("role", [*STAFF, "administrator", "compliance"])
def test_no_program_learns_of_it(kept: Paper, person: Person, client: Client, role: str) -> None:
    account = person(role, name=f"program_{role}")
    secret = "bx_00000001_secret"
    row = Token(owner=account, name="x", scopes=list(BY_KEY), prefix="bx_00000001", sha256=hashlib.sha256(secret.encode()).hexdigest(), made_at=clock.now(),
                expires_on=clock.today())  # fmt: skip
    create(automated("test"), row)
    for operation in OPERATIONS:
        path = operation.path.replace("{int:id}", str(kept.pk if "evidence" in operation.path else kept.request_id))
        if operation.method == "GET" and "{" not in path:
            assert leaks(client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"})) == [], path
    listed = client.get("/api/v1/record?limit=1000", headers={"Authorization": f"Bearer {secret}"})
    assert b"counsel_paper" not in listed.content


def test_its_words_and_the_hash_of_its_bytes_stand_outside_the_chain(kept: Paper) -> None:
    entry = Entry.objects.get(subject_kind="counsel_paper")
    assert [words for words in LEAKS if words in entry.body] == []
    assert sorted(Word.objects.filter(entry=entry).values_list("name", flat=True)) == ["name", "note", "sha256", "title"]
    assert apart_kinds() == ("counsel_paper",)


def test_the_record_says_how_many_entries_it_does_not_list(kept: Paper, person: Person) -> None:
    page = record.page(person("auditor"), record.Filters())
    assert ("counsel_paper" in page.kinds, page.apart, page.seq) == (False, 1, Entry.objects.count())
    assert (
        "1 entry about what counsel keeps apart is in the chain and not listed here."
        in signed_in(person("auditor", name="second")).get("/record/").content.decode()
    )


def test_nothing_can_be_linked_to_it(kept: Paper, firm: Firm) -> None:
    with pytest.raises(Refusal, match="There is no counsel_paper"):
        evidence.file(firm.compliance, "x.txt", b"x\n", subject=("counsel_paper", str(kept.pk)))
    assert filed.subject("counsel_paper", str(kept.pk)) is None


def test_a_notice_says_that_there_is_something_and_not_what(kept: Paper, firm: Firm) -> None:
    actions.name_counsel(firm.counsel, kept.request, firm.senior.key)
    counseling.write(firm.counsel, kept.request, title="Second", ground="work_product", note=SECRET_WORDS)
    told = Notice.objects.filter(what__contains="space")
    assert [(notice.what, [copy.to for copy in notice.copies.all()], notice.told_by) for notice in told] == [
        ("Counsel's space of FINRA 2026-1234 holds something since today", [firm.senior.key], "system:requests"),
    ]  # fmt: skip


def test_the_sweep_keeps_its_bytes(kept: Paper) -> None:
    place = store.place(SHA)
    os.utime(place, (1, 1))
    assert evidence.sweep(hours=1, is_removing=True) == []
    assert place.read_bytes() == FILE
    stray = store.keep([b"left by a killed upload\n"]).sha256
    os.utime(store.place(stray), (1, 1))
    assert evidence.sweep(hours=1, is_removing=True) == [stray]


def test_an_exam_file_knows_what_to_leave_out(kept: Paper, firm: Firm) -> None:
    counseling.write(firm.counsel, kept.request, title="A note alone", ground="work_product", note="No bytes.")
    assert queries.privileged_hashes() == frozenset({SHA})


def test_the_database_keeps_what_was_written(kept: Paper) -> None:
    for write in (lambda: Paper.objects.update(note="softer"), lambda: Paper.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert Paper.objects.get().note == f"{SECRET_WORDS}."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ground": "personal", "note": "x"}, "Say on which privilege it rests."),
        ({"ground": "work_product"}, "Say what it is, and write a note or add a file."),
        ({"ground": "work_product", "content": b"", "name": "x"}, "The file is empty. Nothing was filed."),
        ({"ground": "work_product", "content": b"\x7fELF\x00\x00", "name": "x"}, "The desk does not keep files of this type."),
    ],
)
def test_what_is_no_paper_is_refused(firm: Firm, said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        counseling.write(firm.counsel, firm.received(), title="x", **said)
    assert refusal.value.words.startswith(words)


def test_only_counsel_writes(firm: Firm) -> None:
    with pytest.raises(Refusal, match="only counsel named for this request"):
        counseling.write(firm.compliance, firm.received(), title="x", ground="work_product", note="x")


def test_a_reader_of_the_room_never_meets_it(kept: Paper, firm: Firm) -> None:
    row = Request.objects.get()
    firm.cleared(row)
    from oversight.requests import producing

    production = producing.release(firm.senior, producing.draft(firm.compliance, row, covering="Enclosed."))
    link = firm.room(production)
    client = Client()
    door = reverse("requests:reading", args=[link.secret])
    assert client.post(door, {"who": "Examiner", "passphrase": link.passphrase}).status_code == 302
    assert leaks(client.get(door)) == []
    assert leaks(client.get(reverse("requests:reading_part", args=[link.secret, 1, "withheld"]))) == []
    assert rooming.found(link.secret) == link.room


def test_what_needs_somebody_says_nothing_of_it(kept: Paper, firm: Firm, person: Person) -> None:
    for role in STAFF:
        assert [task.what for task in todo.tasks(person(role, name=f"x_{role}")) if "space" in task.what] == []


def test_the_files_of_the_space_have_the_limits_of_evidence(firm: Firm, settings: Settings, tmp_path: Path) -> None:
    row = firm.received()
    settings.EVIDENCE_MAX_BYTES = 10
    with pytest.raises(Refusal, match="The file is too large"):
        counseling.write(firm.counsel, row, title="x", ground="work_product", name="x.txt", content=FILE)
    assert (Paper.objects.count(), list(tmp_path.rglob("*.part"))) == (0, [])
