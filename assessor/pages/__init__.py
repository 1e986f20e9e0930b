"""The pages of the workspace, one file a subject."""

from flask import Blueprint


def every_page() -> tuple[Blueprint, ...]:
    """Every blueprint that the workspace registers."""
    return ()
