"""Commands of the app packs."""
