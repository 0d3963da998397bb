"""Commands of the app harm."""
