"""Who may open what: every route of the workspace, and the objects on which it lets whom in.

A row names what the address holds, and by role the objects that are let in: ``own`` (theirs),
``other`` (of the same kind, somebody else's), ``foreign`` (of a provider or a person that a tie or
another provider keeps from them). The world of ``access_world`` says which these are for whom.
Whoever, and whatever, a row doesn't name is not there: word for word like an address of nothing.
Nobody signed in is sent to the sign-in, unless the row is public.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from scheduler.access import Role

PAGE = "page"  # the object of an address without one
ANY = "own other foreign"


class Visitor(StrEnum):
    """Who asks: each role alone, the two that one person often has, and nobody signed in."""

    ADMINISTRATOR = "administrator"
    ASSESSOR = "assessor"
    VERIFIER = "verifier"
    BOTH = "assessor and verifier"
    CONTACT = "provider contact"
    PANEL = "panel member"
    AUDITOR = "auditor"
    NOBODY = "nobody signed in"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that they hold."""
        return frozenset(role for role in Role if role in self.value.split(" and "))


class Otherwise(StrEnum):
    """How an object that isn't let in is told of."""

    ABSENT = "not there"
    TOLD = "refused in the words for what is gone"  # somebody else may just have dealt with it
    ENDED = "the page for links that work no more"
    UNSIGNED = "forbidden"  # a post that isn't the telephone network's


@dataclass(frozen=True, slots=True)
class Access:
    """A row: what the address holds, the objects let in by role, and what the others are told."""

    of: str = ""
    administrator: str = ""
    assessor: str = ""
    verifier: str = ""
    provider_contact: str = ""
    panel_member: str = ""
    auditor: str = ""
    both: str | None = None  # where it differs from what either role is let in to
    everybody: str = ""  # public: signed in or not
    otherwise: Otherwise = Otherwise.ABSENT

    def of_role(self, role: Role) -> str:
        """The objects on which a role is let in."""
        return str(getattr(self, role.name.lower()))

    @property
    def public(self) -> bool:
        """Whether nobody has to sign in."""
        return bool(self.everybody) or self.otherwise is Otherwise.UNSIGNED

    def let_in(self, visitor: Visitor) -> tuple[str, ...]:
        """The names of the objects on which a visitor is let in."""
        if self.public or visitor is Visitor.NOBODY:
            return tuple(self.everybody.split())
        if visitor is Visitor.BOTH and self.both is not None:
            return tuple(self.both.split())
        cells = (self.of_role(role) for role in visitor.roles)
        return tuple(dict.fromkeys(name for cell in cells for name in cell.split()))

    def tells(self, visitor: Visitor) -> bool:
        """Whether a visitor is told of what isn't let in, since they are let in to its like."""
        return self.otherwise is Otherwise.TOLD and bool(self.let_in(visitor))


PUBLIC = Access(everybody=PAGE)
SIGNED_IN = Access("", PAGE, PAGE, PAGE, PAGE, PAGE, PAGE)
ADMINISTRATORS = Access(administrator=PAGE)
READERS = Access(administrator=PAGE, auditor=PAGE)
ASSESSORS = Access(assessor=PAGE)
VERIFIERS = Access(verifier=PAGE)
CONTACTS = Access(provider_contact=PAGE)
HOOK = Access(otherwise=Otherwise.UNSIGNED)
CALL_HOOK = Access("token of a call", otherwise=Otherwise.UNSIGNED)

OWN_CALL = Access("call", assessor="own")
OWN_ASSESSMENT = Access("assessment", assessor="own")
# Own and other wait for a verifier, but never for whom made them; what is open waits for nobody.
REVIEWED = Access("assessment", verifier="own other", both="other")
RECORDING = Access("recorded call", assessor="own", verifier="own other")
MESSAGE = Access("message", assessor="own", verifier="own other")
ANY_CENTRE = Access("centre", administrator=ANY)
OWN_CENTRES = Access("centre", provider_contact="own other")  # two of one provider
CENTRES_PART = Access("part of a centre", provider_contact="own other")
OWN_UPLOAD = Access("upload", provider_contact="own")
REPORT = Access("report", administrator=ANY, provider_contact="own other", auditor=ANY)
ANY_PERSON = Access("person", administrator=ANY)
PLAN = Access("plan", administrator="own other")
LINK = Access("link", everybody="own", otherwise=Otherwise.ENDED)
SEAL = Access("seal", everybody="own")
MODEL = Access("model", provider_contact="own other")

