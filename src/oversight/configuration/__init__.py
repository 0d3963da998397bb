"""The router's configuration: statement, flow profile and settings, each version dated and decided by two."""
