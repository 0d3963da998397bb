"""The sample firm on the desk, at a chosen stage."""
