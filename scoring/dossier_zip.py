"""The writer of a copy of personal data: a zip of one JSON file and one plain text with the same.

Neither is a spreadsheet, so no cell acts as a formula; text is escaped by JSON, and in the plain
text every value stands behind its name.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HEAD = """What {institute} keeps, as of {moment}.

{about}

data.json holds the same for programs. Moments are in UTC. Another person's name or id reads
"another person". How long each kind is kept, and how to have something corrected or erased, stands
in the notice that came with your invitation; ask the institute for it.
"""


def write(institute: str, about: str, now: datetime, content: Mapping[str, object]) -> bytes:
    """The zip; ``content`` is plain values in lists and dicts, by the name of each part."""
    head = HEAD.format(institute=institute, moment=f"{now:%Y-%m-%d %H:%M} UTC", about=about)
    stated = {"institute": institute, "as_of": now.isoformat(), "about": about, **content}
    files = {
        "data.json": json.dumps(stated, ensure_ascii=False, indent=2) + "\n",
        "summary.txt": head + "".join(_part(name, value) for name, value in content.items()),
    }
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = ZipInfo(name, now.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return made.getvalue()


def _part(name: str, value: object) -> str:
    heading = name.replace("_", " ").upper()
    return f"\n{heading}\n\n" + "\n".join(_lines(value, 0)) + "\n"


def _lines(value: object, depth: int) -> list[str]:
    edge = "  " * depth
    if isinstance(value, Mapping):
        lines = []
        for name, part in value.items():
            if isinstance(part, Mapping | list):
                lines += [f"{edge}{str(name).replace('_', ' ')}:", *_lines(part, depth + 1)]
            elif part not in (None, ""):
                said = "yes" if part is True else "no" if part is False else str(part)
                lines.append(f"{edge}{str(name).replace('_', ' ')}: {' '.join(said.split())}")
        return lines
    if isinstance(value, list):
        lines = []
        for part in value:
            if isinstance(part, Mapping | list):
                lines += [*_lines(part, depth), ""]
            else:
                lines.append(f"{edge}{part}")
        return lines[:-1] if lines and not lines[-1] else lines
    return [f"{edge}{value}"]
