"""The feed of a publisher: one small answer with its newest items, read by a real feed parser."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

from govkz_scraper.routes.api_items import listing_url, whole_letters
from govkz_scraper.routes.responses import (
    Listing,
    Paging,
    RouteRequest,
    UnexpectedResponse,
    evidence,
    load_json,
    no_listing,
)
from pipelines.items import Problem, RawStory
from pipelines.language.codes import to_site_code
from pipelines.urls import canonical_url, parse_address

PAGING = Paging(single_page=True)
# A feed that declares entities can grow without bound when they are expanded; honest feeds declare none.
_DECLARES = re.compile(r"<!\s*(?:ENTITY|DOCTYPE[^<>\[]*\[)", re.IGNORECASE)
_XML = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|rss|feed|rdf)", re.IGNORECASE)
# Caches sign what they serve, one comment each, behind the end.
_ENDS = re.compile(
    rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.IGNORECASE | re.DOTALL
)
# An excerpt ends with dots, with the words of a link to the rest, or with both.
_READ_ON = r"(?:читать|читайте)\s+(?:далее|полностью)|подробнее|толығырақ|read\s+more|continue\s+reading"
_CUT = re.compile(rf"(?:(?:…|\.\.\.|\[…\]|\[\.\.\.\])|(?<!\w)(?:{_READ_ON})[\s.…»>→]*)\s*$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_END = 2000  # letters of HTML in which an end is looked for
_DECLARED = re.compile(rb"""^<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z][\w.-]{1,30})["']""")
_WIDE = re.compile(r"""^(\s*<\?xml[^>]{0,100}?encoding\s*=\s*["'])[\w.-]{1,30}""")
# feedparser takes letters between U+0080 and U+00FF for its own to repair, silently; they travel in disguise.
_DISGUISE = {code: 0xF0000 + code for code in range(0x80, 0x100)}
_REVEAL = {disguised: code for code, disguised in _DISGUISE.items()}
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,99})|(\d{1,99}));", re.IGNORECASE)
_ITEM = re.compile(r"/press/news/details/(\d{1,12})(?!\d)")  # on any host, or none


def build_request(slug: str, lang: str, page: int = PAGING.first_page, *, size: int = 0) -> RouteRequest:
    """Build the request for the feed, which has one page of the site's size."""
    wanted = to_site_code(lang)
    headers = {"Accept": "application/rss+xml, text/xml", "Accept-Language": wanted}
    return RouteRequest(f"/api/v1/public/rss/{slug}/news/{wanted}", headers=headers)


