"""The forms by which a provider keeps current what it supplies, one a subject.

What is typed goes the way of a workbook: it is read, kept sealed, previewed and entered whole. No
statement behind these pages touches a plan or a call.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, page, person
from assessor.policy import allow
from assessor.wording_forms import CHOICES, DATES, HINTS, LEDES, LONG, SPELT, TITLES, WORDS, named
from config.clock import civil_date
from scheduler import codes, register, returns_sheets, supplying
from scheduler.access import Role
from scheduler.centre import ON_FILE, Return
from scheduler.enrolling import NotOwnCentre, ReturnRefused, consider, registered
from scheduler.returns import Reading
from scheduler.returns_findings import Fault
from scheduler.returns_form import (
    PARTS,
    Part,
    Typed,
    on_file,
    read_form,
    standing,
    typed_of,
    week_typed,
)
from scheduler.returns_further import VOLUME
from scheduler.returns_on_file import filled
from scheduler.uploads import Upload

pages = Blueprint("supply_forms", __name__)
HERE = "/supplies"
SPARE = 2  # empty rows below those that stand
MORE = 5  # further ones, when asked for
MOST = 200
WEEK = "f-calls"
SEALED = (returns_sheets.NAME, returns_sheets.CODE)
KEYS = {returns_sheets.NUMBERS: 1, returns_sheets.IDENTITIES: 1}  # the column that tells rows apart
Shown = str | tuple[str, int]


class Cell(NamedTuple):
    """One control of a form."""

    id: str
    name: str
    label: str
    value: str
    kind: str  # text, long, date, choice, sealed or code
    choices: tuple[tuple[str, str], ...]
    hint: str
    error: str
    mono: bool


class Line(NamedTuple):
    """One row of a form's table; ``stands`` where it is on file."""

    words: str
    stands: bool
    cells: tuple[Cell, ...]


@pages.get("/supplies/<uuid:centre>/<any({}):part>".format(", ".join(f'"{p}"' for p in PARTS)))
@allow(Role.PROVIDER_CONTACT)
def form(centre: UUID, part: str) -> str:
    """What stands, to be changed."""
    at, stands, _ = _stands(centre, PARTS[part])
    return _form_page(at, PARTS[part], stands, stands)


@pages.post("/supplies/<uuid:centre>/<any({}):part>".format(", ".join(f'"{p}"' for p in PARTS)))
@allow(Role.PROVIDER_CONTACT)
def send(centre: UUID, part: str) -> Response | Shown:
    """Read what was typed; where nothing is wrong with it, show what it would change."""
    own, who, asked = desk(), person(), PARTS[part]
    at, stands, whole = _stands(centre, asked)
    typed = _typed(asked)
    if request.form.get("act") == "more":
        return _form_page(at, asked, typed, stands, spare=SPARE + MORE)
    if request.form.get("version") != stands.mark():
        return _form_page(at, asked, typed, stands, stale=True), 409
    now = own.clock()
    reading = read_form(asked, typed, whole, civil_date(now, own.zone))
    if reading.statement is None:
        return _form_page(at, asked, typed, stands, reading.faults), 422
    try:
        consider(
            own.sessions, own.vault, reading.statement, who.provider, now, str(who.id), own.zone
        )
    except (ReturnRefused, NotOwnCentre) as refusal:
        fault = Fault("", 0, "", *str(refusal).partition(". ")[::2])
        return _form_page(at, asked, typed, stands, (fault,)), 422
    files = ((part, typed.as_bytes()),)
    kept = supplying.keep(own.sessions, own.vault, who, part, files, now, centre)
    return redirect(f"{HERE}/upload/{kept}", 303)


def read_kept(upload: Upload) -> Reading:
    """The return that a kept form makes of its centre as it stands now."""
    own = desk()
    assert upload.centre is not None
    ((part, data),) = upload.files
    _, _, whole = _stands(upload.centre, PARTS[part])
    return read_form(PARTS[part], typed_of(data), whole, civil_date(own.clock(), own.zone))


def shown_again(upload: Upload, faults: tuple[Fault, ...] = ()) -> str:
    """A kept form as it was typed, but for names and codes."""
    assert upload.centre is not None
    ((part, data),) = upload.files
    at, stands, _ = _stands(upload.centre, PARTS[part])
    return _form_page(at, PARTS[part], typed_of(data), stands, faults)


def _stands(centre: UUID, part: Part) -> tuple[register.Centre, Typed, Return]:
    """An own centre, the form as it stands on the register, and a return that changes nothing."""
    own = desk()
    with own.sessions.reading() as session:
        try:
            at = supplying.own_centre(session, person(), centre)
        except supplying.NotTheirs:
            abort(404)
        found = registered(session, at)
        identities = codes.stated_identities(session, own.vault, centre)
    names = (at.provider_name, at.name)
    return (
        at,
        standing(part, filled(*names, found, identities)),
        on_file(*names, found, identities),
    )


