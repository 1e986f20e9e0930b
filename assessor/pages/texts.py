"""The texts that judgement stands on: rubrics with every level, and the scenarios' briefings."""

from uuid import UUID

from flask import Blueprint, abort

from assessor.desk import desk, page
from assessor.policy import allow
from scheduler import scenario_versions
from scheduler.access import Role
from scheduler.scenario import RULES
from scoring import rubric_versions

pages = Blueprint("texts", __name__)


@pages.get("/rubrics")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def every() -> str:
    """The current rubrics and scenarios."""
    with desk().sessions.reading() as session:
        rubrics = rubric_versions.current_rubrics(session)
        scenarios = scenario_versions.current_scenarios(session)
    titles = {rubric.name: rubric.title for _, rubric in rubrics}
    return page("texts/list.html", "/rubrics", rubrics=rubrics, scenarios=scenarios, titles=titles)


@pages.get("/rubrics/<uuid:version>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def rubric(version: UUID) -> str:
    """One version of a rubric in full, weights included."""
    with desk().sessions.reading() as session:
        stored = rubric_versions.find_rubric(session, version)
    if stored is None:
        abort(404)
    return page("texts/rubric.html", "/rubrics", stored=stored, rubric=stored.rubric)


@pages.get("/scenarios/<uuid:version>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def scenario(version: UUID) -> str:
    """One version of a scenario in full."""
    with desk().sessions.reading() as session:
        stored = scenario_versions.find_scenario(session, version)
        if stored is None:
            abort(404)
        scored = {
            rubric.name: (version, rubric)
            for version, rubric in rubric_versions.current_rubrics(session)
        }.get(stored.scenario.rubric)
    return page(
        "texts/scenario.html",
        "/rubrics",
        stored=stored,
        scenario=stored.scenario,
        rubric_version=scored[0] if scored else None,
        rubric=scored[1] if scored else None,
        rules=RULES,
    )
