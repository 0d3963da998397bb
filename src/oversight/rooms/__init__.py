"""The room of a case, shared with that vendor alone: hypotheses, orders, conclusions."""
