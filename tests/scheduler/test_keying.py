"""Passkeys: what proves one, and everything that doesn't."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.database import Sessions
from scheduler import admitting, keying, passkey_proof, passkeys, people, securing
from scheduler.access import Person, Role
from scheduler.challenges import LASTS
from scheduler.passkey_proof import ProofRefused, PublicKey, works_at
from scheduler.securing import SecuringRefused, new_token
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.authenticator import Authenticator
from tests.scheduler.entering import HEAD, HERE, THERE, acts, letters

SITE = HEAD.site
SECOND = timedelta(seconds=1)
CHANCE = bytes(range(32))


class Keys:
    """An institute in which Hazel has a passkey."""

    def __init__(self, sessions: Sessions) -> None:
        self.institute: Institute = an_institute(sessions)
        self.sessions, self.vault = sessions, self.institute.vault
        self.hazel = self.person("Hazel")
        self.session = new_token()
        self.device = Authenticator(SITE)
        self.add()

    def person(self, name: str) -> Person:
        key = self.institute.person(name, Role.ASSESSOR)
        with self.sessions.reading() as session:
            found = people.find_person(session, key)
        assert found is not None
        return found

    def add(self, device: Authenticator | None = None, name: str = "telephone") -> None:
        options = keying.ask_to_register(self.sessions, HEAD, self.hazel, self.session, CHANCE, NOW)
        self.register((device or self.device).make(options), name=name)

    def register(self, answer: str, token: str = "", name: str = "telephone") -> None:
        keying.register(
            self.sessions,
            self.vault,
            HEAD,
            self.hazel.id,
            token or self.session,
            answer,
            name,
            NOW,
        )

    def ask(self, token: str, chance: bytes = CHANCE) -> str:
        return keying.ask_to_sign_in(self.sessions, HEAD, token, chance, NOW, HERE)

    def enter(self, token: str, answer: str, later: timedelta = timedelta()) -> UUID:
        """Who is in by an answer."""
        fresh = keying.sign_in(self.sessions, HEAD, token, answer, NOW + later, HERE)
        who = admitting.who(self.sessions, fresh, NOW + later)
        assert who is not None
        return who.person.id


@pytest.fixture
def keys(sessions: Sessions) -> Keys:
    """Hazel's keys."""
    return Keys(sessions)


def test_a_passkey_opens_a_session_by_itself_and_says_when_it_was_used(keys: Keys) -> None:
    for _ in range(2):
        assert keys.enter("t", keys.device.use(keys.ask("t")), SECOND) == keys.hazel.id
    with keys.sessions.reading() as session:
        (found,) = passkeys.passkeys(session, keys.hazel.id)
    assert (found.name, found.added_at, found.used_at) == ("telephone", NOW, NOW + SECOND)
    assert found.key.count == 2
    assert acts(keys.institute)[-3:] == ["passkey added", "signed in", "signed in"]


def test_a_letter_tells_of_a_new_passkey_and_holds_nothing_of_it(keys: Keys) -> None:
    ((subject, body),) = letters(keys.institute, keys.hazel.email)
    assert subject == "Test institute: your sign-in was changed"
    assert "a passkey was added" in body
    assert "Wednesday 25 November 2026, 09:00 (Europe/London)" in body
    assert f"{SITE}/forgot" in body
    with keys.sessions.reading() as session:
        (found,) = passkeys.passkeys(session, keys.hazel.id)
    assert found.key.credential not in body


def test_an_answer_serves_once(keys: Keys) -> None:
    answer = keys.device.use(keys.ask("t"))
    assert keys.enter("t", answer)
    with pytest.raises(SecuringRefused):
        keys.enter("t", answer)
    keys.ask("t", bytes(32))  # another challenge: the old answer is to none
    with pytest.raises(SecuringRefused):
        keys.enter("t", answer)


def test_a_refused_answer_uses_the_challenge_up(keys: Keys) -> None:
    answer = keys.device.use(keys.ask("t"))
    with pytest.raises(SecuringRefused):
        keys.enter("t", "{}")
    with pytest.raises(SecuringRefused):
        keys.enter("t", answer)


