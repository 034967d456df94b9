"""``govkz clean``: text on standard input, repaired text on standard output."""

from __future__ import annotations

import io
import sys
from collections.abc import Sized

import click

from govkz_scraper.terminal import escape_control_chars
from pipelines.errors import BadInput
from pipelines.items import Cleaned, Repair
from pipelines.language.codes import LANGUAGES

_SHOWN = 60  # characters of a repair that a terminal line has room for
_AROUND = 18  # characters shown on either side of it


@click.command()
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the text; found out when not given.")
@click.option("--explain", is_flag=True, help="Print each repair and each defect left below the text.")
def command(lang: str | None, explain: bool) -> None:
    """Repair text from standard input and write it to standard output.

    Line ends, blanks, quotation marks, encoding, letters of the other alphabet and glued sentences are put
    right; what is not certain is left alone. With --explain each repair is listed with its place.
    """
    from pipelines.clean import clean_text

    received = _read()
    cleaned = clean_text(received, lang)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale says
    click.echo(cleaned.text)
    if explain:
        click.echo(f"\n{_explained(received, cleaned)}")


def _read() -> str:
    if sys.stdin.isatty():
        click.echo("Type or paste the text, then end it with Ctrl-D.", err=True)
    received = sys.stdin.buffer.read()
    try:
        # The line end that a terminal or an editor puts last belongs to the file, not to the text.
        return received.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        line = received.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"standard input is not UTF-8 (byte {error.start}, line {line}): convert it first, for example "
            "with iconv -f cp1251 -t utf-8"
        ) from None


def _explained(received: str, cleaned: Cleaned) -> str:
    """List the repairs, each in the text as it stood when it was made, and then what was left."""
    lines = []
    text = received
    for repair in cleaned.repairs:
        end = repair.start + len(repair.before)
        lines.append(
            _repair_line(repair, text[max(0, repair.start - _AROUND) : repair.start], text[end:][:_AROUND])
        )
        text = text[: repair.start] + repair.after + text[end:]
    lines += [
        f"{click.style('left ', fg='yellow')} {p.kind}: {escape_control_chars(p.detail)}"
        for p in cleaned.problems
    ]
    lines.append(f"{_count(cleaned.repairs, 'repair')}, {_count(cleaned.problems, 'problem')} left")
    return "\n".join(lines)


def _count(rows: Sized, noun: str) -> str:
    return f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"


def _repair_line(repair: Repair, left: str, right: str) -> str:
    before = click.style(_shown(repair.before), fg="red")
    after = click.style(_shown(repair.after), fg="green")
    place = f"{escape_control_chars(left)}{before} → {after}{escape_control_chars(right)}"
    return f"{click.style('fixed', fg='green')} {repair.rule} at {repair.start}: {place}"


def _shown(text: str) -> str:
    return f"[{escape_control_chars(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…')}]"
