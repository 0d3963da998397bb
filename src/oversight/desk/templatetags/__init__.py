"""Filters of the order inspector."""
