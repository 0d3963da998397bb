"""Files in, canonical rows out: one module a format, on one protocol."""
