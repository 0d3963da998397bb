"""What templates can say of harm."""
