"""``govkz clean``: repair text from standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Sized

import click

from govkz_scraper.terminal import escape_control_chars
from pipelines.errors import BadInput
from pipelines.items import Cleaned, Repair
from pipelines.language.codes import LANGUAGES

_MAX_SHOWN = 60  # characters of a repair shown on a line
_CONTEXT = 18  # characters shown on each side of a repair


@click.command()
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the text; detected by default.")
@click.option("--explain", is_flag=True, help="Also list each repair and each remaining problem.")
def command(lang: str | None, explain: bool) -> None:
    """Repair text from standard input and write it to standard output.

    Repairs line ends, spaces, quotation marks, encoding, homoglyphs and missing spaces between sentences.
    Uncertain cases are not changed.

    \b
    Examples:
      govkz clean < article.txt
      echo 'Àêèìàò ã. Øûìêåíò' | govkz clean --explain
    """
    from pipelines.clean import clean_text

    received = _read_stdin()
    cleaned = clean_text(received, lang)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # in any locale
    click.echo(cleaned.text)
    if explain:
        click.echo(f"\n{_explanation(received, cleaned)}")


def _read_stdin() -> str:
    if sys.stdin.isatty():
        click.echo("Type or paste the text, then end it with Ctrl-D.", err=True)
    received = sys.stdin.buffer.read()
    try:
        # The final line end belongs to the file, not to the text.
        return received.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        line = received.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"standard input is not UTF-8 (byte {error.start}, line {line}): convert it first, for example "
            "with iconv -f cp1251 -t utf-8"
        ) from None


def _explanation(received: str, cleaned: Cleaned) -> str:
    """List the repairs, each in the text at that stage, and then the remaining problems."""
    lines = []
    text = received
    for repair in cleaned.repairs:
        end = repair.start + len(repair.before)
        lines.append(
            _repair_line(repair, text[max(0, repair.start - _CONTEXT) : repair.start], text[end:][:_CONTEXT])
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
    return f"[{escape_control_chars(text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + '…')}]"
