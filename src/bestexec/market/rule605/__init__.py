"""Files of Rule 605, old and amended: each field with its form and meaning, and each rule that a line must keep."""

from __future__ import annotations

from bestexec.market.rule605.base import FiledField, FiledLayout, LineRule
from bestexec.market.rule605.detail import DETAIL
from bestexec.market.rule605.legacy import LEGACY
from bestexec.market.rule605.rules import rules_of
from bestexec.market.rule605.summary import SUMMARY

__all__ = ["DETAIL", "LAYOUTS", "LEGACY", "SUMMARY", "FiledField", "FiledLayout", "LineRule", "rules_of"]

LAYOUTS = (LEGACY, DETAIL, SUMMARY)