def parse_body(body: bytes, *, slug: str, lang: str, page: int = PAGING.first_page) -> Listing:
    """Read RSS 2.0 or Atom.

    Raises NotUnderstood for what is no feed, or one that declares entities; NotAllowed for the site's words
    in place of one.
    """
    import feedparser  # here: it takes a tenth of a second to load

    body = _without_wide_letters(body)
    if body.lstrip()[:1] in (b"{", b'"'):  # what the site answers in place of one, as its API does
        raise no_listing(load_json(body), "not a feed")
    if not _XML.match(body):
        raise UnexpectedResponse(f"not a feed: {evidence(body)}")
    if not _ENDS.search(body[-1000:]):
        raise UnexpectedResponse(f"the feed breaks off after {len(body)} bytes: {evidence(body[-120:])}")
    text = _decoded(body)
    if _DECLARES.search(text):  # in the text: bytes of another encoding would hide it
        raise UnexpectedResponse(f"a feed that declares entities is not read: {evidence(body)}")
    text = _REFERENCE.sub(_sound, text).translate(_DISGUISE)
    # No sanitising and no resolving: what was received is stored, and cleaning is our own work.
    feed = feedparser.parse(BytesIO(text.encode()), sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise UnexpectedResponse(f"not a feed: {evidence(body)}")
    page_url = listing_url(build_request(slug, lang).path)
    stories: list[RawStory] = []
    problems: list[Problem] = []
    for position, entry in enumerate(feed.entries, 1):
        story = _story(entry, slug, lang, page_url, position)
        if story is None:
            problems.append(
                Problem("broken-item", f"{slug} {lang}, item {position}: no title and no address", "item")
            )
        else:
            stories.append(story)
    if not stories and (feed.bozo or feed.entries):
        raise UnexpectedResponse(
            f"a broken feed: {feed.bozo_exception if feed.bozo else problems[0].detail}"[:200]
        )
    return Listing(stories, problems, more=False)


def _without_wide_letters(body: bytes) -> bytes:
    """Give a feed in UTF-16 in UTF-8: with its mark at the beginning every reader of XML must know it."""
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body
    try:
        text = body.decode("utf-16")
    except UnicodeDecodeError:
        raise UnexpectedResponse(f"not in the encoding that it declares (UTF-16): {evidence(body)}") from None
    return _WIDE.sub(r"\1UTF-8", text, count=1).encode("utf-8", "replace")


def _decoded(body: bytes) -> str:
    """Decode a feed by its own declaration, and declare nothing any more; raises NotUnderstood."""
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(body)
    codec = declared[1].decode() if declared else "utf-8"
    # A declaration is often out of date, and no text in a single-byte encoding is valid UTF-8 by chance.
    for name in (codec,) if body.isascii() else ("utf-8", codec):
        try:
            text = body.decode(name)
            break
        except (LookupError, UnicodeError):
            continue
    else:
        raise UnexpectedResponse(f"not in the encoding that it declares ({codec}): {evidence(body)}")
    return re.sub(r"^<\?xml[^>]{0,200}\?>", "", text)


def _sound(reference: re.Match[str]) -> str:
    """Keep a reference to a character; one that XML forbids, over which feedparser stumbles, is U+FFFD."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    allowed = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return reference[0] if allowed else "\ufffd"


def _story(entry: Any, slug: str, lang: str, page_url: str, position: int) -> RawStory | None:  # noqa: ANN401 - feedparser has no types
    link = _given(entry.get("link")) or next(
        (_given(e.get("href")) for e in entry.get("links", []) if e.get("href")), None
    )
    news_id = _news_id(link) or _news_id(_given(entry.get("id")))
    title, summary = _given(entry.get("title")), _given(entry.get("summary"))
    content = next((_given(c.get("value")) for c in entry.get("content", []) if c.get("value")), None)
    if not (title or link or content or summary):
        return None
    # feedparser puts content:encoded into the summary of an item that has no description.
    body = content if content and len(content) >= len(summary or "") else summary
    return RawStory(
        url=canonical_url(slug, news_id, lang) if news_id else _web(link),
        entity=slug,
        news_id=news_id,
        lang=lang,
        title=title,
        body_html=body,
        date=_given(entry.get("published") or entry.get("updated") or entry.get("created")),
        section=None,
        page_url=page_url,
        position=position,
        complete=bool(body and not _is_cut(body) and (content or len(body) > 400)),
    )


def _is_cut(body: str) -> bool:
    """Tell whether a text ends as excerpts do.

    >>> _is_cut("<p>Акимат сообщает&hellip; <a href='/more'>Читать далее &raquo;</a></p>")
    True
    """
    return bool(_CUT.search(html.unescape(_TAG.sub(" ", body[-_END:])).strip()))


def _given(value: str | None) -> str | None:
    """Give a value as the feed printed it; None for an empty one."""
    return whole_letters(value.translate(_REVEAL)) if value else None


def _web(link: str | None) -> str | None:
    # Nobody's story lies at javascript: or file:, and who clicks on a stored address should be safe.
    return link if link and link.lower().startswith(("https://", "http://")) else None


def _news_id(address: str | None) -> int | None:
    item = parse_address(address)
    if item:
        return item.news_id
    address = (address or "").strip()
    match = _ITEM.search(address)
    number = match[1] if match else address  # a guid may be the bare id
    return int(number) if number.isascii() and number.isdigit() and len(number) < 13 else None


ask = build_request  # former names, until every caller uses the new ones
read = parse_body
