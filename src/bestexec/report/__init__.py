"""A pack is a tuple of blocks; each renderer draws every kind of block."""
