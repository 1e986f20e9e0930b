"""The pages of the workspace, one file a subject."""

from flask import Blueprint

from assessor.pages.assessments import pages as assessments
from assessor.pages.calls import pages as calls
from assessor.pages.cases import pages as cases
from assessor.pages.centres import pages as centres
from assessor.pages.journal import pages as journal
from assessor.pages.line import pages as line
from assessor.pages.months import pages as months
from assessor.pages.people import pages as people
from assessor.pages.plans import pages as plans
from assessor.pages.reports import pages as reports
from assessor.pages.supplies import pages as supplies
from assessor.pages.texts import pages as texts
from assessor.pages.today import pages as today
from assessor.pages.verifications import pages as verifications


def every_page() -> tuple[Blueprint, ...]:
    """Every blueprint that the workspace registers."""
    return (
        assessments,
        calls,
        cases,
        centres,
        journal,
        line,
        months,
        people,
        plans,
        reports,
        supplies,
        texts,
        today,
        verifications,
    )
