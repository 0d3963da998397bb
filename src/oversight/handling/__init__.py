"""The order-handling log: overrides, outages, failovers, error-account trades."""
