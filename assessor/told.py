"""What a post has done, said once on the page that follows it."""

from flask import flash, get_flashed_messages


def tell(sentence: str) -> None:
    """Keep a sentence for the next page."""
    flash(sentence)


def told() -> list[tuple[str, str]]:
    """The sentences that were kept, as a page's notices; each is said once."""
    return [("", str(sentence)) for sentence in get_flashed_messages()]
