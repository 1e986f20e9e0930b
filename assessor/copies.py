"""Copies of personal data as files to take away."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from assessor.desk import desk, person
from scoring import asking, dossier_zip


def copy_of(subject: UUID) -> Response:
    """Everything that is kept about somebody, for themselves or made by an administrator."""
    own = desk()
    origin = request.remote_addr or ""
    content = asking.copy_for(own.sessions, own.vault, subject, own.clock(), person().id, origin)
    return as_file("personal-data.zip", "Everything that is kept about you.", content)


def as_file(name: str, about: str, content: Mapping[str, object]) -> Response:
    """A zip to be saved."""
    own = desk()
    body = dossier_zip.write(own.institute, about, own.clock(), content)
    named = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(body, mimetype="application/zip", headers=named)
