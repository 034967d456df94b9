"""What a press story is, and how it becomes a row of the database."""
