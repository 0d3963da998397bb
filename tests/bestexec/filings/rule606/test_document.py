"""What is written is what the schema asks for, and what is read is written again without loss."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bestexec.errors import Problem
from bestexec.filings.rule606.document import as_text, lay_out, read, rounded, write
from bestexec.market.rule606 import HANDLED, HANDLING, PUBLIC, ROOTS, ROUTES, Part

from .conftest import Broken

CUSTOMER = {"version": "1.3", "customer": "", "bd": "Sample", "startDate": date(2026, 1, 1), "endDate": date(2026, 6, 30)}
EMPTY: dict[str, dict[str, Any]] = {
    PUBLIC: {"version": "1.3", "bd": "Sample", "year": 2026, "qtr": 3, "rMonthly": [{"year": 2026, "mon": 7}]}, ROUTES: CUSTOMER, HANDLING: CUSTOMER,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "text"), [
    ("pct", Fraction(2, 3), "66.67"), ("pct", Fraction(1), "100.00"), ("pct", 0, "0.00"), ("cph", Fraction(-25, 10), "-2.5000"),
    ("usd", Decimal("-0.004"), "0.00"),
    ("usd", Decimal("0.005"), "0.01"), ("usd", Decimal("-0.005"), "-0.01"), ("shares", Fraction(400, 3), "133.333"), ("whole", 1501, "1501"), ("mic", None, ""),
    ("timestamp", 1_790_000_000_999_999_999, "2026-09-21T14:13:20Z"), ("yes_no", False, "N"), ("name", "  A \n B " + "x" * 99, "A B " + "x" * 76),
])  # fmt: skip
def test_values_are_written_in_the_form_of_their_type(kind: str, value: Any, text: str) -> None:
    assert as_text(kind, value) == text


def test_halves_are_rounded_away_from_zero_and_exactly() -> None:
    assert [rounded(Fraction(number), 2) for number in ("0.125", "-0.125", "0.12499999999999999999")] == ["0.13", "-0.13", "0.12"]


@pytest.mark.parametrize("root", [PUBLIC, ROUTES, HANDLING])
def test_an_empty_report_breaks_no_rule(root: str, broken: Broken) -> None:
    assert broken(lay_out(root, EMPTY[root])) == []


def test_elements_stand_in_the_schemas_order_whatever_the_order_of_the_values() -> None:
    report = lay_out(PUBLIC, dict(reversed(EMPTY[PUBLIC].items())))
    assert [node.name for node in report.below] == ["version", "bd", "year", "qtr", "rMonthly"]


@pytest.mark.parametrize("wrong", [{"rMonthly": []}, {"rMonthly": [{"year": 2026, "mon": 7}] * 4}, {"colour": "red"}])
def test_what_the_schema_does_not_have_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"rMonthly|colour"):
        lay_out(PUBLIC, EMPTY[PUBLIC] | wrong)


def test_signs_that_xml_cannot_hold_are_left_out_and_others_escaped(tmp_path: Path) -> None:
    path = tmp_path / "r.xml"
    path.write_bytes(write(lay_out(PUBLIC, EMPTY[PUBLIC] | {"bd": 'A & B <"\x01é'})))
    assert read(path).value("bd") == 'A & B <"é'


@pytest.mark.parametrize("text", ["<a/>", "", "<heldOrderRoutingPublicReport><version>", '<!DOCTYPE x [<!ENTITY e "x">]><heldOrderRoutingPublicReport/>'])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.xml"
    path.write_text(text)
    with pytest.raises(Problem):
        read(path)


def test_a_document_type_is_refused_in_any_encoding(tmp_path: Path) -> None:
    path = tmp_path / "r.xml"
    path.write_bytes(
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "x">]><heldOrderRoutingPublicReport>&e;</heldOrderRoutingPublicReport>'.encode("utf-16")
    )
    with pytest.raises(Problem, match="declares a document type"):
        read(path)


def test_the_secs_samples_are_read_and_written_without_loss(samples: Path, tmp_path: Path) -> None:
    """Every element with its text, compared by a reader that is not ours; and written twice, the bytes are the same."""
    for path in sorted(samples.glob("*.xml")):
        again = tmp_path / path.name
        again.write_bytes(write(read(path)))
        assert list(elements(again)) == list(elements(path)), path.name
        assert write(read(again)) == again.read_bytes()


def elements(path: Path) -> Iterator[tuple[str, str]]:
    return ((element.tag, (element.text or "").strip()) for element in ElementTree.parse(path).iter())


XS = "{http://www.w3.org/2001/XMLSchema}"
TYPES = {
    "PctOrNmType": "pct", "CphType": "cph", "UsdType": "usd", "ShrType": "shares", "MsecType": "whole", "OrdType": "whole",
}  # fmt: skip


def test_the_schema_itself_has_our_elements_in_our_order(samples: Path) -> None:
    """Every element of the three roots, with how often it stands and the type of each number, walked out of the SEC's XSD."""
    schema = ElementTree.parse(samples / "oh-20191231.xsd").getroot()
    named = {element.get("name"): element for element in schema}
    for root in ROOTS.values():
        assert walked(named, named[root.name]) == ours(root)
    assert [part.name for part in HANDLED][14] == "providedLiqudityShr"


def ours(part: Part) -> list[tuple[Any, ...]]:
    return [
        (below.name, below.least, below.most, below.kind if below.kind in TYPES.values() else "", ours(below) if below.parts else []) for below in part.parts
    ]


def walked(named: dict[str | None, ElementTree.Element], element: ElementTree.Element) -> list[tuple[Any, ...]]:
    """An element's parts as (name, least, most, type of number, its own parts); a choice of name and code is a name or a code that may be absent."""
    kind = element.find(f"{XS}complexType")
    kind = named.get(element.get("type")) if kind is None else kind
    found: dict[str, tuple[Any, ...]] = {}
    for child in kind.iter(f"{XS}element") if kind is not None else ():
        target = named[child.get("ref")] if child.get("ref") else child
        name, most = str(target.get("name")), child.get("maxOccurs", "1")
        parts = walked(named, target)
        in_choice = name in ("name", "venueName", "mic") and child in [below for choice in kind.iter(f"{XS}choice") for below in choice.iter()]  # type: ignore[union-attr]
        least = 0 if in_choice else int(child.get("minOccurs", "1"))
        found.setdefault(name, (name, least, None if most == "unbounded" else int(most), TYPES.get(str(target.get("type")), ""), parts))
    return list(found.values())
