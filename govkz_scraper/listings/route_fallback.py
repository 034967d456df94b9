"""Which routes a crawl may still use: a refusal closes one for its publisher, three refusals for all."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import timedelta

ROUTES = ("auto", "rss", "api", "graphql", "pages")
# The API gives a hundred full texts per request and reaches the whole archive. A feed is one request too, but
# holds only the newest items; rendered pages need a browser and one request per item.
AUTO = ("api", "rss", "pages")
_SILENT_PUBLISHERS = 8  # in a row without any response: the site is down, or has shut us out
_REFUSED_PUBLISHERS = 3  # and none answered: the site refuses the crawl, not the publisher
REMEMBER = timedelta(days=7)  # how long a refused route is tried last


@dataclass
class RouteBreaker:
    """The routes of one crawl, and what the site said to each."""

    _refused: dict[str, set[str]] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _silent: set[str] = field(default_factory=set)

    def record_refusal(self, route: str, slug: str) -> bool:
        """Record a refusal; return True if it closes the route for the whole crawl."""
        self.record_response()
        slugs = self._refused.setdefault(route, set())
        before = self._is_closed(route)
        slugs.add(slug)
        return self._is_closed(route) and not before

    def record_response(self) -> None:
        """Record that the site responded, whatever the status."""
        self._silent.clear()

    def record_success(self, route: str) -> None:
        """Record a usable response: later refusals concern single publishers."""
        self.record_response()
        self._answered.add(route)

    def record_silence(self, slug: str) -> bool:
        """Record that a publisher got no response; return True if the site should be left alone."""
        self._silent.add(slug)
        return len(self._silent) >= _SILENT_PUBLISHERS

    def is_open(self, route: str, slug: str) -> bool:
        """Return whether the route may be requested for this publisher."""
        return not self._is_closed(route) and slug not in self._refused.get(route, ())

    def _is_closed(self, route: str) -> bool:
        return route not in self._answered and len(self._refused.get(route, ())) >= _REFUSED_PUBLISHERS


def route_order(route: str, refused: Container[str]) -> tuple[str, ...]:
    """Return the routes to try for a listing, in order: the one named, or the best first.

    Those ``refused`` within a week come last. A route that failed is requested again at once.

    >>> route_order("auto", {"api"})
    ('rss', 'pages', 'api')
    """
    return tuple(sorted(AUTO, key=lambda one: one in refused)) if route == "auto" else (route,)
