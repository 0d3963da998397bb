"""What customers lost: every affected order of a look-back, the credits and the decision on reporting."""
