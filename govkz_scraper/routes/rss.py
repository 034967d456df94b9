"""The feed of a publisher: one small response with its newest items, RSS 0.9x, 1.0, 2.0 or Atom.

Feeds are often not well-formed. They are decoded and repaired as text, then parsed by a recovering parser.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from urllib.parse import urljoin

from lxml import etree

from govkz_scraper.routes.api_items import listing_url, rest_of, whole_letters
from govkz_scraper.routes.responses import (
    ITEM_PATH,
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
from pipelines.urls import SITE, canonical_url, parse_address

PAGING = Paging(single_page=True)
# A feed that declares entities can grow without bound when they are expanded; honest feeds declare none.
_DECLARES_ENTITIES = re.compile(r"<!\s*(?:ENTITY|DOCTYPE[^<>\[]*\[)", re.IGNORECASE)
_FEED_START = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:\?xml|(?:\w+:)?(?:rss|feed|rdf)\b)",
    re.IGNORECASE | re.DOTALL,
)
# Caches sign what they serve, one comment each, after the end.
_FEED_END = re.compile(
    rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--(?:(?!-->).)*-->\s*)*$", re.IGNORECASE | re.DOTALL
)
# An excerpt ends with dots, with the words of a link to the rest, or with both.
_READ_ON = r"(?:читать|читайте)\s+(?:далее|полностью)|подробнее|толығырақ|read\s+more|continue\s+reading"
_CUT = re.compile(rf"(?:(?:…|\.\.\.|\[…\]|\[\.\.\.\])|(?<!\w)(?:{_READ_ON})[\s.…»>→]*)\s*$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_END = 2000  # characters of HTML in which such an end is looked for
_DECLARED_ENCODING = re.compile(rb"""^<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z][\w.-]{1,30})["']""")
_WIDE = re.compile(r"""^(\s*<\?xml[^>]{0,100}?encoding\s*=\s*["'])[\w.-]{1,30}""")
_CODEC_ALIASES = re.compile(r"(?:cp|win|windows)[-_]?(125\d)", re.IGNORECASE)  # labels unknown to Python
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML 1.0
_REFERENCE = re.compile(  # an unclosed section runs to the end: trying each start again would be quadratic
    r"(?P<kept><!\[CDATA\[(?:.*?\]\]>|.*\Z)|<!--(?:.*?-->|.*\Z))"
    r"|&(?:#x(?P<hex>[0-9a-f]{1,99});|#(?P<decimal>\d{1,99});|(?P<name>[a-z][a-z0-9]{1,31});)?",
    re.IGNORECASE | re.DOTALL,
)
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIXES = {  # of the namespaces whose elements are read; those of media and podcasts have titles, too
    "": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
}
_PUBLISHED = ("pubDate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created")
_DATES = (*_PUBLISHED, "updated", "modified", "created", "dcterms:modified")
_MRSS = "http://search.yahoo.com/mrss/:"
_MEDIA = frozenset(("enclosure", f"{_MRSS}content", f"{_MRSS}thumbnail", "media:content", "media:thumbnail"))
_LIMITS = frozenset({"ERR_INTERNAL_ERROR", "ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"})  # what libxml2 gave up on
_XMLNS = re.compile(r"""\sxmlns(?::\w+)?="[^"<>]*\"""")
_ITEM = re.compile(rf"{ITEM_PATH}(\d{{1,12}})(?!\d)")  # on any host, or none


def build_request(slug: str, lang: str, page: int = PAGING.first_page, *, size: int = 0) -> RouteRequest:
    """Build the request for the feed, which has one page of the site's size."""
    wanted = to_site_code(lang)
    headers = {"Accept": "application/rss+xml, text/xml", "Accept-Language": wanted}
    return RouteRequest(f"/api/v1/public/rss/{slug}/news/{wanted}", headers=headers)


