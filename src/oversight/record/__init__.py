"""Who did what, when, from what to what: append-only, chained by hash, under everything else."""
