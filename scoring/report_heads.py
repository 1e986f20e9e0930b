"""The heads of the journal that published reports hold: anchors outside the chain itself."""

from sqlalchemy.orm import Session

from config import anchors
from scheduler import register
from scoring import ledger


def anchored_heads(session: Session) -> tuple[anchors.Anchor, ...]:
    """The heads of the journal that published reports hold."""
    names = {centre.id: centre.name for centre in register.centres(session)}
    return tuple(
        anchors.Anchor(
            f"issue {issue.number} of the report of {names[issue.centre]} for {issue.month}",
            issue.journal_head,
        )
        for issue in ledger.issues(session)
    )
