"""What was promised, and what the data says of it: the ledger."""
