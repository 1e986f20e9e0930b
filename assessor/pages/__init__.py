"""The pages of the workspace, one file a subject."""

from flask import Blueprint

from assessor.pages.account import pages as account
from assessor.pages.assessments import pages as assessments
from assessor.pages.audits import pages as audits
from assessor.pages.calendar_address import pages as calendar_address
from assessor.pages.calls import pages as calls
from assessor.pages.cases import pages as cases
from assessor.pages.centre_codes import pages as centre_codes
from assessor.pages.centre_forms import pages as centre_forms
from assessor.pages.centres import pages as centres
from assessor.pages.complaints import pages as complaints
from assessor.pages.extra_sampling import pages as extra_sampling
from assessor.pages.journal import pages as journal
from assessor.pages.legal_models import pages as legal_models
from assessor.pages.lifted_ties import pages as lifted_ties
from assessor.pages.line import pages as line
from assessor.pages.mail import pages as mail
from assessor.pages.months import pages as months
from assessor.pages.passkeys import pages as passkeys
from assessor.pages.people import pages as people
from assessor.pages.plan_acts import pages as plan_acts
from assessor.pages.plan_calendar import pages as plan_calendar
from assessor.pages.plan_calls import pages as plan_calls
from assessor.pages.plans import pages as plans
from assessor.pages.promises import pages as promises
from assessor.pages.provider_acts import pages as provider_acts
from assessor.pages.public_register import pages as public_register
from assessor.pages.recordings import pages as recordings
from assessor.pages.reports import pages as reports
from assessor.pages.retention import pages as retention
from assessor.pages.rule import pages as rule
from assessor.pages.seals import pages as seals
from assessor.pages.skills import pages as skills
from assessor.pages.softphone import pages as softphone
from assessor.pages.supplies import pages as supplies
from assessor.pages.supply_forms import pages as supply_forms
from assessor.pages.texts import pages as texts
from assessor.pages.today import pages as today
from assessor.pages.trainer import pages as trainer
from assessor.pages.uploads import pages as uploads
from assessor.pages.verifications import pages as verifications
from assessor.pages.welcome import pages as welcome


def every_page() -> tuple[Blueprint, ...]:
    """Every blueprint that the workspace registers."""
    return (
        account,
        assessments,
        audits,
        calendar_address,
        calls,
        cases,
        centre_codes,
        centre_forms,
        centres,
        complaints,
        extra_sampling,
        journal,
        legal_models,
        lifted_ties,
        line,
        mail,
        months,
        passkeys,
        people,
        plan_acts,
        plan_calendar,
        plan_calls,
        plans,
        promises,
        provider_acts,
        public_register,
        recordings,
        reports,
        retention,
        rule,
        seals,
        skills,
        softphone,
        supplies,
        supply_forms,
        texts,
        today,
        trainer,
        uploads,
        verifications,
        welcome,
    )
