"""What templates can say of procedures."""
