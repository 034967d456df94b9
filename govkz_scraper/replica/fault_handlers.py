"""Fault handlers of the replica: one function per act, which spoils or replaces the good response."""

from __future__ import annotations

import json
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from govkz_scraper.replica.faults import Act, Fault, retry_after_date
from govkz_scraper.replica.stories import Item, Library

if TYPE_CHECKING:
    from govkz_scraper.replica.server import Handler

_STALL = 600.0  # seconds that a stalled response waits, unless the replica is closed
_SLOW = 0.5  # seconds before a slow response
_NAMED = re.compile(r"projects=eq(?::|%3A)([\w-]+)")


def _answer(handler: Handler, fault: Fault, body: bytes) -> None:
    headers = {name: value.replace("{self}", handler.path) for name, value in fault.headers.items()}
    if fault.status == 503:
        headers["Retry-After"] = retry_after_date()
    handler.send(fault.status, fault.content(), "text/plain", headers)


def _stall(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.owner.closing.wait(_STALL)
    handler.close_connection = True


def _slow(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.owner.closing.wait(_SLOW)
    handler.send(*handler.answer(handler.path, body, handler.owner.library))


def _reset(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _truncate(handler: Handler, fault: Fault, body: bytes) -> None:
    status, text, kind = handler.answer(handler.path, body, handler.owner.library)
    handler.send(status, text[: len(text) // 2], kind)


def _charset(handler: Handler, fault: Fault, body: bytes) -> None:
    status, text, kind = handler.answer(handler.path, body, handler.owner.library)
    handler.send(status, text.encode("cp1251", "replace"), kind)


def _wrapped(handler: Handler, fault: Fault, body: bytes) -> None:
    status, text, kind = handler.answer(handler.path, body, handler.owner.library)
    handler.send(status, json.dumps({"content": json.loads(text)}, ensure_ascii=False), kind)


def _empty(handler: Handler, fault: Fault, body: bytes) -> None:
    handler.send(*handler.answer(handler.path, body, Library()))


def _changed(handler: Handler, fault: Fault, body: bytes) -> None:
    items = [_edited(item) for item in handler.owner.library.items]
    handler.send(*handler.answer(handler.path, body, Library(items)))


def _vanished(handler: Handler, fault: Fault, body: bytes) -> None:
    items = [item for item in handler.owner.library.items if item.id % 5]
    handler.send(*handler.answer(handler.path, body, Library(items)))


def _endless(handler: Handler, fault: Fault, body: bytes) -> None:
    first = re.sub(r"page=\d+", "page=1", handler.path)
    handler.send(*handler.answer(first, body, handler.owner.library))


def _shift(handler: Handler, fault: Fault, body: bytes) -> None:
    # Built before the new item and sent after it: the client's next page is shifted by one.
    answer = handler.answer(handler.path, body, handler.owner.library)
    named = _NAMED.search(handler.path)
    handler.owner.publish_one_more(named[1] if named else "")
    handler.send(*answer)


def _edited(item: Item) -> Item:
    """Add a sentence to every fifth item, as when a publisher extends a release."""
    if item.id % 5:
        return item
    versions = {
        lang: replace(version, body=f"{version.body}<p>+7 (7172) 00-00-00</p>")
        for lang, version in item.versions.items()
    }
    return replace(item, versions=versions)


ACTS: dict[Act, Callable[[Handler, Fault, bytes], None]] = {
    "answer": _answer,
    "stall": _stall,
    "slow": _slow,
    "reset": _reset,
    "truncate": _truncate,
    "charset": _charset,
    "wrapped": _wrapped,
    "empty": _empty,
    "changed": _changed,
    "vanished": _vanished,
    "endless": _endless,
    "shift": _shift,
}
