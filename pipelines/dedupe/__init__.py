"""Decide which sightings are one story: pure functions from texts to decisions.

Candidates are found by ``fingerprint_of``, a pair is verified by ``compare``, ``cluster`` turns the matches
of a component into stories, and ``canonical_story`` chooses what each story shows.
"""

from pipelines.dedupe.canonical import CanonicalStory, canonical_story
from pipelines.dedupe.clustering import DAYS_APART, Correction, Group, Sighting, cluster
from pipelines.dedupe.fingerprints import Fingerprint, fingerprint_of, plainly_different
from pipelines.dedupe.texts import Text, text_of
from pipelines.dedupe.verification import Match, Verdict, compare

__all__ = [
    "DAYS_APART",
    "CanonicalStory",
    "Correction",
    "Fingerprint",
    "Group",
    "Match",
    "Sighting",
    "Text",
    "Verdict",
    "canonical_story",
    "cluster",
    "compare",
    "fingerprint_of",
    "plainly_different",
    "text_of",
]
