"""The exchange answers the resource that says whom a browser's call asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from scheduler.telephone_twilio import OriginClient
from tests.scheduler.practice.world import ACCOUNT, TOKEN, World

OURS = "https://calls.example.org/hooks/softphone"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    world = World(tmp_path)
    client = Client(ACCOUNT, TOKEN, http_client=OriginClient(world.server.origin, 5))
    yield client
    client.http_client.session.close()
    world.close()


def test_an_application_is_made_listed_changed_and_fetched(client: Client) -> None:
    made = client.applications.create(voice_url=OURS, friendly_name="softphone")
    assert (made.sid[:2], len(made.sid), made.voice_method) == ("AP", 34, "POST")
    client.applications(made.sid).update(voice_method="GET")
    (listed,) = client.applications.list()
    fetched = client.applications(made.sid).fetch()
    for app in (listed, fetched):
        assert (app.sid, app.friendly_name) == (made.sid, "softphone")
        assert (app.voice_url, app.voice_method) == (OURS, "GET")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"voice_url": "calls.example.org"}, 21502), ({"voice_method": "PUT"}, 21403)],
)
def test_what_twilio_would_refuse_is_refused(
    client: Client, change: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.applications.create(**change)
    assert refused.value.code == code


def test_an_application_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(TwilioRestException) as missing:
        client.applications("AP" + "0" * 32).fetch()
    assert missing.value.status == 404
