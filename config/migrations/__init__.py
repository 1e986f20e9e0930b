"""Alembic's folder: every change of a table since the first."""
