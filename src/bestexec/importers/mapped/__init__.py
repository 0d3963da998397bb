"""Any delimited file, by a mapping that a person confirmed once and that is kept as data."""
