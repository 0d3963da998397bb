"""US equity venues: their market identifier codes and the codes that each source gives them.

Letters of different codebooks collide (`F` is the Texas Stock Exchange on the tape and a foreign exchange in CAT; `L` is
the Long-Term Stock Exchange on the tape and a trade reporting facility in CAT), so there is one lookup per codebook and
none by letter alone. A code that is not known gives None; nothing is guessed.
Sources: CAT reporting dictionary v4.2.0, ISO 10383, the tape plans' participant codes, a Massive exchange list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

OFF_EXCHANGE = "OFFX"
"""Our word for a trade off exchange whose facility is unknown; not an ISO code."""


@dataclass(frozen=True)
class Venue:
    """One venue; `kind` is one of `schema.VENUE_KINDS`."""

    mic: str
    name: str
    kind: str
    sip: tuple[str, ...] = ()
    """Participant letters of the consolidated tapes (CTA, UTP), as in TAQ."""
    cat_destination: tuple[str, ...] = ()
    cat_market: tuple[str, ...] = ()
    massive: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    """Other names, other MICs of the same venue, and MPIDs that point at it."""
    from_on: date | None = None
    """First day it traded; None: not bounded here."""
    to_on: date | None = None
    """First day it no longer did."""


VENUES = (
    Venue("XNYS", "New York Stock Exchange", "exchange", ("N",), ("NYSE",), ("N",), (10,), ("NYSE",)),
    Venue("XASE", "NYSE American", "exchange", ("A",), ("AMER",), ("A",), (1,), ("AMEX", "NYSE MKT")),
    Venue("ARCX", "NYSE Arca", "exchange", ("P",), ("ARCA",), ("P",), (11,), ("ARCA", "ARCHIPELAGO")),
    Venue("XCIS", "NYSE National", "exchange", ("C",), ("NSX",), ("C",), (3,), ("NSX", "NATIONAL STOCK EXCHANGE")),
    Venue("XCHI", "NYSE Texas", "exchange", ("M",), ("CHX",), ("M",), (9,), ("CHX", "NYSE CHICAGO", "CHICAGO STOCK EXCHANGE")),
    Venue("XNAS", "Nasdaq", "exchange", ("Q", "T"), ("NSDQ",), ("Q",), (12,), ("NASDAQ", "NSDQ", "XNGS", "XNMS", "XNCM", "INET")),
    Venue("XBOS", "Nasdaq Texas", "exchange", ("B",), ("BX",), ("B",), (2,), ("BX", "NASDAQ BX", "NASDAQ OMX BX")),
    Venue("XPSX", "Nasdaq PSX", "exchange", ("X",), ("PSX",), ("X",), (17,), ("PSX", "XPHL", "NASDAQ OMX PSX")),
    Venue("BATS", "Cboe BZX", "exchange", ("Z",), ("BZX",), ("Z",), (19,), ("BZX", "BATS BZX", "BATS STOCK EXCHANGE")),
    Venue("BATY", "Cboe BYX", "exchange", ("Y",), ("BYX",), ("Y",), (18,), ("BYX", "BATS BYX", "BATS Y EXCHANGE")),
    Venue("EDGA", "Cboe EDGA", "exchange", ("J",), ("EDGA",), ("J",), (7,)),
    Venue("EDGX", "Cboe EDGX", "exchange", ("K",), ("EDGX",), ("K",), (8,)),
    Venue("IEXG", "IEX", "exchange", ("V",), ("IEX",), ("V",), (15,), ("IEX", "INVESTORS EXCHANGE")),
    Venue("MEMX", "MEMX", "exchange", ("U",), ("MEMX",), ("U",), (21,), ("MEMX LLC EQUITIES",), date(2020, 9, 4)),
    Venue("EPRL", "MIAX Pearl Equities", "exchange", ("H",), ("PEARLEQ",), ("H",), (20,), ("PEARL", "MIAX PEARL"), date(2020, 9, 25)),
    Venue("LTSE", "Long-Term Stock Exchange", "exchange", ("L",), ("LTSE",), ("LT",), (14,)),
    Venue("24EQ", "24X National Exchange", "exchange", ("G",), ("24X",), ("24X",), (22,), ("24X",), date(2025, 10, 14)),
    Venue("TXSE", "Texas Stock Exchange", "exchange", ("F",), ("TXSE",), ("TXSE",), (23,)),
    Venue("XISE", "ISE Stock Exchange", "exchange", ("I",), (), ("I",), (6,), ("ISE",)),
    Venue("CBSX", "CBOE Stock Exchange", "exchange", ("W",), (), ("W",), (16,), (), None, date(2014, 5, 1)),
    Venue("OFFX", "Off exchange, facility unknown", "off_exchange", ("D",)),
    Venue("XADF", "FINRA Alternative Display Facility", "off_exchange", (), ("ADF",), ("D",), (4,), ("ADF",)),
    Venue("FINN", "FINRA/Nasdaq TRF Carteret", "off_exchange", (), (), ("L",), (202,), ("TRF CARTERET",)),
    Venue("FINC", "FINRA/Nasdaq TRF Chicago", "off_exchange", (), (), ("DC",), (203,), ("TRF CHICAGO",)),
    Venue("FINY", "FINRA/NYSE TRF", "off_exchange", (), (), ("DN",), (201,), ("NYSE TRF",)),
    Venue("OOTC", "FINRA OTC Reporting Facility", "off_exchange", (), (), ("O",), (62,), ("ORF",)),
    Venue("CDED", "Citadel Securities", "wholesaler", aliases=("CDRG", "CITADEL", "CITADEL SECURITIES LLC")),
    Venue("VALX", "Virtu Client Market Making", "wholesaler", aliases=("VIRTU AMERICAS", "VIRTU AMERICAS LLC", "VUSA", "NITE")),
    Venue("VIRT", "Virtu Financial BD", "wholesaler"),
    Venue("G1XX", "G1 Execution Services", "wholesaler", aliases=("G1ES", "G1 EXECUTION SERVICES LLC")),
    Venue("JSJX", "Jane Street JX", "wholesaler", aliases=("JNST", "JANE STREET CAPITAL, LLC")),
    Venue("JLQD", "Jump Liquidity", "wholesaler"),
    Venue("HRTX", "Hudson River Trading", "wholesaler", aliases=("HRTF",)),
    Venue("XTXD", "XTX Direct", "wholesaler"),
    Venue("GTSX", "GTS", "wholesaler"),
    Venue("SOHO", "Two Sigma Securities", "wholesaler", aliases=("TWO SIGMA SECURITIES, LLC",)),
    Venue("UBSS", "UBS Securities", "wholesaler", aliases=("UBS SECURITIES LLC",)),
    Venue("KNCM", "Knight Capital Markets", "wholesaler", aliases=("KNIG", "KCG AMERICAS LLC")),
    Venue("LEVL", "Level ATS", "ats", aliases=("EBXV",)),
    Venue("INCR", "IntelligentCross", "ats", aliases=("INTELLIGENTCROSS ATS",)),
    Venue("ASPN", "IntelligentCross ASPEN", "ats", aliases=("ASMT", "ASPI")),
    Venue("CGXS", "OneChronos", "ats"),
    Venue("UBSA", "UBS ATS", "ats"),
    Venue("JPMX", "JPM-X", "ats"),
    Venue("MSPL", "MS Pool", "ats"),
    Venue("SGMT", "Sigma X2", "ats", aliases=("SIGMA X",)),
    Venue("IATS", "IBKR ATS", "ats"),
    Venue("VFMI", "Virtu MatchIt", "ats", aliases=("VCRS", "MATCHIT")),
    Venue("XSTM", "Fidelity CrossStream", "ats", aliases=("NFSA", "CROSSSTREAM")),
    Venue("BIDS", "BIDS Trading", "ats", aliases=("BIDS TRADING L.P.",)),
    Venue("OCEA", "Blue Ocean ATS", "ats"),
    Venue("BOSS", "Bruce ATS", "ats"),
    Venue("MOON", "Moon ATS", "ats"),
    Venue("NLAX", "Clearpool", "broker", aliases=("CPGX",)),
)  # fmt: skip

PUBLISHERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("XNAS", (2, 46, 47, 52, 66, 81)), ("XBOS", (3, 75, 86, 88)), ("XPSX", (4, 76, 87, 89)), ("BATS", (5, 71)), ("BATY", (6, 72)), ("EDGA", (7, 73)),
    ("EDGX", (8, 74)), ("XNYS", (9, 44, 45, 53, 67, 92)), ("XCIS", (10, 13, 14, 40, 49, 63, 91)), ("XASE", (11, 78)), ("XCHI", (12, 39, 48, 62)),
    ("MEMX", (15, 77)), ("EPRL", (16, 42, 51, 65)), ("FINN", (17, 54, 68, 82)), ("FINC", (18, 56, 70, 83)), ("FINY", (19, 55, 69)),
    ("IEXG", (38, 41, 50, 64)), ("ARCX", (43, 79)), ("LTSE", (80,)),
    ("AMXO", (20,)), ("XBOX", (21,)), ("XCBO", (22,)), ("EMLD", (23,)), ("EDGO", (24,)), ("GMNI", (25,)), ("XISX", (26,)), ("MCRY", (27,)),
    ("XMIO", (28,)), ("ARCO", (29,)), ("MPRL", (31,)), ("XNDQ", (32,)), ("XBXO", (33,)), ("C2OX", (34,)), ("XPHL", (35,)), ("BATO", (36,)),
    ("MXOP", (37,)), ("SPHR", (61,)), ("GLBX", (1,)), ("IFEU", (57,)), ("NDEX", (58,)), ("IFUS", (97,)), ("IFLL", (99,)), ("XEUR", (101,)), ("XEEE", (102,)),
)  # fmt: skip
"""Databento publisher ids by the MIC they publish for. Consolidated publishers (30, 59, 60, 90, 93–96) and
off-market ones (84, 85, 98, 100, 103, 104) name no single venue and are left out."""

TRF_MICS = {"Q": "FINN", "B": "FINC", "N": "FINY"}
"""Trade reporting facility by TAQ's letter, of trades whose participant is `D`."""


