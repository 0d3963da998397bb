"""Run in a process of its own on a desk of its own: files something, and prints how the record stands."""

from __future__ import annotations

import json
import sys

from oversight.actor import automated
from oversight.evidence import actions as evidence
from oversight.record.queries import head


def main(words: list[str]) -> None:
    """File each of the words as a text."""
    filed = [evidence.file(automated("test"), "note.txt", f"{word}\n".encode(), title=word) for word in words]
    sys.stdout.write(json.dumps({"head": list(head()), "sha256": [one.sha256 for one in filed]}))


main(sys.argv[1:])
