"""Datasette application: the database read-only, with descriptions, canned queries and charts."""
