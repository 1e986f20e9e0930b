"""The place of what a centre may supply besides: its products, and permissions by country."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler.further import Permission, Product, What
from scheduler.register_rows import PermissionRow, ProductRow


def products(session: Session, centre: UUID) -> tuple[Product, ...]:
    """The products that a centre supports, by name and version."""
    rows = session.scalars(select(ProductRow).where(ProductRow.centre_id == centre))
    return tuple(sorted(Product(row.name, row.version, row.enquiry, row.fix) for row in rows))


def permissions(session: Session, centre: UUID) -> tuple[Permission, ...]:
    """What is permitted on which legal basis, by what it is and country."""
    rows = session.scalars(select(PermissionRow).where(PermissionRow.centre_id == centre))
    return tuple(sorted(Permission(What(row.what), row.country, row.basis) for row in rows))


def enter_products(session: Session, centre: UUID, stated: Iterable[Product]) -> None:
    """Put the stated products in the place of those that stood."""
    session.execute(delete(ProductRow).where(ProductRow.centre_id == centre))
    session.add_all(ProductRow(id=uuid4(), centre_id=centre, **asdict(each)) for each in stated)


def enter_permissions(session: Session, centre: UUID, stated: Iterable[Permission]) -> None:
    """Put the stated permissions in the place of those that stood."""
    session.execute(delete(PermissionRow).where(PermissionRow.centre_id == centre))
    session.add_all(PermissionRow(centre_id=centre, **asdict(each)) for each in stated)
