"""Which sightings are one story: pure functions from texts to decisions."""