def _typed(part: Part) -> Typed:
    """What the form holds; a row that is left out, or holds nothing, is none."""
    items = {item: request.form.get(named(item), "").strip() for item in part.items}
    if part.table == VOLUME:
        return Typed(items, week_typed(request.form.get("calls", "")))
    rows = []
    for number in range(1, min(request.form.get("rows", 0, type=int), MOST) + 1):
        cells = tuple(
            request.form.get(f"{number}-{named(header)}", "").strip() for header in part.headers
        )
        blank = not any(
            cell for header, cell in zip(part.headers, cells, strict=True) if header not in CHOICES
        )
        if not blank and not request.form.get(f"{number}-out"):
            rows.append(cells)
    return Typed(items, tuple(rows))


def _form_page(
    centre: register.Centre,
    part: Part,
    typed: Typed,
    stands: Typed,
    faults: tuple[Fault, ...] = (),
    *,
    spare: int = SPARE,
    stale: bool = False,
) -> str:
    errors = _errors(part, faults)
    known = {_key(part, row) for row in stands.rows}
    blank = ("",) * len(part.headers)
    lines: list[Line] = []
    if part.table and part.table != VOLUME:
        for number, row in enumerate((*typed.rows, *(blank,) * spare), 1):
            stood = _key(part, row) in known
            lines.append(
                Line(
                    f"{WORDS[part.table]} {number}",
                    stood,
                    tuple(
                        _cell(f"{number}-", header, value, errors, stood)
                        for header, value in zip(part.headers, row, strict=True)
                    ),
                )
            )
    return page(
        "supplies/form.html",
        HERE,
        centre=centre,
        part=part,
        title=TITLES[part.name],
        lede=LEDES[part.name],
        items=[_cell("", item, typed.items.get(item, ""), errors, True) for item in part.items],
        lines=lines,
        week="\n".join(" ".join(row) for row in typed.rows) if part.table == VOLUME else None,
        week_error=errors.get(WEEK, ""),
        faults=list(errors.items()),
        version=stands.mark(),
        stands=_in_words(part, stands) if stale else None,
    )


def _key(part: Part, row: tuple[str, ...]) -> tuple[str, ...]:
    """What tells a row of the table from another."""
    column = KEYS.get(part.table)
    return row if column is None else (row[column],)


def _cell(before: str, header: str, value: str, errors: Mapping[str, str], stands: bool) -> Cell:
    key = f"f-{before}{named(header)}"
    kind = "text"
    if header in CHOICES:
        kind = "choice"
    elif header in DATES:
        kind = "date"
    elif header == returns_sheets.CODE:
        kind = "code"
    elif header in LONG:
        kind = "long"
    elif header in (returns_sheets.NAME, returns_sheets.ACCOUNT):
        kind = "sealed"
    hint = HINTS.get(header, "")
    if header in SEALED:
        value = "" if kind == "code" or value == ON_FILE else value
        hint = "On file. Empty: it stays." if stands else HINTS[header]
    name, choices = f"{before}{named(header)}", CHOICES.get(header, ())
    fault = errors.get(key, "")
    return Cell(key, name, header, value, kind, choices, hint, fault, mono=header in SPELT)


def _errors(part: Part, faults: tuple[Fault, ...]) -> dict[str, str]:
    """Each fault as a sentence, by the id of the control that it stands at; the first of each."""
    errors: dict[str, str] = {}
    for fault in faults:
        said = f"{fault.problem[:1].upper()}{fault.problem[1:]}"
        remedy = f"{fault.remedy[:1].upper()}{fault.remedy[1:]}"
        place = ""
        if part.table == VOLUME and fault.sheet == VOLUME:
            key, place = WEEK, f"Line {fault.row}: " if fault.row else ""
        elif fault.row:
            key = f"f-{fault.row}-{named(fault.header)}"
            place = f"{WORDS[part.table]} {fault.row}, "
        else:
            key = f"f-{named(fault.header)}" if fault.header else "form"
        where = f"{place}{fault.header}: " if fault.header else place
        errors.setdefault(key, f"{where}{said}. {remedy}".rstrip(". ") + ".")
    return errors


def _in_words(part: Part, stands: Typed) -> list[tuple[str, str]]:
    """What stands on the register by now, as facts; names and codes aren't told."""
    said = [(item, value or "empty") for item, value in stands.items.items()]
    for number, row in enumerate(stands.rows, 1):
        cells = zip(part.headers, row, strict=True)
        words = ", ".join(value for header, value in cells if value and header not in SEALED)
        said.append((f"{WORDS[part.table]} {number}", words))
    return said or [("On file", "nothing")]
