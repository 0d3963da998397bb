"""The sample firm's part of the story: it plays through, quickly, and reads as it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from oversight.actor import automated
from oversight.demo.people import open_accounts
from oversight.demo.vendor_file import liquidity
from oversight.demo.vendor_file.conflicts import at
from oversight.liquidity.models import Memo, Published, Reach
from oversight.vendors import actions as vendors

KEYS = ("vendor_a", "vendor_b", "clearing_router", "own_build")


@pytest.mark.django_db
def test_three_lists_one_of_them_confirmed_and_two_memos_decided(settings: Settings, tmp_path: Path) -> None:
    """vendor_a: 11 exchanges, 5 wholesalers, 4 pools, a broker, an overnight system: 22. vendor_b: 2 exchanges fewer, no overnight system: 19."""
    settings.HOME = settings.WORKSPACE = tmp_path
    with at(14, 9):
        people, held = open_accounts("vendor_a"), {key: vendors.register(automated("demo"), key=key, name=key) for key in KEYS}
    liquidity.before_selection(people, held)
    counted = {key: (Reach.objects.filter(vendor=held[key]).count(), Reach.objects.filter(vendor=held[key], state="confirmed").count()) for key in KEYS}
    assert counted == {"vendor_a": (22, 22), "vendor_b": (19, 0), "clearing_router": (7, 0), "own_build": (0, 0)}
    liquidity.after_selection(people, held)
    assert sorted(Memo.objects.values_list("title", "state")) == [
        ("Midpoint pegs at INCR for resting limit orders", "trying"), ("Texas Stock Exchange", "declined"),
    ]  # fmt: skip
    assert Published.objects.get().venue == "XNAS"
