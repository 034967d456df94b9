"""What the spiders share: reporting, error recovery."""
