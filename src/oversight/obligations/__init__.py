"""What the firm owes, and when: its profile and its recurring duties."""
