"""The softphone over Twilio: the short pass with which one browser may call our TwiML App."""

from dataclasses import dataclass, field
from datetime import timedelta

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

LASTS = timedelta(minutes=15)  # from ten minutes before a call until it can't begin any more
SOFTPHONE_HOOK = "/hooks/softphone"  # whom the network asks about a browser's call


@dataclass(frozen=True, slots=True)
class Softphone:
    """An account whose TwiML App browsers may call, and nothing else."""

    account: str
    key: str
    secret: str = field(repr=False)
    app: str

    def permit(self, identity: str) -> str:
        """A pass for outgoing calls to the app, for a caller known by ``identity``.

        Signed by the secret; nobody can be called with it, and nobody can call its holder.
        """
        granted = AccessToken(
            self.account,
            self.key,
            self.secret,
            identity=identity,
            ttl=int(LASTS.total_seconds()),
            grants=[VoiceGrant(outgoing_application_sid=self.app)],
        )
        return str(granted.to_jwt())
