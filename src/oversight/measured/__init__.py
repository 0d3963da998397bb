"""Figures over the sealed runs in force: by scope and dimension, each with its count and its rows."""
