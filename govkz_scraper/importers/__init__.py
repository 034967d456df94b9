"""Files already at hand: what they are, what they hold, and cleaning them in several processes."""