def test_a_challenge_is_for_the_browser_that_asked_and_not_for_long(keys: Keys) -> None:
    answer = keys.device.use(keys.ask("t"))
    with pytest.raises(SecuringRefused):
        keys.enter("another browser", answer)
    assert keys.enter("t", answer, LASTS)
    answer = keys.device.use(keys.ask("t"))
    with pytest.raises(SecuringRefused):
        keys.enter("t", answer, LASTS + SECOND)


@pytest.mark.parametrize(
    "origin",
    ["https://calls.institute.example.evil.example", "http://calls.institute.example", "null"],
)
def test_an_answer_given_at_another_origin_is_none(keys: Keys, origin: str) -> None:
    keys.device.origin = origin
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t")))


def test_an_answer_for_another_host_is_none(keys: Keys) -> None:
    options = keys.ask("t").replace("calls.institute.example", "evil.example")
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(options))


def test_a_device_that_does_not_make_sure_of_its_owner_opens_nothing(keys: Keys) -> None:
    keys.device.verifies = False
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t")))
    with pytest.raises(SecuringRefused, match="wasn't accepted"):
        keys.add(Authenticator(SITE, verifies=False, credential=b"other"))


def test_a_key_that_nobody_added_opens_nothing(keys: Keys) -> None:
    stranger = Authenticator(SITE, credential=b"unknown", user=keys.hazel.id.bytes)
    with pytest.raises(SecuringRefused):
        keys.enter("t", stranger.use(keys.ask("t")))
    forger = Authenticator(SITE, user=keys.hazel.id.bytes)  # the same name, another key
    with pytest.raises(SecuringRefused):
        keys.enter("t", forger.use(keys.ask("t")))


def test_a_passkey_never_opens_anothers_account(keys: Keys) -> None:
    ivy = keys.person("Ivy")
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t"), userHandle=ivy.id.bytes))
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t"), userHandle=b""))


def test_a_copied_key_is_found_by_its_count(keys: Keys) -> None:
    assert keys.enter("t", keys.device.use(keys.ask("t")))
    keys.device.count = 0
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t")))


def test_a_device_that_does_not_count_may_go_on_doing_so(keys: Keys) -> None:
    plain = Authenticator(SITE, counts=False, credential=b"plain")
    keys.add(plain)
    for _ in range(2):
        assert keys.enter("t", plain.use(keys.ask("t"))) == keys.hazel.id


def test_who_has_no_access_gets_none_by_a_passkey(keys: Keys) -> None:
    with keys.sessions.begin() as session:
        people.set_active(session, keys.hazel.id, False)
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t")))


# --- adding and taking away ---------------------------------------------------------------------


def test_a_passkey_is_added_in_the_session_that_asked(keys: Keys) -> None:
    other = Authenticator(SITE, credential=b"other")
    options = keying.ask_to_register(keys.sessions, HEAD, keys.hazel, keys.session, CHANCE, NOW)
    answer = other.make(options)
    with pytest.raises(SecuringRefused, match="away for long"):
        keys.register(answer, "another session")
    keys.register(answer)
    with pytest.raises(SecuringRefused, match="away for long"):
        keys.register(answer)


def test_a_challenge_to_sign_in_adds_no_passkey(keys: Keys) -> None:
    keys.ask(keys.session)
    options = passkey_proof.to_register(SITE, "i", keys.hazel.id, "h@i", "Hazel", CHANCE, [])
    with pytest.raises(SecuringRefused, match="away for long"):
        keys.register(Authenticator(SITE, credential=b"other").make(options))


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x07b"])
def test_a_passkey_has_a_name(keys: Keys, name: str) -> None:
    with pytest.raises(SecuringRefused, match="name"):
        keys.add(Authenticator(SITE, credential=b"other"), name)


def test_a_credential_belongs_to_one_person(keys: Keys) -> None:
    options = json.loads(
        keying.ask_to_register(keys.sessions, HEAD, keys.hazel, keys.session, CHANCE, NOW)
    )
    assert len(options["excludeCredentials"]) == 1
    with pytest.raises(SecuringRefused, match="on file already"):
        keys.add()


