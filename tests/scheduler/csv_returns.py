"""The sheets of a return as CSV files, as a spreadsheet would save them."""

import csv
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO, StringIO

from tests.workbooks import SHEETS


def csv_files(
    delimiter: str = ",", *, bom: bool = False, name: str = "acme", encoding: str = "utf-8"
) -> dict[str, bytes]:
    """One file a sheet, by its name; each cell as a spreadsheet shows it."""
    files = {}
    for sheet, rows in SHEETS.items():
        text = StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows([[_shown(value) for value in row] for row in rows])
        mark = "\ufeff" if bom else ""
        files[f"{name}.{sheet}.csv"] = (mark + text.getvalue()).encode(encoding)
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
