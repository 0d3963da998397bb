"""Sealed runs arrive here; each finding is triaged, each day signed."""
