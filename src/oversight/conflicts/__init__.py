"""Conflicts of interest with their mitigation, and the ledger of payments."""
