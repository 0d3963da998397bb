"""The best-execution committee's reviews: agenda, papers, votes, minutes, signatures, actions."""
