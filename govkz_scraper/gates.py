"""Which routes are open: a refusal closes one for its source, three sources refused close it for all."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import timedelta

ROUTES = ("auto", "rss", "api", "graphql", "pages")
# The listing API is one request for a hundred full texts and the only cheap way to a whole archive; a feed is
# one request too, but holds only the newest items; pages need a browser and a request for each item.
AUTO = ("api", "rss", "pages")
_DEAF = 8  # sources in a row that got no answer at all: the site is down, or has shut us out
_FIRST = 3  # sources refused, and none answered: the site means the crawl, not the source
REMEMBER = timedelta(days=7)  # how long a route that was refused is tried last


@dataclass
class Gates:
    """The routes of one crawl. Mutable: it remembers what the site said."""

    _refused: dict[str, set[str]] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _silent: set[str] = field(default_factory=set)

    def refused(self, route: str, slug: str) -> bool:
        """Take in a refusal; True when it closes the route for the whole crawl."""
        self.heard()
        slugs = self._refused.setdefault(route, set())
        before = self._shut(route)
        slugs.add(slug)
        return self._shut(route) and not before

    def heard(self) -> None:
        """Take in that the site answered at all, well or badly."""
        self._silent.clear()

    def answered(self, route: str) -> None:
        """Take in that a route gave an answer: later refusals mean single sources."""
        self.heard()
        self._answered.add(route)

    def silent(self, slug: str) -> bool:
        """Take in that a source got no answer; True when it is time to leave the site alone."""
        self._silent.add(slug)
        return len(self._silent) >= _DEAF

    def open(self, route: str, slug: str) -> bool:
        """Tell whether the route may be asked for this source."""
        return not self._shut(route) and slug not in self._refused.get(route, ())

    def _shut(self, route: str) -> bool:
        return route not in self._answered and len(self._refused.get(route, ())) >= _FIRST


def route_order(route: str, refused: Container[str]) -> tuple[str, ...]:
    """Give the routes to try for a listing, in order: the one named, or the best first.

    Those ``refused`` to it within a week come last, so what worked instead is asked first. After a week the
    site may have changed its mind. A route that failed is asked again at once: it may have got well.

    >>> route_order("auto", {"api"})
    ('rss', 'pages', 'api')
    """
    return tuple(sorted(AUTO, key=lambda one: one in refused)) if route == "auto" else (route,)
