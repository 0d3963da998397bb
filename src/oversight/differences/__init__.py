"""Material differences: each ends in exactly one of modify or justify, on a clock of its own."""
