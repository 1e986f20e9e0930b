"""The practice exchange: a local telephone network with the manners of Twilio's."""
