"""Repository of the staff: found by a keyed hash of the login name, read through the cipher."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Row

from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.staff import staff_member as table
from clinic.adapters.tables.staff import staff_role as roles_table
from clinic.staff.model import NewMember, Role, SiteRole, StaffMember

_ALL_SITES = "*"


class Staff:
    """The members of staff, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._insert = tx.insert
        self._cipher = tx.cipher

    def add(self, new: NewMember, password_hash: str, now: datetime) -> str | None:
        """Makes an account; returns its id, None when the login name is taken."""
        member_id = new_id()
        made = self._connection.execute(
            self._insert(table)
            .values(
                id=member_id,
                login_hash=self._login_hash(new.login),
                login=self._cipher.encrypt(new.login),
                name=self._cipher.encrypt(new.name),
                password_hash=password_hash,
                must_change_password=new.must_change_password,
                language=new.language,
                practitioner=new.practitioner,
                is_active=True,
                is_away=False,
                created_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing(index_elements=["login_hash"])
        )
        if not made.rowcount:
            return None
        self.set_roles(member_id, new.roles)
        return member_id

    def get(self, member_id: str) -> StaffMember | None:
        return self._one(table.c.id == member_id)

    def by_login(self, login: str) -> StaffMember | None:
        return self._one(table.c.login_hash == self._login_hash(login))

    def all(self) -> list[StaffMember]:
        """Returns every account, by name."""
        rows = self._connection.execute(select(table)).all()
        roles: dict[str, set[SiteRole]] = {}
        for row in self._connection.execute(select(roles_table)):
            roles.setdefault(row.staff_id, set()).add(_role(row))
        members = [self._read(row, roles.get(row.id, ())) for row in rows]
        return sorted(members, key=lambda member: member.name.casefold())

    def count(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())

    def password_hash(self, member_id: str) -> str:
        return str(self._value(member_id, table.c.password_hash))

    def totp(self, member_id: str) -> tuple[str | None, int | None]:
        """Returns the second factor's secret and the step of the last code used."""
        row = self._connection.execute(
            select(table.c.totp_secret, table.c.totp_step).where(table.c.id == member_id)
        ).one()
        secret = self._cipher.decrypt(bytes(row.totp_secret)) if row.totp_secret else None
        return secret, row.totp_step

    def set_totp(self, member_id: str, secret: str | None, step: int | None, now: datetime) -> None:
        sealed = self._cipher.encrypt(secret) if secret else None
        self.change(member_id, now, totp_secret=sealed, totp_step=step)

    def use_totp_step(self, member_id: str, step: int) -> bool:
        """Notes that a code was used; False when it, or a later one, was used before."""
        used = self._connection.execute(
            update(table)
            .where(table.c.id == member_id)
            .where((table.c.totp_step.is_(None)) | (table.c.totp_step < step))
            .values(totp_step=step)
        )
        return bool(used.rowcount)

    def set_name(self, member_id: str, name: str, now: datetime) -> None:
        self.change(member_id, now, name=self._cipher.encrypt(name))

    def set_roles(self, member_id: str, roles: Iterable[SiteRole]) -> None:
        self._connection.execute(delete(roles_table).where(roles_table.c.staff_id == member_id))
        for entry in roles:
            self._connection.execute(
                insert(roles_table).values(
                    staff_id=member_id, role=entry.role.value, site=entry.site or _ALL_SITES
                )
            )

    def change(self, member_id: str, now: datetime, **values: Any) -> None:
        self._connection.execute(
            update(table).where(table.c.id == member_id).values(updated_at=now, **values)
        )

    def _value(self, member_id: str, column: Any) -> Any:
        return self._connection.execute(select(column).where(table.c.id == member_id)).scalar_one()

    def _one(self, condition: Any) -> StaffMember | None:
        row = self._connection.execute(select(table).where(condition)).first()
        if row is None:
            return None
        roles = self._connection.execute(
            select(roles_table).where(roles_table.c.staff_id == row.id)
        )
        return self._read(row, [_role(entry) for entry in roles])

    def _login_hash(self, login: str) -> str:
        return self._cipher.lookup_hash(f"login:{login.strip().casefold()}")

    def _read(self, row: Row, roles: Iterable[SiteRole]) -> StaffMember:
        return StaffMember(
            id=row.id,
            login=self._cipher.decrypt(bytes(row.login)),
            name=self._cipher.decrypt(bytes(row.name)),
            language=row.language,
            roles=frozenset(roles),
            practitioner=row.practitioner,
            is_active=row.is_active,
            is_away=row.is_away,
            has_second_factor=row.totp_secret is not None,
            must_change_password=row.must_change_password,
        )


def _role(row: Row) -> SiteRole:
    return SiteRole(Role(row.role), None if row.site == _ALL_SITES else row.site)
