"""Journeys: people at their own browsers, on one desk of the sample firm."""
