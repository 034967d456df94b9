"""The page of charts: numbers in, one self-contained HTML page out, without scripts or network."""
