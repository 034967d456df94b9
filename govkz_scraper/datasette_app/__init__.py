"""The browsing site: Datasette on the file, read-only, with titles, explanations, searches and charts."""
