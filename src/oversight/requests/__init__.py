"""Regulators' requests: items, evidence as known then and now, productions and their log."""
