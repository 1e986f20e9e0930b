"""What a post has done, said once on the page that follows it."""

from flask import flash, get_flashed_messages, session


def tell(sentence: str) -> None:
    """Keep a sentence for the next page."""
    flash(sentence)


def told() -> list[tuple[str, str]]:
    """The sentences that were kept, as a page's notices; each is said once."""
    return [("", str(sentence)) for sentence in get_flashed_messages()]


def forget_told() -> None:
    """Drop what was kept for a page that never came: the next may be somebody else's."""
    session.pop("_flashes", None)
