"""Why something that was asked for isn't written, so that a form can say it in its place."""


class FieldRefused(ValueError):
    """What can't be written; ``field`` is which part of it, the text why and what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class ChangedMeanwhile(Exception):
    """Somebody wrote a newer version than the one that was seen; nothing was changed."""
