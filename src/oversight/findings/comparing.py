"""What differs between two runs' manifests, in words: why a finding may have gone or come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHOWN = 5
"""File names that are said before the rest are counted."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What `after` was made of that `before` was not: files added or gone, policy, definitions, code, what was asked."""
    was, is_ = before["inputs"], after["inputs"]
    words = [_files("added", is_, set(is_) - set(was)), _files("no longer used", was, set(was) - set(is_)), _policy(before["policy"], after["policy"])]
    words += [f"the definitions of the {name} changed" for name in ("metrics", "checks") if before["definitions"][name] != after["definitions"][name]]
    words.append(_code(before["code"], after["code"]))
    if before["asked"] != after["asked"]:
        words.append("other days or another as-of rule were asked for")
    return "; ".join(word for word in words if word) or "the same files, policy, definitions and code"


def _files(what: str, inputs: Mapping[str, Any], ids: set[str]) -> str:
    names = sorted({file["name"] for id_ in ids for file in inputs[id_]["files"]})
    if not names:
        return ""
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{what}: {', '.join(names[:SHOWN])}{rest}"


def _policy(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if before == after:
        return ""
    if before["version"] == after["version"]:
        return f"the text of policy {after['version']} changed"
    return f"policy {before['version']} → {after['version']}"


def _code(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if before["version"] != after["version"]:
        return f"program {before['version']} → {after['version']}"
    if before["source"] != after["source"]:
        return f"the program's code changed within version {after['version']}"
    return "the packages that the program runs with changed" if before["constraints"] != after["constraints"] else ""
