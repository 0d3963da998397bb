"""Governs how well orders were executed: people, decisions, deadlines, proof."""
