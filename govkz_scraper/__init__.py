"""Reach the press feeds of Kazakhstan's akimats, politely, and run the crawls."""

__version__ = "0.1.0"
