"""Decide which sightings are one story, against the rows that are stored."""

from pipelines.sqlite.resolution.add_sighting import Added, Outcome, add_item
from pipelines.sqlite.resolution.candidate_index import FLUSH_INTERVAL, flush_recent, rebuild_index
from pipelines.sqlite.resolution.manual_corrections import join, split
from pipelines.sqlite.resolution.reprocess import Normalise, Recleaned, reclean

__all__ = [
    "FLUSH_INTERVAL",
    "Added",
    "Normalise",
    "Outcome",
    "Recleaned",
    "add_item",
    "flush_recent",
    "join",
    "rebuild_index",
    "reclean",
    "split",
]
