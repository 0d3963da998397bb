"""The same queries and actions for programs, as JSON."""
