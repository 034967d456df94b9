"""Charts as HTML with inline SVG; labels are HTML text, which can be copied and searched.

Every value is printed beside its bar, so that no meaning depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

# Okabe and Ito's palette, distinguishable with any colour vision (jfly.uni-koeln.de/color).
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
OTHER = "#8a8a8a"
_HEIGHT = 200  # units of the daily chart


def format_number(value: int) -> str:
    """Format a number with narrow spaces between thousands, as in Kazakh and Russian.

    >>> format_number(1234567)
    '1\\u202f234\\u202f567'
    """
    return f"{value:,}".replace(",", "\u202f")


def bar_chart(counts: Mapping[str, int], *, notes: Mapping[str, str] | None = None, most: int = 20) -> str:
    """Render a bar chart with one bar per name; ``notes`` explain names."""
    shown = list(counts.items())[:most]
    if not shown:
        return '<p class="none">None.</p>'
    largest = max(value for _, value in shown) or 1
    rows = []
    for name, value in shown:
        note = (notes or {}).get(name)
        label = escape(name) + (f'<span class="note">{escape(note)}</span>' if note else "")
        rows.append(
            f'<tr><th scope="row">{label}</th><td class="n">{format_number(value)}</td>'
            f'<td class="bar">{_bar(value / largest)}</td></tr>'
        )
    more = f'<p class="note">… and {len(counts) - most} more.</p>' if len(counts) > most else ""
    return f'<table class="bars"><tbody>{"".join(rows)}</tbody></table>{more}'


def _bar(share: float) -> str:
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{max(share * 100, 0.5):.2f}" height="10" fill="{COLOURS[0]}"/></svg>'
    )


def daily_chart(days: Sequence[str], series: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> str:
    """Render one stacked column per day; ``series`` are daily counts, the first at the bottom."""
    if not days:
        return '<p class="none">No story has a date.</p>'
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    largest = max(totals)
    shapes = [_column(index, day, series, names, largest) for index, day in enumerate(days)]
    middle = days[len(days) // 2]
    return (
        f'<figure><p class="axis">{format_number(largest)} stories per day at most</p>'
        f'<svg class="daily" viewBox="0 0 {len(days) * 10} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Stories per day from {days[0]} to {days[-1]}">{"".join(shapes)}</svg>'
        f'<p class="axis days"><span>{days[0]}</span><span>{middle}</span><span>{days[-1]}</span></p>'
        f'<figcaption class="legend">{_legend(series, names)}</figcaption></figure>'
    )


def _column(
    index: int, day: str, series: Mapping[str, Sequence[int]], names: Mapping[str, str], largest: int
) -> str:
    shapes, bottom = [], float(_HEIGHT)
    for colour, (slug, values) in zip(_colours(series), series.items(), strict=True):
        if not values[index]:
            continue
        height = values[index] / largest * _HEIGHT
        bottom -= height
        shapes.append(
            f'<rect x="{index * 10 + 1}" y="{bottom:.2f}" width="8" height="{height:.2f}" fill="{colour}">'
            f"<title>{day}: {format_number(values[index])} · {escape(names.get(slug, slug))}</title></rect>"
        )
    return "".join(shapes)


def _colours(series: Mapping[str, Sequence[int]]) -> list[str]:
    return [OTHER if slug == "other" else COLOURS[at % len(COLOURS)] for at, slug in enumerate(series)]


def _legend(series: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> str:
    parts = []
    for colour, (slug, values) in zip(_colours(series), series.items(), strict=True):
        square = f'<rect width="10" height="10" fill="{colour}"/>'
        box = f'<svg viewBox="0 0 10 10" aria-hidden="true">{square}</svg>'
        parts.append(f"<span>{box}{escape(names.get(slug, slug))} ({format_number(sum(values))})</span>")
    return "".join(parts)


def table(header: Iterable[str], rows: Iterable[Sequence[str | int | None]]) -> str:
    """Render a table; a missing value is a dash."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: str | int | None) -> str:
    if isinstance(value, int):
        return f'<td class="n">{format_number(value)}</td>'
    return f"<td>{escape(value) if value is not None else '–'}</td>"
