"""Written supervisory procedures: sections, what performs them and what proves it."""
