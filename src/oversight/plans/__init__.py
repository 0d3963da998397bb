"""Corrective plans of vendors: items with their proof, re-test and success metric."""
