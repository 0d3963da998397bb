"""Files in, canonical rows out: one module a format, on one protocol."""

from __future__ import annotations

from bestexec.errors import Problem
from bestexec.importers import blotter, crypto, dbn, itch, itch_csv, lean, lobster, massive, taq
from bestexec.importers.base import Importer

IMPORTERS: tuple[Importer, ...] = (blotter, lean, lobster, itch_csv, dbn, taq, massive, itch, crypto)


def identify(name: str, head: bytes) -> Importer:
    """The one importer that recognizes a file so named, whose uncompressed content begins with `head` (see `base.head_of`).

    Raises Problem when the file is empty, when none recognizes it (saying what was looked for), and when several do.
    """
    if not head:
        raise Problem("the file is empty", where=name, do="export it again and import it")
    found = [importer for importer in IMPORTERS if importer.recognizes(name, head)]
    if not found:
        sought = "; ".join(f"{importer.name}: {importer.looks_for}" for importer in IMPORTERS)
        raise Problem("no importer knows this file", where=name, do=f"bring it into one of these forms: {sought}")
    if len(found) > 1:
        several = ", ".join(importer.name for importer in found)
        raise Problem(f"several importers know this file: {several}", where=name, do="report it; a file must have one reading")
    return found[0]
