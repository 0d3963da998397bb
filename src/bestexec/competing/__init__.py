"""Competing markets: what every market center's published Rule 605 report would say of the firm's own mix of orders."""

from bestexec.competing.reweighting import COMPETING, EVERY_CENTER, reweighted

__all__ = ("COMPETING", "EVERY_CENTER", "reweighted")
