"""A drawn month, and who plans and audits it, for pages of plans."""

from config.database import Sessions
from scheduler.access import Role
from tests.builders import Institute, an_institute
from tests.scheduler.planned import draw
from tests.workspace import PASSWORD


def a_drawn_month(sessions: Sessions) -> Institute:
    """An institute with January drawn, two assessors, an administrator and an auditor."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Aud", Role.AUDITOR, password=PASSWORD)
    institute.person("Another", Role.ASSESSOR)
    institute.centre(0, zone="Asia/Tokyo")
    draw(institute)
    return institute
