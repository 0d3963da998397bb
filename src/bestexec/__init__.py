"""Measures execution quality: files in, files out."""
