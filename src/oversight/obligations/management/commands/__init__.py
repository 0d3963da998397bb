"""Commands of the app obligations."""
