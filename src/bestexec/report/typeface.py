"""The one typeface of document and charts, from a pinned package, so that no font of the machine takes part."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

NAME = "Open Sans"
CODE_NAME = "DejaVu Sans Mono"
"""Carried by Typst itself."""


def folder() -> Path:
    """The folder of the font files of the package `ttf-opensans` (Apache-2.0)."""
    return Path(str(files("ttf_opensans") / "ttf"))
