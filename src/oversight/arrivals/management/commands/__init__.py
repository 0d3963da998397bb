"""Commands of the app arrivals."""
