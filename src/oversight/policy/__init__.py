"""The firm's limits: proposed by one, approved by another, published to the workspace in one step."""
