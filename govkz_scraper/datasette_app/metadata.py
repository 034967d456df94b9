"""Datasette metadata: descriptions from the data dictionary, facets, canned queries."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode

from govkz_scraper.datasette_app.canned_queries import QUERIES
from pipelines.sqlite.data_dictionary import written_down

_FACETS: dict[str, list[str]] = {
    "stories": ["lang", "entity"],
    "stories_with_publisher": ["lang", "region", "publisher_kind"],
    "sightings": ["matched_by", "site"],
    "repairs": ["rule", "field"],
    "repairs_explained": ["rule", "field"],
    "problems": ["kind", "field"],
    "problems_explained": ["kind", "field"],
    "joins_explained": ["matched_by", "site"],
    "sources": ["kind", "region"],
    "source_coverage": ["region"],
    "dictionary": ["kind", "part_of"],
    "crawls": ["spider", "outcome"],
}
_SORTED = {"stories": "id", "stories_by_day": "published", "stories_by_source": "stories", "crawls": "id"}
_CHART = "#g.mark=bar&g.x_column=published&g.x_type=temporal&g.y_column=stories&g.y_type=quantitative"


def metadata(database: str) -> dict[str, Any]:
    """Return the Datasette metadata of ``database``, the file name without its suffix."""
    descriptions = written_down()
    tables = {
        name: _table(name, columns)
        for kind in ("table", "view")
        for name, columns in descriptions[kind].items()
    }
    tables["stories"] |= {"fts_table": "stories_fts", "fts_pk": "id", "label_column": "title"}
    tables["sources"]["label_column"] = "slug"
    for name in descriptions["internal"]["tables"]:
        tables[name] = {"hidden": True, "description": descriptions["internal"]["tables"][name]}
    return {
        "title": "Press stories of Kazakhstan's akimats",
        "description_html": _start_links(database),
        "extra_css_urls": ["/site/site.css"],
        "source": "gov.kz",
        "source_url": "https://www.gov.kz/",
        "databases": {
            database: {
                "description_html": _start_links(database),
                "tables": tables,
                "queries": {name: dict(query) for name, query in QUERIES.items()},
            }
        },
    }


def _table(name: str, columns: dict[str, str]) -> dict[str, Any]:
    about: dict[str, Any] = {
        "description": columns[""].replace("`", ""),  # Datasette shows descriptions as they are
        "columns": {column: text.replace("`", "") for column, text in columns.items() if column},
    }
    if name in _FACETS:
        about["facets"] = _FACETS[name]
    if name in _SORTED:
        about["sort_desc"] = _SORTED[name]
    return about


def _start_links(database: str) -> str:
    """Return the links of the start page, as HTML; it contains no stored text."""
    base = "/" + tilde_encode(database)
    return (
        f'<p><a href="{base}/stories">Stories</a> · <a href="{base}/search">Search</a> · '
        f'<a href="{base}/stories_per_day{_CHART}">Chart: stories per day</a> · '
        f'<a href="{base}/source_coverage">Publishers</a> · '
        f'<a href="{base}/dictionary">What the columns mean</a></p>'
    )
