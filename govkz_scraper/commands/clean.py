"""``govkz clean``: text on standard input, repaired text on standard output."""

from __future__ import annotations

import io
import sys

import click

from pipelines.errors import BadInput
from pipelines.records import LANGUAGES, Cleaned, Repair

_SHOWN = 60  # characters of a repair that a terminal line has room for


@click.command()
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the text; found out when not given.")
@click.option("--explain", is_flag=True, help="Print each repair and each defect left, instead of the text.")
def command(lang: str | None, explain: bool) -> None:
    """Repair text from standard input and write it to standard output.

    Line ends, blanks, quotation marks, encoding, letters of the other alphabet and glued sentences are put
    right; what is not certain is left alone. With --explain each repair is listed with its place instead.
    """
    from pipelines.text.clean import clean_text

    cleaned = clean_text(_read(), lang)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever the locale says
    click.echo(_explained(cleaned) if explain else cleaned.text)


def _read() -> str:
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


def _explained(cleaned: Cleaned) -> str:
    lines = [_repair_line(repair) for repair in cleaned.repairs]
    lines += [f"{click.style('left ', fg='yellow')} {p.kind}: {p.detail}" for p in cleaned.problems]
    lines.append(f"{len(cleaned.repairs)} repairs, {len(cleaned.problems)} problems left")
    return "\n".join(lines)


def _repair_line(repair: Repair) -> str:
    before, after = _shown(repair.before), _shown(repair.after)
    return (
        f"{click.style('fixed', fg='green')} {repair.rule} at {repair.start}: "
        f"{click.style(before, fg='red')} → {click.style(after, fg='green')}"
    )


def _shown(text: str) -> str:
    """A piece of text on one line, with its invisible characters made visible."""
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    visible = "".join(c if c.isprintable() and (c == " " or not c.isspace()) else ascii(c)[1:-1] for c in cut)
    return f"[{visible}]"
