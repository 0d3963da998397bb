"""The pages of evidence, for each role, and what an upload must not be able to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.evidence import actions, store
from oversight.evidence.models import Filed, Link
from oversight.record.models import Entry

Act = Callable[..., Actor]
Browser = Callable[..., Client]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
FILING = ("analyst", "supervisor", "compliance", "vendor_manager")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_HANDLERS = ["oversight.evidence.uploads.LimitedUpload"]


@pytest.fixture
def filed(actor: Act) -> Filed:
    """One letter, with words that could leak."""
    return actions.file(actor("compliance", name="filer"), "letter.txt", b"secret words", title="The letter", shows="what only staff may know")


@pytest.mark.parametrize("role", READERS)
def test_staff_read_evidence(browser: Browser, filed: Filed, role: str) -> None:
    client = browser(role)
    assert [client.get(url).status_code for url in ("/evidence/", f"/evidence/{filed.pk}/", f"/evidence/{filed.pk}/bytes/")] == [200, 200, 200]
    assert client.get("/evidence/new/").status_code == (200 if role in FILING else 403)


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_nothing_of_it(browser: Browser, filed: Filed, role: str) -> None:
    client = browser(role)
    for url in ("/evidence/", f"/evidence/{filed.pk}/", f"/evidence/{filed.pk}/bytes/", "/evidence/new/", f"/evidence/{filed.pk}/link/"):
        page = client.get(url)
        assert page.status_code == 403
        assert b"letter" not in page.content
        assert b"staff may know" not in page.content


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_may_not_file_changes_nothing_by_posting(browser: Browser, filed: Filed, role: str) -> None:
    client = browser(role)
    entries = Entry.objects.count()
    link = Link(filed=filed, subject_kind="filed", subject_id=str(filed.pk), state="linked", linked_by="x", linked_at=filed.filed_at)
    link.save()
    posted = [
        client.post("/evidence/new/", {"content": SimpleUploadedFile("a.txt", b"text")}),
        client.post(f"/evidence/{filed.pk}/link/", {"subject_kind": "filed", "subject_id": filed.pk}),
        client.post(f"/move/link/{link.pk}/withdraw/", {"why": "so"}),
    ]
    assert [page.status_code for page in posted] == [403, 403, 404 if role in ("vendor", "administrator") else 403]
    assert (Filed.objects.count(), Link.objects.filter(state="linked").count(), Entry.objects.count()) == (1, 1, entries)


def test_an_upload_is_filed_beside_its_subject_and_leads_back_there(browser: Browser, filed: Filed) -> None:
    upload = SimpleUploadedFile("../../Übersicht.txt", b"text", content_type="text/html")
    sent = {"content": upload, "title": "", "effective_on": "2026-09-30", "subject_kind": "filed", "subject_id": filed.pk, "next": f"/evidence/{filed.pk}/"}
    page = browser("analyst").post("/evidence/new/", sent)
    assert (page.status_code, page["Location"]) == (302, f"/evidence/{filed.pk}/")
    made = Filed.objects.exclude(pk=filed.pk).get()
    assert (made.name, made.title, made.kind, made.effective_on) == ("Übersicht.txt", "Übersicht.txt", "text/plain; charset=utf-8", date(2026, 9, 30))
    assert Link.objects.get().filed == made


def test_an_upload_never_leads_to_another_site(browser: Browser, db: None) -> None:
    page = browser("analyst").post("/evidence/new/", {"content": SimpleUploadedFile("a.txt", b"text"), "next": "https://elsewhere.example/"})
    assert page["Location"] == f"/evidence/{Filed.objects.get().pk}/"


def test_superseding_leaves_the_first_as_it_was(browser: Browser, filed: Filed) -> None:
    client = browser("vendor_manager")
    assert b"It will stand in for" in client.get(f"/evidence/new/?supersedes={filed.pk}").content
    client.post("/evidence/new/", {"content": SimpleUploadedFile("b.txt", b"better"), "title": "The better letter", "supersedes": filed.pk})
    better = Filed.objects.get(title="The better letter")
    assert better.supersedes == filed
    assert b"A later filing stands in for this one" in client.get(f"/evidence/{filed.pk}/").content
    assert b"secret words" in client.get(f"/evidence/{filed.pk}/bytes/").content


def test_an_upload_above_the_limit_is_refused_in_words_and_leaves_nothing(browser: Browser, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    page = browser("analyst").post("/evidence/new/", {"content": SimpleUploadedFile("a.txt", b"x" * 1_000_001), "title": "kept while asking again"})
    assert page.status_code == 400
    assert "The file is too large: at most 1 MB are kept." in page.content.decode()
    assert 'value="kept while asking again"' in page.content.decode()
    assert (Filed.objects.count(), store.folder().exists()) == (0, False)


@pytest.mark.parametrize(("content", "said"), [(b"MZ\x00\x01", "does not keep files of this type"), (b"", "The file is empty")])
def test_a_file_that_is_not_kept_is_refused_in_words(browser: Browser, content: bytes, said: str) -> None:
    page = browser("analyst").post("/evidence/new/", {"content": SimpleUploadedFile("a.pdf", content, content_type="application/pdf")})
    assert page.status_code == 409
    assert said in page.content.decode()


def served(client: Client, filed: Filed, query: str = "") -> tuple[str, str]:
    """How the bytes are served: (type, disposition)."""
    response = client.get(f"/evidence/{filed.pk}/bytes/{query}")
    assert response.content == store.place(filed.sha256).read_bytes()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
    return response["Content-Type"], response["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "content", "download", "seen"),
    [
        ("p.png", PNG, ("image/png", 'attachment; filename="p.png"'), ("image/png", 'inline; filename="p.png"')),
        ("t.csv", b"a,b", ("text/plain; charset=utf-8", 'attachment; filename="t.csv"'), ("text/plain; charset=utf-8", 'inline; filename="t.csv"')),
        ("x.png", SVG, ("application/octet-stream", 'attachment; filename="x.png"'), ("application/octet-stream", 'attachment; filename="x.png"')),
        (
            "x.html",
            b"<html><script>",
            ("application/octet-stream", 'attachment; filename="x.html"'),
            ("application/octet-stream", 'attachment; filename="x.html"'),
        ),
        ("x.zip", b"PK\x05\x06", ("application/octet-stream", 'attachment; filename="x.zip"'), ("application/octet-stream", 'attachment; filename="x.zip"')),
    ],
)
def test_only_what_cannot_act_is_ever_shown(browser: Browser, actor: Act, name: str, content: bytes, download: tuple[str, str], seen: tuple[str, str]) -> None:
    filed = actions.file(actor("analyst", name="filer"), name, content)
    client = browser("auditor")
    assert (served(client, filed), served(client, filed, "?show=1")) == (download, seen)


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ('a"; filename="b.exe', 'attachment; filename="a\\"; filename=\\"b.exe"'),
        ("a\r\nX-Injected: 1.txt", 'attachment; filename="a X-Injected: 1.txt"'),
        ("Größe.txt", "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt"),
    ],
)
def test_a_file_name_cannot_add_to_the_headers(browser: Browser, actor: Act, name: str, disposition: str) -> None:
    filed = actions.file(actor("analyst", name="filer"), name, b"text")
    assert served(browser("auditor"), filed)[1] == disposition


def test_altered_bytes_are_not_shown_but_named(browser: Browser, filed: Filed) -> None:
    place = store.place(filed.sha256)
    place.chmod(0o640)
    place.write_bytes(b"other words")
    page = browser("auditor").get(f"/evidence/{filed.pk}/bytes/")
    assert page.status_code == 409
    assert f"letter.txt: The file evidence/{filed.sha256[:2]}/{filed.sha256} was altered" in page.content.decode()
    assert b"other words" not in page.content


def test_words_of_a_filing_are_shown_as_words(browser: Browser, actor: Act) -> None:
    words = "<script>alert(1)</script>{{ user.password }}{% debug %}"
    filed = actions.file(actor("analyst", name="filer"), "a.txt", b"text", title=words, shows=words)
    for url in ("/evidence/", f"/evidence/{filed.pk}/"):
        page = browser("auditor", name=f"auditor {url}").get(url).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ user.password }}{% debug %}" in page


def test_a_title_cannot_act_as_a_formula_in_the_downloaded_list(browser: Browser, actor: Act) -> None:
    actions.file(actor("analyst", name="filer"), "=cmd.txt", b"text", title='=HYPERLINK("http://x","y")')
    line = browser("auditor").get("/evidence/?format=csv").content.decode().splitlines()[1]
    assert line.startswith('"\'=HYPERLINK(""http://x"",""y"")",,\'=cmd.txt,plain text,4,')


def test_the_list_is_found_by_words_and_by_subject(browser: Browser, actor: Act, filed: Filed) -> None:
    by = actor("analyst", name="filer two")
    other = actions.file(by, "other.txt", b"text", title="Another", subject=filed.subject)
    client = browser("auditor")
    lists = {
        query: [row.key for row in client.get(f"/evidence/?{query}").context["sheet"].rows]
        for query in ("q=staff+may", f"kind=filed&id={filed.pk}", "q=nothing")
    }
    assert lists == {"q=staff+may": [str(filed.pk)], f"kind=filed&id={filed.pk}": [str(other.pk)], "q=nothing": []}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_thirty_filings_and_links_cost_as_many_queries_as_one(browser: Browser, actor: Act, filed: Filed) -> None:
    by, client = actor("analyst", name="filer two"), browser("analyst")
    actions.file(by, "a.txt", b"text", subject=filed.subject)
    actions.link(by, filed, filed.subject)
    urls = ["/evidence/", f"/evidence/{filed.pk}/"]
    assert client.get("/evidence/").status_code == 200
    before = [queries_of(client, url) for url in urls]
    for number in range(29):
        other = actions.file(by, f"{number}.txt", b"text %d" % number, subject=filed.subject)
        actions.link(by, filed, other.subject)
    assert [queries_of(client, url) for url in urls] == before


def test_what_is_attached_costs_one_query_and_offers_the_form_to_those_who_may_file(person: Callable[..., Account], actor: Act, filed: Filed) -> None:
    by = actor("analyst", name="filer two")
    for number in range(30):
        actions.file(by, f"{number}.txt", b"text %d" % number, title=f"letter {number}", subject=filed.subject)
    pages = {}
    for role in ("analyst", "auditor"):
        request = RequestFactory().get("/somewhere/")
        request.user = person(role)
        assert request.user.roles == {role}
        with CaptureQueriesContext(connection) as caught:
            pages[role] = Template('{% include "evidence/attached.html" with row=row %}').render(Context({"row": filed, "request": request}))
        assert len(caught) == 1
    assert (pages["auditor"].count("<li>"), "<form" in pages["auditor"], "<form" in pages["analyst"]) == (30, False, True)
    assert 'name="next" value="/somewhere/"' in pages["analyst"]
