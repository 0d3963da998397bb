"""A sealed run arrives: it is received, then held against every promise."""
