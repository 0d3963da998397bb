"""What became of credits is read line by line; what does not fit is refused with its line and its reason."""

from __future__ import annotations

import pytest
from tests.oversight.harm.conftest import Firm

from oversight.harm import actions
from oversight.harm.models import Harm, PaymentResult
from oversight.lifecycle import Refusal

HEAD = "credit,account_key,amount_usd,status,on,reference,note\n"


@pytest.fixture
def row(firm: Firm) -> Harm:
    """Three credits of 9.00 in a file."""
    for name in ("O1", "O2", "O3"):
        firm.fill(name)
    firm.receive()
    return firm.credited()


def taken(firm: Firm, row: Harm, *lines: str, name: str = "results.csv") -> PaymentResult:
    return actions.take_results(firm["supervisor"], row, name, (HEAD + "\n".join(lines) + "\n").encode())


def states(row: Harm) -> list[str]:
    return list(row.credits.order_by("number").values_list("state", flat=True))


def test_lines_that_fit_are_taken(firm: Firm, row: Harm) -> None:
    made = taken(firm, row, "H1-000001,k-O1,9.00,paid,2026-10-01,W-1,", "H1-000002,k-O2,9,returned,2026-10-01,,Account closed")
    assert ((made.lines, made.taken, made.rejects), states(row)) == ((2, 2, []), ["paid", "returned", "sent"])
    assert taken(firm, row, "H1-000002,k-O2,9.00,uncollected,,,Held for the customer", name="later.csv").taken == 1
    assert states(row) == ["paid", "uncollected", "sent"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("H1-000009,k-O1,9.00,paid,2026-10-01,W,", "there is no credit H1-000009 in this assessment"),
        ("H1-000001,k-O2,9.00,paid,2026-10-01,W,", "unknown account: it is not the one of credit H1-000001"),
        ("H1-000001,k-O1,9.01,paid,2026-10-01,W,", "wrong amount: 9.01 where 9.00 was approved"),
        ("H1-000001,k-O1,NaN,paid,2026-10-01,W,", "wrong amount: NaN where 9.00 was approved"),
        ("H1-000001,k-O1,9.00,lost,2026-10-01,W,", "“lost” is no status; it is paid, returned or uncollected"),
        ("H1-000001,k-O1,9.00,paid,1 October,W,", "“1 October” is no day; write it as 2026-11-18"),
        ("H1-000001,k-O1,9.00,paid,2026-10-02,W,", "2026-10-02 is in the future"),
        ("H1-000001,k-O1,9.00,paid,2026-10-01,,", "Note as paid: reference is missing."),
        ("H1-000001,k-O1,9.00,returned,2026-10-01,,", "Note as returned: reason is missing."),
        ("H1-000001,k-O1,9.00,uncollected,,,Held", "Note as uncollected: the credit is “sent”; this is done while it is “returned”."),
        ("H1-000001,k-O1,9.00", "it has not the 7 columns"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_and_the_others_are_taken(line: str, reason: str, firm: Firm, row: Harm) -> None:
    made = taken(firm, row, line, "H1-000003,k-O3,9.00,paid,2026-10-01,W-3,")
    assert ((made.lines, made.taken, made.rejects), states(row)) == ((2, 1, [[2, reason]]), ["sent", "sent", "paid"])


def test_a_duplicate_is_refused_within_a_file_and_over_files(firm: Firm, row: Harm) -> None:
    line = "H1-000001,k-O1,9.00,paid,2026-10-01,W-1,"
    assert taken(firm, row, line, line).rejects == [[3, "duplicate: credit H1-000001 stands in an earlier line of this file"]]
    again = taken(firm, row, line, name="again.csv")
    assert (again.taken, again.rejects) == (0, [[2, "Note as paid: the credit is “paid”; this is done while it is “sent” or “uncollected”."]])
    with pytest.raises(Refusal, match="taken already"):
        taken(firm, row, line, name="the same under another name.csv")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The first line must name"),
        (b"a,b\n1,2\n", "The first line must name"),
        (b"\xff\xfe\x00", "no CSV file in UTF-8"),
        (b"x" * 5_000_001, "too large"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(content: bytes, words: str, firm: Firm, row: Harm) -> None:
    with pytest.raises(Refusal, match=words):
        actions.take_results(firm["supervisor"], row, "results.csv", content)
    assert PaymentResult.objects.count() == 0


def test_results_are_taken_by_who_may_once_there_is_a_file(firm: Firm) -> None:
    firm.fill("O1")
    firm.receive()
    row = firm.approved()
    with pytest.raises(Refusal, match="no credit file yet"):
        taken(firm, row)
    with pytest.raises(Refusal, match="taken by supervisor or compliance"):
        actions.take_results(firm["analyst"], row, "results.csv", HEAD.encode())
