"""Due diligence on vendors: questions, answers, their test, approval."""
