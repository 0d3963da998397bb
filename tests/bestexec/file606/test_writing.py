"""A report without gaps is filed; one with gaps is not, unless as a draft that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.bestexec.filings.rule606.flow import AUGUST, JULY, SEPTEMBER, Flow

from bestexec import policy
from bestexec.errors import Problem
from bestexec.examfile.quarter import Quarter
from bestexec.file606 import Gathered, write_public
from bestexec.file606.writing import publish_files
from bestexec.filings import validate
from bestexec.filings.rule606.document import read

Q3 = Quarter(2026, 3)
AT = 1_790_000_000_000_000_000


def gathered(terms: Path | None = None) -> Gathered:
    """Two orders a month, one of which pays the venue 0.30, with a ledger that ties."""
    flow = Flow()
    for on in (JULY, AUGUST, SEPTEMBER):
        flow.add("nonmarketable_limit", at="XNYS", on=on)
        flow.paid("market", 100, fee="0.30", on=on)
    ledger = [("XNAS", on.replace(day=1), "fee", None, "-0.30") for on in (JULY, AUGUST, SEPTEMBER)]
    return Gathered(flow.fed(*ledger), (), {}, replace(policy.default(), folder=terms or policy.SHIPPED), "F")


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "venue_terms.toml").write_text('[[terms]]\nvenue = "XNAS"\nreviewed_on = 2026-09-30\nfees_and_rebates = "By the published schedule"\n')
    return folder


def test_a_report_without_gaps_is_written_in_three_forms_with_what_stands_behind_it(terms: Path, tmp_path: Path) -> None:
    told = write_public(gathered(terms), Q3, tmp_path / "out", broker="Sample Broker", generated_at=AT)
    assert ([path.name for path in told.files], told.gaps) == ([f"606a1-2026Q3.{suffix}" for suffix in ("xml", "pdf", "html", "json")], ())
    checked = validate(told.files[0])
    assert (checked.violations.height, checked.records) == (0, 12)
    report = read(told.files[0])
    assert (report.value("bd"), report.value("timestamp")) == ("Sample Broker", "2026-09-21T14:13:20Z")
    assert told.files[1].read_bytes().startswith(b"%PDF-")
    assert "Draft" not in told.files[2].read_text()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in told.files}


def test_the_same_report_gives_the_same_bytes(terms: Path, tmp_path: Path) -> None:
    first, second = (write_public(gathered(terms), Q3, tmp_path / name).files for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_with_gaps_nothing_is_written_and_a_draft_says_so(tmp_path: Path) -> None:
    told = write_public(gathered(), Q3, tmp_path / "out")
    assert ([gap.what for gap in told.gaps], told.files, (tmp_path / "out").exists()) == (
        ["the material aspects of the relationship with XNAS are not on file, and money passed"], (), False,
    )  # fmt: skip
    draft = write_public(gathered(), Q3, tmp_path / "out", draft=True)
    assert [path.name for path in draft.files] == [f"606a1-2026Q3-draft.{suffix}" for suffix in ("xml", "pdf", "html", "json")]
    assert "Draft: not to be filed" in draft.files[2].read_text()


def test_the_document_prints_each_doubtful_reading_that_is_in_force(terms: Path, tmp_path: Path) -> None:
    page = write_public(gathered(terms), Q3, tmp_path).files[2].read_text()
    assert "Shares over which Rule 606 payments are stated in cents per hundred." in page
    assert "The rule says the ten largest and does not speak of ties." in page


def test_a_quarter_of_which_nothing_was_measured_is_refused(terms: Path, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no order of 2026Q2"):
        write_public(gathered(terms), Quarter(2026, 2), tmp_path)


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="could not be written"):
        publish_files(tmp_path / "file", {"a.xml": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(("text", "what"), [
    ('[[terms]]\nvenue = "XNAS"\n', "`reviewed_on` is missing"), ('[[terms]]\nvenue = "XNAS"\nreviewed_on = 2026-01-01\n', "it says nothing of the venue"),
    ('[[term]]\n', "`term` is not known"), ('[[terms]]\nvenue = "XNAS"\nreviewed_on = 2026-01-01\npaymnt = "x"\n', "`paymnt` is not known"),
    ('[[look_through]]\nbroker = "NLAX"\nas_of = 2026-01-01\nsource = "x"\nvenues = { XNAS = 0.6, XNYS = 0.5 }\n', "the parts are more than one"),
])  # fmt: skip
def test_terms_that_cannot_be_read_are_refused_with_what_is_allowed(terms: Path, tmp_path: Path, text: str, what: str) -> None:
    (terms / "venue_terms.toml").write_text(text)
    with pytest.raises(Problem, match=what):
        write_public(gathered(terms), Q3, tmp_path / "out")


def test_terms_hold_over_their_span_alone() -> None:
    from bestexec.filings.rule606.terms import OnFile, Terms

    ended = Terms("XNAS", JULY, (("payment", "x"),), to_on=date(2026, 8, 1))
    assert [len(OnFile((ended,)).of("XNAS", *span)) for span in ((JULY, date(2026, 7, 31)), (date(2026, 8, 1), date(2026, 8, 31)))] == [1, 0]
