"""The yearly refresh of due diligence, from what changed to what senior managers acknowledged."""
