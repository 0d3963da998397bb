"""Venues and the codes of each codebook."""

from __future__ import annotations

import iso10383
import polars as pl

from bestexec.market import venues
from bestexec.schema import VENUE_KINDS


def test_colliding_letters_are_read_by_their_own_codebook():
    assert venues.mic_from_sip("F") == "TXSE"
    assert venues.mic_from_cat_market("F") is None
    assert venues.mic_from_sip("L") == "LTSE"
    assert venues.mic_from_cat_market("L") == "FINN"
    assert venues.mic_from_cat_market("LT") == "LTSE"


def test_the_tapes_d_is_off_exchange_and_q_and_t_are_both_nasdaq():
    assert [venues.mic_from_sip(letter) for letter in "DQTNPZKJYB"] == ["OFFX", "XNAS", "XNAS", "XNYS", "ARCX", "BATS", "EDGX", "EDGA", "BATY", "XBOS"]


def test_an_unknown_code_is_none_and_never_a_guess():
    assert venues.mic_from_sip("?") is None
    assert venues.mic_from_massive(9_999) is None
    assert venues.mic_from_publisher(95) is None
    assert venues.mic_from_name("Nowhere") is None
    assert venues.mic_from_name("Q") is None


def test_numbers_name_venues():
    assert [venues.mic_from_massive(number) for number in (10, 12, 202, 22)] == ["XNYS", "XNAS", "FINN", "24EQ"]
    assert [venues.mic_from_publisher(number) for number in (2, 9, 43, 82)] == ["XNAS", "XNYS", "ARCX", "FINN"]


def test_names_are_read_in_any_case():
    assert [venues.mic_from_name(name) for name in ("nyse arca", "NASDAQ", "Cboe BZX", " xnys ", "NYSE Chicago")] == ["ARCX", "XNAS", "BATS", "XNYS", "XCHI"]


def test_every_code_is_an_iso_code_but_ours_and_those_newer_than_the_list():
    known = {entry.value.mic for entry in iso10383.MIC}
    assert {venue.mic for venue in venues.VENUES} - known == {"OFFX", "24EQ", "TXSE"}


def test_every_kind_is_of_the_closed_list_and_no_code_is_given_twice():
    assert {venue.kind for venue in venues.VENUES} == set(VENUE_KINDS)
    for codes in ("sip", "cat_destination", "cat_market", "massive"):
        given = [code for venue in venues.VENUES for code in getattr(venue, codes)]
        assert len(given) == len(set(given)), codes
    names = [name.upper() for venue in venues.VENUES for name in {venue.mic, venue.name.upper(), *(alias.upper() for alias in venue.aliases)}]
    assert len(names) == len(set(names))
    published = [number for _, numbers in venues.PUBLISHERS for number in numbers]
    assert len(published) == len(set(published))


def test_kinds_and_names_are_looked_up():
    assert (venues.kind_of("XNYS"), venues.kind_of("CDED"), venues.kind_of("LEVL"), venues.kind_of("OFFX"), venues.kind_of("ABCD")) == (
        "exchange",
        "wholesaler",
        "ats",
        "off_exchange",
        None,
    )
    assert venues.name_of("ARCX") == "NYSE Arca"
    mics = pl.DataFrame({"venue": ["XNYS", None, "ABCD"]})
    assert mics.select(venues.venue_kind(pl.col("venue"))).to_series().to_list() == ["exchange", None, None]
