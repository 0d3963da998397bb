"""What people are told: in the desk, by mail, in a digest."""
