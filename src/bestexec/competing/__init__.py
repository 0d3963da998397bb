"""Competing markets: what every market center's published Rule 605 report would say of the firm's own mix of orders."""

from bestexec.competing.headline import HEADLINE, first
from bestexec.competing.reweighting import CAVEATS, COMPETING, EVERY_CENTER, reweighted

__all__ = ("CAVEATS", "COMPETING", "EVERY_CENTER", "HEADLINE", "first", "reweighted")
