"""What templates can say of evidence."""
