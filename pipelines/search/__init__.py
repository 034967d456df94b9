"""Full-text search: parse a query, rank the stories, cut snippets."""
