"""One run: start it, report on it, judge it, publish its figures."""
