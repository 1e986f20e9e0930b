"""A provider's return as a workbook: the forms to fill, what one would change, and its entry.

No statement behind these pages touches a plan or a call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from flask import Blueprint, abort, redirect, request, send_file
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from assessor.desk import desk, page, person
from assessor.pages.supply_forms import read_kept, shown_again
from assessor.policy import allow
from assessor.told import tell
from assessor.wording import day
from assessor.wording_changes import change_in_words
from config.clock import civil_date
from scheduler import codes, register, returns_template, supplying
from scheduler.access import Role
from scheduler.changes import Change, digest
from scheduler.enrolling import (
    Agreed,
    ChangesDiffer,
    NotOwnCentre,
    ReturnRefused,
    consider,
    enrol,
    registered,
    weigh,
)
from scheduler.returns import Reading
from scheduler.returns_batch import read_batch
from scheduler.returns_file import FileRefused
from scheduler.returns_findings import Fault, Note
from scheduler.returns_sent import sent_parts
from scheduler.uploads import Upload

pages = Blueprint("uploads", __name__)
HERE = "/supplies"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Files = tuple[tuple[str, bytes], ...]
Shown = str | tuple[str, int]
"""A page, and its status where that isn't 200."""


@dataclass(frozen=True, slots=True)
class Found:
    """One fault or note as a row: where it stands, what was found, and what to do."""

    sheet: str
    row: str
    column: str
    said: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What entering a return would change."""

    centre: str
    changes: tuple[tuple[str, str, str], ...]
    digest: str
    notes: tuple[Found, ...]
    term: str  # of the accreditation, where the return states another one


class Refused(Exception):
    """A return that can't be entered, with everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)

    @property
    def rows(self) -> "tuple[Found, ...]":
        """The faults as they are listed."""
        return tuple(_found(fault, fault.problem, fault.remedy) for fault in self.faults)


@pages.get("/supplies/upload")
@allow(Role.PROVIDER_CONTACT)
def form() -> Shown:
    """What to send, and the workbooks to fill."""
    return _form()


@pages.post("/supplies/upload")
@allow(Role.PROVIDER_CONTACT)
def send() -> Response | Shown:
    """Read what was sent; where nothing is wrong with it, show what it would change."""
    own, who = desk(), person()
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        return _form(error="No file was chosen. Choose the workbook, then send it."), 422
    files = tuple((file.filename or "", file.read()) for file in sent)
    try:
        reading = _read(files)
        assert reading.statement is not None
        consider(
            own.sessions,
            own.vault,
            reading.statement,
            who.provider,
            own.clock(),
            str(who.id),
            own.zone,
        )
    except Refused as refused:
        return _form(refused.rows, sent[0].filename or ""), 422
    except (ReturnRefused, NotOwnCentre) as refusal:
        return _form(error=_sentence(refusal)), 422
    kept = supplying.keep(own.sessions, own.vault, who, reading.name, files, own.clock())
    return redirect(f"{HERE}/upload/{kept}", 303)


@pages.get("/supplies/upload/<uuid:upload>")
@allow(Role.PROVIDER_CONTACT)
def preview(upload: UUID) -> Shown:
    """What entering what was sent would change, as of now."""
    return _preview_page(_kept(upload))


@pages.get("/supplies/upload/<uuid:upload>/form")
@allow(Role.PROVIDER_CONTACT)
def form_again(upload: UUID) -> Shown:
    """The form that was sent, as it was typed, but for codes."""
    found = _kept(upload)
    if found.centre is None:
        abort(404)
    return shown_again(found)


@pages.post("/supplies/upload/<uuid:upload>")
@allow(Role.PROVIDER_CONTACT)
def enter(upload: UUID) -> Response | Shown:
    """Enter exactly the changes that were shown; where they differ by now, show them anew."""
    own, who = desk(), person()
    found = _kept(upload)
    try:
        statement = _read_kept(found).statement
        assert statement is not None
        agreed = Agreed(who.provider, request.form.get("shown", ""))
        enrol(
            own.sessions,
            own.vault,
            statement,
            own.clock(),
            str(who.id),
            own.zone,
            agreed=agreed,
        )
    except ChangesDiffer:
        return _preview_page(found, stale=True)
    except Refused as refused:
        return _refused(found, refused), 422
    except (ReturnRefused, NotOwnCentre) as refusal:
        return _form(error=_sentence(refusal)), 422
    supplying.forget(own.sessions, upload)
    tell(f"The changes to {statement.centre} are entered.")
    return redirect(HERE, 303)


