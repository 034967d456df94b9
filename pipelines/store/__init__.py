"""The SQLite file: schema, writing, searching."""
