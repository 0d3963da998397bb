"""Filed bytes by their hash; nothing is ever replaced."""
