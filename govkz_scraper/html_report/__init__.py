"""HTML report: one self-contained page of charts, without scripts or network access."""
