"""Which routes are open: a refusal closes one for its source, three sources refused close it for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipelines.store.coverage import Covered

ROUTES = ("auto", "rss", "api", "graphql", "pages")
# The listing API is one request for a hundred full texts and the only cheap way to a whole archive; a feed is
# one request too, but holds only the newest items; pages need a browser and a request for each item.
AUTO = ("api", "rss", "pages")
_FIRST = 3  # sources refused, and none answered: the site means the crawl, not the source
_REMEMBER = timedelta(days=7)  # how long a route that worked is tried before one that is better


@dataclass
class Gates:
    """The routes of one crawl. Mutable: it remembers what the site said."""

    _refused: dict[str, set[str]] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)

    def refused(self, route: str, slug: str) -> bool:
        """Take in a refusal; True when it closes the route for the whole crawl."""
        slugs = self._refused.setdefault(route, set())
        before = self._shut(route)
        slugs.add(slug)
        return self._shut(route) and not before

    def answered(self, route: str) -> None:
        """Take in that a route gave an answer: later refusals mean single sources."""
        self._answered.add(route)

    def open(self, route: str, slug: str) -> bool:
        """Tell whether the route may be asked for this source."""
        return not self._shut(route) and slug not in self._refused.get(route, ())

    def _shut(self, route: str) -> bool:
        return route not in self._answered and len(self._refused.get(route, ())) >= _FIRST


def route_order(route: str, known: Sequence[Covered], now: datetime) -> tuple[str, ...]:
    """Give the routes to try for a listing, in order: the one named, or what worked lately and the others.

    ``known`` is what the database has of the listing, the route used last first. After a week the better
    routes are asked again, because a site that said no may have changed its mind.
    """
    if route != "auto":
        return (route,)
    for covered in known:
        if covered.route in AUTO and now - _instant(covered.updated_at) < _REMEMBER:
            return (covered.route, *(other for other in AUTO if other != covered.route))
    return AUTO


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
