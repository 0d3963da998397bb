"""A volume: cover, contents and chapters in one archival document."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bestexec.report.blocks import Callout, Cell, Column, Facts, Heading, Items, Table, Text
from bestexec.report.volume import Volume, render, source

NASTY = 'a "b" <c> \\ #d $e$ _f_'
BOUND = Volume(
    "Procedures", "What they are", "Example Securities LLC", date(2026, 9, 30), (("As of", "2026-09-30"), ("Firm", NASTY)), f"foot {NASTY}",
    (
        Heading("First"), Heading("Part", 2), Heading("Within", 3), Text(f"Text {NASTY}"), Items(("one", "two")), Items(("step",), is_numbered=True),
        Facts((("Owner", "compliance"),)), Callout("attention", "Look.", "here"), Heading("Second"),
        Table("Caption", (Column("Key"), Column("Since")), ((Cell("a"), Cell(date(2026, 9, 1))),), "By hand."),
    ),
)  # fmt: skip


def test_it_names_both_standards_its_title_and_its_date() -> None:
    document = render(BOUND)
    said = {key: re.findall(rb"<" + key + rb">([^<]+)</" + key + rb">", document) for key in (b"pdfaid:part", b"pdfaid:conformance", b"pdfuaid:part")}
    assert said == {b"pdfaid:part": [b"2"], b"pdfaid:conformance": [b"B"], b"pdfuaid:part": [b"1"]}
    assert "Procedures · Example Securities LLC · 2026-09-30".encode() in document
    assert b"2026-09-30T00:00:00" in document


def test_the_same_volume_is_the_same_bytes_and_another_day_is_not() -> None:
    assert render(BOUND) == render(BOUND)
    assert render(BOUND) != render(replace(BOUND, dated=date(2026, 10, 1)))


def test_every_text_is_quoted_and_parts_are_numbered_but_what_stands_within_them() -> None:
    made = source(BOUND)
    escaped = NASTY.replace("\\", "\\\\").replace('"', '\\"')
    assert made.count(escaped) == 3, "cover, foot and text"
    assert re.findall(r'#titled\("([^"]*)", "([^"]*)", (\d)\)', made) == [
        ("1", "First", "1"), ("1.1", "Part", "2"), ("", "Within", "3"), ("2", "Second", "1"),
    ]  # fmt: skip


def test_it_opens_with_a_chapter() -> None:
    with pytest.raises(ValueError, match="opens with a heading of level 1"):
        replace(BOUND, blocks=(Text("loose"),))