def parse_body(body: bytes, *, slug: str, lang: str, page: int = PAGING.first_page) -> Listing:
    """Parse a feed.

    Raises UnexpectedResponse for anything else, or for a feed that declares entities; AccessDenied for a
    refusal in JSON.
    """
    body = _utf16_to_utf8(body)
    if body.lstrip()[:1] in (b"{", b'"'):  # as the site's API answers
        raise no_listing(load_json(body), "not a feed")
    if not _FEED_START.match(body[:4000]):
        raise UnexpectedResponse(f"not a feed: {evidence(body)}")
    if not _FEED_END.search(body[-1000:]):
        raise UnexpectedResponse(f"the feed breaks off after {len(body)} bytes: {evidence(body[-120:])}")
    text = _decode(body)
    if _DECLARES_ENTITIES.search(text):  # in the text: bytes of another encoding would hide it
        raise UnexpectedResponse(f"a feed that declares entities is not read: {evidence(body)}")
    root, error = _parse_xml(text)
    if root is None or _name(root).rpartition(":")[2].lower() not in ("rss", "rdf", "feed"):
        raise UnexpectedResponse(f"not a feed: {evidence(body)}")
    page_url = listing_url(build_request(slug, lang).path)
    stories: list[RawStory] = []
    problems: list[Problem] = []
    for position, entry in enumerate(_entries(root), 1):
        story = _parse_entry(entry, slug, lang, page_url, position)
        if story is None:
            problems.append(
                Problem("broken-item", f"{slug} {lang}, item {position}: no title and no URL", "item")
            )
        else:
            stories.append(story)
    if not stories and (error or problems):
        raise UnexpectedResponse(f"a broken feed: {error or problems[0].detail}"[:200])
    return Listing(stories, problems, more=False)


def _utf16_to_utf8(body: bytes) -> bytes:
    """Convert a feed that begins with the byte order mark of UTF-16, as XML parsers must."""
    if not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body
    try:
        text = body.decode("utf-16")
    except UnicodeDecodeError:
        raise UnexpectedResponse(f"not in the encoding that it declares (UTF-16): {evidence(body)}") from None
    return _WIDE.sub(r"\1UTF-8", text, count=1).encode("utf-8", "replace")


def _decode(body: bytes) -> str:
    """Decode a feed by its declaration and remove the declaration; raises UnexpectedResponse."""
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED_ENCODING.match(body)
    codec = _CODEC_ALIASES.sub(r"cp\1", declared[1].decode()) if declared else "utf-8"
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