TABLE: dict[str, Access] = {
    # The way in.
    "GET /": PUBLIC,
    "GET /health": PUBLIC,
    "GET /static/<filename>": Access("file", everybody="own"),
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /sign-in/code": PUBLIC,
    "POST /sign-in/code": PUBLIC,
    "GET /sign-in/outside": PUBLIC,
    "GET /sign-in/outside/back": PUBLIC,
    "POST /sign-in/passkey": PUBLIC,
    "POST /sign-in/passkey/challenge": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /forgot": PUBLIC,
    "POST /forgot": PUBLIC,
    "GET /welcome/<token>": LINK,
    "POST /welcome/<token>": LINK,
    "GET /reset/<token>": LINK,
    "POST /reset/<token>": LINK,
    "GET /confirm": SIGNED_IN,
    "POST /confirm": SIGNED_IN,
    "POST /confirm/passkey": SIGNED_IN,
    "GET /confirm/outside": SIGNED_IN,
    # What anybody may read.
    "GET /register": PUBLIC,
    "GET /seals": PUBLIC,
    "GET /seals/<key>": SEAL,
    "GET /seals/<key>.txt": SEAL,
    "GET /calendar/<token>.ics": Access("calendar", everybody="own other"),
    # One's own account.
    "GET /account": SIGNED_IN,
    "POST /account/copy": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "GET /account/second-step": SIGNED_IN,
    "POST /account/second-step": SIGNED_IN,
    "POST /account/second-step/begin": SIGNED_IN,
    "POST /account/second-step/remove": SIGNED_IN,
    "POST /account/recovery-codes": SIGNED_IN,
    "GET /account/passkeys": SIGNED_IN,
    "POST /account/passkeys": SIGNED_IN,
    "POST /account/passkeys/challenge": SIGNED_IN,
    "POST /account/passkeys/<key>/remove": Access("passkey", *("own",) * 6),
    "POST /account/sessions/end": SIGNED_IN,
    "POST /account/sessions/<handle>/end": Access("session", *("own",) * 6),
    "POST /account/ties": Access("", PAGE, PAGE, PAGE, panel_member=PAGE, auditor=PAGE),
    "POST /account/refusals": ASSESSORS,
    "POST /account/refusals/<centre>/end": Access("refusal", assessor="own"),
    "POST /account/way": ASSESSORS,
    # An assessor's day, calls and assessments.
    "GET /today": ASSESSORS,
    "GET /calendar": ASSESSORS,
    "POST /calendar/address": ASSESSORS,
    "POST /calendar/address/end": ASSESSORS,
    "GET /drafts": ASSESSORS,
    "GET /feedback": ASSESSORS,
    "GET /calls/<call>": OWN_CALL,
    "POST /calls/<call>/answer": OWN_CALL,
    "GET /calls/<call>/briefing": OWN_CALL,
    "POST /calls/<call>/briefing": OWN_CALL,
    "POST /calls/<call>/by-hand": OWN_CALL,
    "POST /calls/<call>/code": OWN_CALL,
    "GET /calls/<call>/line": OWN_CALL,
    "POST /calls/<call>/marks": OWN_CALL,
    "POST /calls/<call>/marks/back": OWN_CALL,
    "POST /calls/<call>/pass": OWN_CALL,
    "POST /calls/<call>/promise": OWN_CALL,
    "POST /calls/<call>/promise/came-back": OWN_CALL,
    "POST /calls/<call>/promise/cancelled": OWN_CALL,
    "POST /calls/<call>/promise/counts/<key>": Access("message", assessor="own"),
    "POST /calls/<call>/promise/none": OWN_CALL,
    "POST /calls/<call>/hang-up": OWN_CALL,
    "POST /calls/<call>/stop": OWN_CALL,
    "POST /calls/<call>/way": OWN_CALL,
    "GET /calls/<call>/messages/<key>.wav": MESSAGE,
    "GET /calls/<call>/recording": RECORDING,
    "GET /calls/<call>/recording.wav": RECORDING,
    "GET /assessments/<key>": OWN_ASSESSMENT,
    "POST /assessments/<key>/draft": OWN_ASSESSMENT,
    "POST /assessments/<key>/submit": OWN_ASSESSMENT,
    # Verifiers and the panel.
    "GET /verifications": VERIFIERS,
    "GET /verifications/mine": VERIFIERS,
    "GET /verifications/<key>": REVIEWED,
    "POST /verifications/<key>": replace(REVIEWED, otherwise=Otherwise.TOLD),
    "GET /cases": Access(panel_member=PAGE),
    # The provider's portal.
    "GET /supplies": CONTACTS,
    "GET /supplies/template.xlsx": CONTACTS,
    "GET /supplies/example.xlsx": CONTACTS,
    "GET /supplies/upload": CONTACTS,
    "POST /supplies/upload": CONTACTS,
    "GET /supplies/upload/<upload>": OWN_UPLOAD,
    "POST /supplies/upload/<upload>": OWN_UPLOAD,
    "GET /supplies/upload/<upload>/form": OWN_UPLOAD,
    "GET /supplies/models/<name>": MODEL,
    "GET /supplies/models/<name>.txt": MODEL,
    "GET /supplies/<centre>.xlsx": OWN_CENTRES,
    "GET /supplies/<centre>/<part>": CENTRES_PART,
    "POST /supplies/<centre>/<part>": CENTRES_PART,
    "GET /supplies/<centre>/incident": OWN_CENTRES,
    "POST /supplies/<centre>/incident": OWN_CENTRES,
    "GET /supplies/<centre>/notice": OWN_CENTRES,
    "POST /supplies/<centre>/notice": OWN_CENTRES,
    # The register of centres.
    "GET /centres": READERS,
    "GET /centres/<centre>": Access("centre", administrator=ANY, auditor=ANY),
    "POST /centres/<centre>/accreditation": ANY_CENTRE,
    "POST /centres/<centre>/languages": ANY_CENTRE,
    "POST /centres/<centre>/checks": ANY_CENTRE,
    "POST /centres/<centre>/complaints": ANY_CENTRE,
    "POST /centres/<centre>/complaints/<complaint>": Access("complaint", administrator=ANY),
    "POST /centres/<centre>/custodian": ANY_CENTRE,
    "POST /centres/<centre>/extra-sampling": ANY_CENTRE,
    "POST /centres/<centre>/extra-sampling/<reason>/end": Access("reason", administrator=ANY),
    "POST /centres/<centre>/fresh-set": ANY_CENTRE,
    "POST /centres/<centre>/holidays": ANY_CENTRE,
    "POST /centres/<centre>/identities/<identity>/code": Access("identity", administrator=ANY),
    "POST /centres/<centre>/identities/<identity>/limit": Access(
        "identity", administrator=ANY, otherwise=Otherwise.TOLD
    ),
    "POST /centres/<centre>/numbers/<number>/reach": Access(
        "number", administrator=ANY, otherwise=Otherwise.TOLD
    ),
    "POST /centres/<centre>/volume": ANY_CENTRE,
    # Reports and months.
    "GET /centres/<centre>/months/<month>": Access("centre's month", administrator=ANY),
    "POST /centres/<centre>/months/<month>": Access("centre's month", administrator=ANY),
    "GET /reports": Access(administrator=PAGE, provider_contact=PAGE, auditor=PAGE),
    "GET /reports/<key>": REPORT,
    "GET /reports/<key>.csv": REPORT,
    "GET /months": ADMINISTRATORS,
    "GET /months/<month>": Access("month", administrator="own"),
    "POST /months/<month>": Access("month", administrator="own"),
    "GET /months/<month>/calls": Access("month", administrator="own missing"),  # an empty list
    # Plans and the line.
    "GET /plan": READERS,
    "GET /plan/rule": READERS,
    "POST /plan/rule": ADMINISTRATORS,
    "GET /plan/<month>": Access("plan", administrator="own other", auditor="own other"),
    "GET /plan/<month>.zip": Access("plan", administrator="own", auditor="own"),  # disclosed
    "GET /plan/<month>/audit": Access("plan", administrator="own other", auditor="own other"),
    "GET /plan/calendar": READERS,
    "GET /plan/calendar/<month>": Access(
        "calendar month", administrator="own other", auditor="own other"
    ),
    "GET /plan/calls/<call>": Access("call of a plan", administrator="own", auditor="own foreign"),
    "POST /plan/calls/<call>/another": Access("call of a plan", administrator="own"),
    "GET /plan/new": ADMINISTRATORS,
    "POST /plan/new": ADMINISTRATORS,
    "POST /plan/<month>/late": PLAN,
    "POST /plan/<month>/disclose": PLAN,
    "POST /plan/<month>/draw": PLAN,
    "POST /plan/<month>/public-value": PLAN,
    "POST /plan/<month>/withdraw": PLAN,
    "GET /line": ADMINISTRATORS,
    "GET /line/trainer": ADMINISTRATORS,
    "POST /line/stop": ADMINISTRATORS,
    "POST /line/resume": ADMINISTRATORS,
    "POST /line/by-hand/<call>": Access("call", administrator=ANY, otherwise=Otherwise.TOLD),
    "POST /line/unknown/<attempt>": Access(
        "attempt", administrator="own", otherwise=Otherwise.TOLD
    ),
    "POST /line/recordings/<recording>/give-up": Access(
        "lost recording", administrator="own", otherwise=Otherwise.TOLD
    ),
    # People.
    "GET /people": ADMINISTRATORS,
    "GET /people/new": ADMINISTRATORS,
    "POST /people/new": ADMINISTRATORS,
    "GET /people/<key>": ANY_PERSON,
    "POST /people/<key>": ANY_PERSON,
    "POST /people/<key>/access": ANY_PERSON,
    "POST /people/<key>/copy": ANY_PERSON,
    "POST /people/<key>/erase": ANY_PERSON,
    "POST /people/<key>/invitation": ANY_PERSON,
    "POST /people/<key>/skill": ANY_PERSON,
    "POST /people/<key>/second-step/remove": ANY_PERSON,
    "POST /people/<key>/sessions/end": ANY_PERSON,
    "POST /people/<key>/leaves": ANY_PERSON,
    "POST /people/<key>/leaves/<leave>/end": Access("leave", administrator="own other"),
    "POST /people/<key>/ties/<tie>/end": Access("tie", administrator="own other"),
    "GET /ties-lifted": READERS,
    # What is kept, and what was done.
    "GET /journal": READERS,
    "GET /journal.csv": READERS,
    "GET /journal/check": READERS,
    "GET /retention": READERS,
    "POST /retention/holds": ADMINISTRATORS,
    "POST /retention/holds/<key>/end": Access("hold", administrator="own"),  # in force
    "GET /analysts": ADMINISTRATORS,
    "POST /analysts": ADMINISTRATORS,
    "POST /analysts/<key>/answer": Access("request", administrator="own"),
    "GET /mail": ADMINISTRATORS,
    "POST /mail/<letter>/again": Access("letter", administrator="own"),  # given up
    "GET /monday": ADMINISTRATORS,
    "GET /rubrics": READERS,
    "GET /rubrics/<version>": Access("rubric", administrator="own", auditor="own"),
    "GET /scenarios/<version>": Access("scenario", administrator="own", auditor="own"),
    # The telephone network's posts: a signature opens them, and no session does.
    "POST /hooks/softphone": HOOK,
    "POST /hooks/calls/<token>/answer": CALL_HOOK,
    "POST /hooks/calls/<token>/confirm": CALL_HOOK,
    "POST /hooks/calls/<token>/ended": CALL_HOOK,
    "POST /hooks/calls/<token>/leg": CALL_HOOK,
    "POST /hooks/calls/<token>/recording": CALL_HOOK,
    "POST /hooks/calls/<token>/status": CALL_HOOK,
    "POST /hooks/inbound/dialled": HOOK,
    "POST /hooks/inbound/message": HOOK,
    "POST /hooks/inbound/screen": HOOK,
    "POST /hooks/inbound/screened": HOOK,
    "POST /hooks/inbound/voice": HOOK,
}

# What a form must hold, so that the object alone decides; every other post is empty.
WHY = {"reason": "for a test", "why": "for a test", "words": "for a test"}
BODIES: dict[str, dict[str, str]] = {
    "POST /account/way": {"way": "softphone"},
    "POST /calls/<call>/way": {"way": "softphone"},
    "POST /centres/<centre>/extra-sampling/<reason>/end": WHY,
    "POST /centres/<centre>/identities/<identity>/code": WHY,
    "POST /centres/<centre>/identities/<identity>/limit": {"most_uses": "5", "risk": "low"},
    "POST /centres/<centre>/numbers/<number>/reach": {"seen": "public", "reach": "public"},
    "POST /line/by-hand/<call>": {"by_hand": "yes"},
    "POST /line/unknown/<attempt>": WHY,
    "POST /line/recordings/<recording>/give-up": WHY,
    "POST /people/<key>/second-step/remove": WHY,
    "POST /people/<key>/ties/<tie>/end": WHY,
    "POST /retention/holds/<key>/end": WHY,
}
