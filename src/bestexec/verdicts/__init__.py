"""Is the difference real? Judgements of measured fills, each with its interval, its count and its reason."""
