"""Agreements with vendors: clauses as arithmetic, possible breaches, cure clocks, credits."""
