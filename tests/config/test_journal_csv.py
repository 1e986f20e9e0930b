"""The exported journal: no cell acts as a formula, and the chain can be computed from it."""

import csv
from dataclasses import astuple, replace
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from config.journal import GENESIS, Entry, faults
from config.journal_csv import COLUMNS, to_csv

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
starts = st.sampled_from(["", "'", "''", "=1+1", "+", "-", "@", "\t", "\r", "\n", "'="])


def an_entry(subject: str, detail: str) -> Entry:
    entry = Entry(1, "2026-11-25T09:00:00+00:00", "a", "did", subject, detail, "", GENESIS, "")
    return replace(entry, hash=entry.computed())


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


@given(starts, texts, starts, texts)
def test_what_was_stored_comes_back_and_no_cell_is_a_formula(
    first: str, subject: str, second: str, detail: str
) -> None:
    entry = an_entry(first + subject, second + detail)
    head, row = read(to_csv([entry]))
    assert tuple(head) == COLUMNS
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
    plain = [cell[1:] if cell.startswith("'") else cell for cell in row]
    back = Entry(int(plain[0]), *plain[1:])
    assert astuple(back) == astuple(entry)
    assert faults([back]) == []


def test_the_columns_are_those_that_are_stored() -> None:
    assert COLUMNS == (
        "seq",
        "at",
        "actor",
        "action",
        "subject",
        "detail",
        "origin",
        "prev",
        "hash",
    )