@pages.get("/supplies/template.xlsx")
@allow(Role.PROVIDER_CONTACT)
def template() -> Response:
    """An empty return."""
    return _download(returns_template.template(), "return")


@pages.get("/supplies/example.xlsx")
@allow(Role.PROVIDER_CONTACT)
def example() -> Response:
    """A return that is filled for a centre which doesn't exist."""
    own = desk()
    return _download(returns_template.example(civil_date(own.clock(), own.zone)), "example")


@pages.get("/supplies/<uuid:centre>.xlsx")
@allow(Role.PROVIDER_CONTACT)
def on_file(centre: UUID) -> Response:
    """What is on file of an own centre, as a return without names and codes of identities."""
    own = desk()
    with own.sessions.reading() as session:
        try:
            found = supplying.own_centre(session, person(), centre)
        except supplying.NotTheirs:
            abort(404)
        content = returns_template.on_file(
            found.provider_name,
            found.name,
            registered(session, found),
            codes.stated_identities(session, own.vault, centre),
        )
    return _download(content, found.name)


def _download(content: bytes, name: str) -> Response:
    file = f"{secure_filename(name).replace('_', '-').lower() or 'return'}.xlsx"
    return send_file(BytesIO(content), WORKBOOK, as_attachment=True, download_name=file)


def _kept(upload: UUID) -> Upload:
    own = desk()
    with own.sessions.reading() as session:
        try:
            return supplying.kept(session, own.vault, person(), upload, own.clock())
        except supplying.NotTheirs:
            abort(404)


def _read(files: Files) -> Reading:
    """A return without a fault. Raises Refused."""
    own = desk()
    try:
        sent = sent_parts(files)
    except FileRefused as refused:
        raise Refused([Fault("", 0, "", refused.problem, refused.remedy)]) from None
    (reading,) = read_batch([sent], civil_date(own.clock(), own.zone))
    if reading.statement is None:
        raise Refused(reading.faults)
    return reading


def _read_kept(found: Upload) -> Reading:
    """What was sent, read anew as of now. Raises Refused."""
    if found.centre is None:
        return _read(found.files)
    reading = read_kept(found)
    if reading.statement is None:
        raise Refused(reading.faults)
    return reading


def _refused(found: Upload, refused: Refused) -> str:
    """What is wrong with what was sent, where it was typed or where it can be sent again."""
    if found.centre is None:
        return _form(refused.rows)
    return shown_again(found, refused.faults)


def _preview_page(found: Upload, *, stale: bool = False) -> Shown:
    own = desk()
    try:
        reading = _read_kept(found)
        assert reading.statement is not None
        with own.sessions.reading() as session:
            today = civil_date(own.clock(), own.zone)
            entered, made = weigh(session, own.vault, reading.statement, person().provider, today)
    except Refused as refused:
        return _refused(found, refused), 422
    except (ReturnRefused, NotOwnCentre) as refusal:
        return _form(error=_sentence(refusal)), 422
    term = ""
    if entered != reading.statement:
        term = f"{day(entered.accredited_from)} to {day(entered.accredited_until)}"
    shown = page(
        "supplies/preview.html",
        HERE,
        shown=_preview(entered.centre, made, reading.notes, term),
        upload=found.id,
        form=found.centre is not None,
        stale=stale,
    )
    return (shown, 409) if stale else shown


def _preview(centre: str, found: tuple[Change, ...], notes: tuple[Note, ...], term: str) -> Preview:
    return Preview(
        centre,
        tuple(change_in_words(change) for change in found),
        digest(found),
        tuple(_found(note, note.understood) for note in notes),
        term,
    )


def _form(faults: tuple[Found, ...] = (), name: str = "", error: str = "") -> str:
    with desk().sessions.reading() as session:
        centres = register.centres_of(session, person().provider)
    return page(
        "supplies/upload.html", HERE, faults=faults, name=name, error=error, centres=centres
    )


def _found(place: Fault | Note, said: str, remedy: str = "") -> Found:
    column = f"{place.column} ({place.header})" if place.header else place.column
    return Found(
        place.sheet or "the file",
        str(place.row) if place.row else "",
        column,
        f"{said[:1].upper()}{said[1:]}",
        f"{remedy[:1].upper()}{remedy[1:]}",
    )


def _sentence(refusal: ReturnRefused | NotOwnCentre) -> str:
    if isinstance(refusal, ReturnRefused):
        return f"{refusal}."
    return (
        "Provider and Centre on the sheet Centre name none of your centres. Write them as they "
        "stand below; only the institute adds a centre."
    )
