"""The journal as a CSV with its chain, from which anybody can compute it again.

The stored columns, in order. UTF-8 with a byte order mark, by which spreadsheets know it. A cell
that begins with an apostrophe, or that a spreadsheet would run as a formula, gets one apostrophe
before it: whoever takes one leading apostrophe away has the stored text.
"""

import csv
from collections.abc import Iterable
from dataclasses import astuple, fields
from io import StringIO

from config.journal import Entry

COLUMNS = tuple(each.name for each in fields(Entry))
GUARDED = ("'", "=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(chain: Iterable[Entry]) -> bytes:
    """The entries as a CSV file."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in chain:
        writer.writerow(_safe(cell) for cell in astuple(entry))
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(GUARDED) else cell