def _parse_xml(text: str) -> tuple[etree._Element | None, str]:
    """Parse a feed and return its root and the first error; raises UnexpectedResponse for oversized parts."""
    text = _REFERENCE.sub(_escape_reference, _ILLEGAL.sub("\ufffd", text))
    parser = etree.XMLParser(
        recover=True,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        return None, str(error)
    for entry in parser.error_log:
        if entry.type_name in _LIMITS:  # the parser stopped there: the rest would be lost silently
            raise UnexpectedResponse(f"a broken feed: {entry.message}"[:200])
    return root, next((entry.message for entry in parser.error_log), "")


def _escape_reference(match: re.Match[str]) -> str:
    """Keep a valid reference, convert one of HTML, and escape an ampersand that begins none.

    >>> [_REFERENCE.sub(_escape_reference, text) for text in ("R&D &amp; &laquo;", "?a=1&lang=ru", "&#0;")]
    ['R&amp;D &amp; «', '?a=1&amp;lang=ru', '\ufffd']
    """
    if match["kept"]:
        return match[0]
    if digits := match["hex"] or match["decimal"]:
        code = int(digits, 16 if match["hex"] else 10)
        legal = code < 0x110000 and not 0xD800 <= code < 0xE000 and not _ILLEGAL.match(chr(code))
        return match[0] if legal else "\ufffd"
    if match["name"] in _XML_NAMES:
        return match[0]
    return html5.get(f"{match['name']};") or match[0].replace("&", "&amp;", 1)


def _entries(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter(etree.Element):
        if _name(element) in ("item", "entry"):
            yield element


def _name(element: etree._Element) -> str:
    """Return the name of an element with the usual prefix of its namespace, or an unknown namespace."""
    tag = str(element.tag)
    if not tag.startswith("{"):
        return tag  # with its prefix, where the feed forgot to declare it
    namespace, _, local = tag[1:].partition("}")
    return f"{_PREFIXES.get(namespace, namespace + ':')}{local}"


def _parse_entry(
    entry: etree._Element, slug: str, lang: str, page_url: str, position: int
) -> RawStory | None:
    fields: dict[str, str] = {}  # the first of each name that holds anything
    links: list[str] = []
    categories: list[dict[str, str | None]] = []
    files: list[dict[str, str | None]] = []
    for element in entry.iterchildren(etree.Element):
        name, value = _name(element), _content(element)
        if name == "link" and element.get("href"):
            best = element.get("rel", "alternate") == "alternate"
            links.insert(0 if best else len(links), element.get("href", "").strip())
        elif name == "category" and (value or element.get("term")):
            categories.append({"title": element.get("label") or value or element.get("term")})
        elif value:
            fields.setdefault(name, value)
        if name in _MEDIA and element.get("url"):
            files.append({"url": element.get("url"), "type": element.get("type")})
        elif name == "link" and element.get("rel") == "enclosure":
            files.append({"url": element.get("href"), "type": element.get("type")})
    guid = next((element for element in entry.iterchildren(etree.Element) if _name(element) == "guid"), None)
    identifier = fields.get("guid") or fields.get("id") or fields.get("dc:identifier")
    link = fields.get("link") or next(filter(None, links), None)
    if link is None and guid is not None and guid.get("isPermaLink") != "false":
        link = _web_url(fields.get("guid"))
    news_id = _news_id(link) or _news_id(identifier)
    title = fields.get("title") or fields.get("dc:title")
    summary = fields.get("description") or fields.get("summary") or fields.get("dc:description")
    content = fields.get("content:encoded") or fields.get("content")
    if not (title or link or content or summary):
        return None
    body = content if content and len(content) >= len(summary or "") else summary
    url = canonical_url(slug, news_id, lang) if news_id else _web_url(link)
    date = next((fields[name] for name in _DATES if name in fields), None)
    return RawStory(
        url=url,
        entity=slug,
        news_id=news_id,
        lang=lang,
        title=title,
        body_html=body,
        date=date,
        section=None,
        page_url=page_url,
        position=position,
        rest=_rest(fields, (url, title, body, date), categories, files),
        complete=bool(body and not _is_cut(body) and (content or len(body) > 400)),
    )


def _rest(
    fields: Mapping[str, str],
    used: tuple[str | None, ...],
    categories: list[dict[str, str | None]],
    files: list[dict[str, str | None]],
) -> str | None:
    """Return as JSON what an entry holds besides the fields of a story; None: nothing."""
    besides = {name: value for name, value in fields.items() if value not in used}
    return rest_of({**besides, "categories": categories, "enclosures": files})


def _content(element: etree._Element) -> str:
    """Return the text of an element, or its markup if it holds elements in place of escaped HTML."""
    if len(element) == 0:
        return whole_letters((element.text or "").strip())
    if element.get("type") == "xhtml" and len(element) == 1 and not (element.text or "").strip():
        element = element[0]  # the wrapper that Atom prescribes
    inner = [html.escape(element.text or "", quote=False)]
    for child in element:
        for part in child.iter(etree.Element):
            part.tag = etree.QName(part).localname
        # As XML: as HTML an unclosed <br> would lose what the recovering parser left inside it.
        inner.append(_XMLNS.sub("", etree.tostring(child, encoding="unicode")))
    return whole_letters("".join(inner).strip())


def _is_cut(body: str) -> bool:
    """Return whether a text ends as excerpts do.

    >>> _is_cut("<p>Акимат сообщает&hellip; <a href='/more'>Читать далее &raquo;</a></p>")
    True
    """
    return bool(_CUT.search(html.unescape(_TAG.sub(" ", body[-_END:])).strip()))


def _web_url(link: str | None) -> str | None:
    # No story has a javascript: or file: URL, and stored URLs must be safe to click.
    if link and link.startswith("/"):
        link = urljoin(SITE, link)
    return link if link and link.lower().startswith(("https://", "http://")) else None


def _news_id(address: str | None) -> int | None:
    item = parse_address(address)
    if item:
        return item.news_id
    address = (address or "").strip()
    match = _ITEM.search(address)
    number = match[1] if match else address  # a guid may be the bare id
    return int(number) if number.isascii() and number.isdigit() and len(number) < 13 else None
