"""Turn download errors into one-line messages for operators."""

from __future__ import annotations

import zlib
from gzip import BadGzipFile

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from govkz_scraper.terminal import escape_control_chars

_MOST = 300  # characters
_TOO_LARGE = "the response is too large (GOVKZ_MAX_BYTES)"
_NO_BROWSER = "the browser does not start: GOVKZ_CHROMIUM must name Chromium, and its sandbox must be allowed"
_MESSAGES: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "no response in time (GOVKZ_TIMEOUT)"),
    (DownloadCancelledError, _TOO_LARGE),
    (DownloadConnectionRefusedError, "the connection was refused"),
    (CannotResolveHostError, "the host name cannot be resolved"),
    (ResponseDataLossError, "the response broke off"),
    (BadGzipFile, "the compression of the response is damaged"),
    (EOFError, "the compression of the response is damaged"),
    (zlib.error, "the compression of the response is damaged"),
)


_SILENT = (DownloadTimeoutError, DownloadConnectionRefusedError, CannotResolveHostError, DownloadFailedError)


def is_silence(error: BaseException | None) -> bool:
    """Return whether the site did not respond at all, not even with an error status."""
    return isinstance(error, _SILENT)


def reason(error: BaseException | None) -> str:
    """Return a one-line message for a download error, its control characters escaped.

    >>> reason(DownloadTimeoutError("Getting http://127.0.0.1:8000/ took longer than 5.0 seconds.."))
    'no response in time (GOVKZ_TIMEOUT)'
    >>> reason(RuntimeError("BrowserType.launch: Target page, context or browser has been closed"))
    'the browser does not start: GOVKZ_CHROMIUM must name Chromium, and its sandbox must be allowed'
    >>> reason(ValueError("odd\\nand long"))
    'ValueError: odd'
    """
    return escape_control_chars(_reason(error))


def _reason(error: BaseException | None) -> str:
    for kind, message in _MESSAGES:
        if isinstance(error, kind):
            return message
    if isinstance(error, DownloadFailedError):
        return f"the connection broke: {_cause(error)}"[:_MOST]
    message = (str(error).strip() or "no reason given").splitlines()[0]
    if "DOWNLOAD_MAXSIZE" in message:  # raised while decompressing
        return _TOO_LARGE
    if "BrowserType.launch" in message:
        return _NO_BROWSER
    # IgnoreRequest of our middlewares and of Scrapy's redirects has a readable message.
    return (message if isinstance(error, IgnoreRequest) else f"{type(error).__name__}: {message}")[:_MOST]


def _cause(error: BaseException) -> str:
    """Return the message of the first failure that Twisted wraps, or of the error itself."""
    wrapped = getattr(error.__cause__, "reasons", None)
    return str(wrapped[0].getErrorMessage()) if wrapped else str(error)
