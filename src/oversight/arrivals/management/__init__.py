"""The commands of the app arrivals."""