def test_only_the_owner_takes_a_passkey_away_and_a_letter_says_so(keys: Keys) -> None:
    ivy = keys.person("Ivy")
    with keys.sessions.reading() as session:
        (found,) = passkeys.passkeys(session, keys.hazel.id)
    assert not keying.remove(keys.sessions, keys.vault, HEAD, ivy.id, found.id, NOW)
    assert keying.remove(keys.sessions, keys.vault, HEAD, keys.hazel.id, found.id, NOW)
    assert not keying.remove(keys.sessions, keys.vault, HEAD, keys.hazel.id, found.id, NOW)
    with pytest.raises(SecuringRefused):
        keys.enter("t", keys.device.use(keys.ask("t")))
    assert "was taken away" in letters(keys.institute, keys.hazel.email)[-1][1]


def test_passkeys_go_with_a_second_step_that_an_administrator_takes_away(keys: Keys) -> None:
    ada = keys.institute.person("Ada", Role.ADMINISTRATOR)
    assert securing.remove_second_step_of(
        keys.sessions, keys.vault, HEAD, keys.hazel.id, "her telephone is lost", NOW, ada
    )
    with keys.sessions.reading() as session:
        assert passkeys.passkeys(session, keys.hazel.id) == ()


def test_a_stranger_fills_neither_the_journal_nor_the_table(keys: Keys) -> None:
    before = len(acts(keys.institute))
    for number in range(keying.ASKS):
        keys.ask(f"t{number}")
    with pytest.raises(SecuringRefused, match="Too many"):
        keys.ask("one more")
    for _ in range(5):
        with pytest.raises(SecuringRefused):
            keys.enter("t0", "{}")
    assert len(acts(keys.institute)) == before + 1
    assert keying.ask_to_sign_in(keys.sessions, HEAD, "t", CHANCE, NOW, THERE)


# --- confirming ---------------------------------------------------------------------------------


def test_a_passkey_confirms_its_owners_session_and_no_other(keys: Keys) -> None:
    session_token = keying.sign_in(
        keys.sessions, HEAD, "t", keys.device.use(keys.ask("t")), NOW, HERE
    )
    later = NOW + timedelta(minutes=20)
    who = admitting.who(keys.sessions, session_token, later)
    assert who is not None
    answer = keys.device.use(keys.ask("t"))
    fresh = keying.confirm(
        keys.sessions, HEAD, who, session_token, "t", answer, NOW + 8 * SECOND, HERE
    )
    again = admitting.who(keys.sessions, fresh, later)
    assert again is not None
    assert (again.since, again.confirmed) == (who.since, NOW + 8 * SECOND)
    assert admitting.who(keys.sessions, session_token, later) is None

    other = Authenticator(SITE, credential=b"ivys")
    keys.hazel = keys.person("Ivy")
    keys.add(other)
    with pytest.raises(SecuringRefused, match="isn't one of your passkeys"):
        keying.confirm(
            keys.sessions, HEAD, again, fresh, "t", other.use(keys.ask("t")), later, HERE
        )
    assert admitting.who(keys.sessions, fresh, later)


# --- nouns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "works"),
    [
        ("https://calls.institute.example", True),
        ("https://calls.institute.example:8443", True),
        ("http://localhost:8321", True),
        ("http://127.0.0.1:8321", False),
        ("https://[::1]:8321", False),
        ("http://calls.institute.example", False),
    ],
)
def test_passkeys_belong_to_a_name(site: str, works: bool) -> None:
    assert works_at(site) is works


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=8),
            lambda inner: st.dictionaries(
                st.sampled_from(["id", "rawId", "response", "type", "clientDataJSON", "x"]),
                inner | st.lists(inner, max_size=2),
            ),
            max_leaves=8,
        ).map(json.dumps),
    )
)
def test_whatever_is_sent_is_a_refusal(answer: str) -> None:
    for read in (
        lambda: passkey_proof.claimed(answer),
        lambda: passkey_proof.registered(SITE, CHANCE, answer),
        lambda: passkey_proof.proved(SITE, CHANCE, answer, PublicKey("AA", "AA", 0)),
    ):
        with pytest.raises(ProofRefused):
            read()
