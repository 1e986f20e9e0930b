"""What a tie hides from who is behind the request."""

from sqlalchemy.orm import Session

from assessor.desk import desk, person
from scheduler.hidden_calls import Hidden, hidden_from


def hidden(session: Session) -> Hidden:
    """The calls that a tie of theirs hides at this moment."""
    return hidden_from(session, person().id, desk().clock())
