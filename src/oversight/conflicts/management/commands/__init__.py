"""Commands of the app findings."""
