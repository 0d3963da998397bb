"""What of the firm's words and files must not go to a vendor: another vendor's name, anything that looks like an account's key."""

from __future__ import annotations

import re

from oversight.findings.models import Run
from oversight.lifecycle import Refusal
from oversight.vendors.models import Vendor

KEY = re.compile(r"\b[0-9a-f]{16,64}\b", re.IGNORECASE)
"""The keyed hash that stands for an account is written in such digits; so is a run's id, which may be named."""
READ = 4_000_000
"""So many bytes of a text file are looked through."""


def hold_back(vendor: Vendor, *texts: str) -> None:
    """Raise Refusal where one of the texts names another vendor of the register or an account's key. It is a net, not a promise: people look, too."""
    names = [(row.key, row.name) for row in Vendor.objects.exclude(pk=vendor.pk)]
    for text in texts:
        named = next((name for pair in names for name in pair if name and _names(text, name)), "")
        if named:
            raise Refusal(f"This names another vendor ({named}). The room is shared with {vendor.name} alone: leave the name out.")
        if any(not Run.objects.filter(pk__startswith=found.lower()).exists() for found in KEY.findall(text)):
            raise Refusal("This holds something that looks like an account's key. Leave it out: a vendor sees no customer and no account.")


def text_of(content: bytes) -> str:
    """What can be read of a file as text; nothing of one that is none."""
    part = content[:READ]
    return "" if b"\0" in part else part.decode("utf-8", "replace")


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None
