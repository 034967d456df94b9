"""Decide which sightings are one story, against the rows that are stored."""
