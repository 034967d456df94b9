"""The jobs of a crawl: which listing, by which route, which page next, and when it is enough."""
