"""People, their roles, and the review of who may do what."""