def mic_from_sip(letter: str) -> str | None:
    """MIC of a tape (SIP, TAQ) participant letter; `D`, everything off exchange, gives OFFX."""
    return SIP_MICS.get(letter)


def mic_from_cat_destination(code: str) -> str | None:
    """MIC of an exchange id in a CAT destination or senderIMID."""
    return CAT_DESTINATION_MICS.get(code)


def mic_from_cat_market(code: str) -> str | None:
    """MIC of a CAT marketCenterID."""
    return CAT_MARKET_MICS.get(code)


def mic_from_massive(exchange: int) -> str | None:
    """MIC of a Massive (formerly Polygon) exchange id."""
    return MASSIVE_MICS.get(exchange)


def mic_from_publisher(publisher: int) -> str | None:
    """MIC of a Databento publisher id; None for consolidated ones."""
    return PUBLISHER_MICS.get(publisher)


def mic_from_name(name: str) -> str | None:
    """MIC of a venue's name, MIC or alias, whatever its case; never of a tape letter or an exchange number."""
    return NAME_MICS.get(name.strip().upper())


def kind_of(mic: str) -> str | None:
    """Kind of the venue, one of `schema.VENUE_KINDS`."""
    return KINDS.get(mic)


def name_of(mic: str) -> str | None:
    """Name of the venue for people."""
    return NAMES.get(mic)


def venue_kind(mics: pl.Expr) -> pl.Expr:
    """Kind of each row's venue; null where it is not known."""
    return mics.replace_strict(KINDS, default=None, return_dtype=pl.String)


SIP_MICS = {letter: venue.mic for venue in VENUES for letter in venue.sip}
CAT_DESTINATION_MICS = {code: venue.mic for venue in VENUES for code in venue.cat_destination}
CAT_MARKET_MICS = {code: venue.mic for venue in VENUES for code in venue.cat_market}
MASSIVE_MICS = {exchange: venue.mic for venue in VENUES for exchange in venue.massive}
PUBLISHER_MICS = {publisher: mic for mic, publishers in PUBLISHERS for publisher in publishers}
NAME_MICS = {name.upper(): venue.mic for venue in VENUES for name in (venue.mic, venue.name, *venue.aliases)}
KINDS = {venue.mic: venue.kind for venue in VENUES}
NAMES = {venue.mic: venue.name for venue in VENUES}
"""The same as dictionaries, for `Series.replace_strict`."""
