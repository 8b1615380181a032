"""What a person at the console does in a situation."""

from __future__ import annotations

from typing import Any

from clinic.adapters.contacts import Contacts
from clinic.scheduling.model import AgendaSlot
from clinic.staff.accounts import COMMAND_LINE
from clinic.staff.model import NewMember, Role, SiteRole, StaffMember
from tests.assistant import ClinicUnderTest

_LOGIN = "nadia"


class DeskUnderTest:
    """Nadia of the reception, who answers, books, gives back and ends."""

    def __init__(self, clinic: ClinicUnderTest, number: str) -> None:
        self._clinic = clinic
        self._services = clinic.services
        self._number = number
        self._keys = 0

    async def do(self, what: str | dict[str, Any], slot: AgendaSlot | None = None) -> None:
        """Does one thing: `takes over`, `hands back`, `resolves`, or `{replies: <text>}`,
        `{books: ...}`, the slot of which is given besides.
        """  # fmt: skip
        desk, contact_id, nadia = self._services.staff_desk, self._contact_id(), self._member()
        self._keys += 1
        if isinstance(what, dict) and "replies" in what:
            desk.reply(contact_id, nadia, what["replies"], key=str(self._keys))
        elif isinstance(what, dict):
            assert slot is not None
            patient = self._services.patients.of_contact(contact_id)[0]
            self._services.staff_appointments.book(
                contact_id, patient.id, slot, nadia, key=str(self._keys)
            )
        elif what == "takes over":
            desk.ensure_taken(contact_id, nadia)
        elif what == "hands back":
            desk.hand_back(contact_id, nadia)
        else:
            assert what == "resolves", what
            desk.resolve(contact_id, nadia)
        await self._clinic.send_due()
        await self._clinic.take_up()
        await self._clinic.send_due()

    def _member(self) -> StaffMember:
        staff = self._services.staff
        known = staff.by_login(_LOGIN)
        if known is not None:
            return known
        roles = frozenset({SiteRole(Role.RECEPTION)})
        return staff.create(
            NewMember(_LOGIN, "Nadia", "correct horse battery", roles), COMMAND_LINE
        )

    def _contact_id(self) -> str:
        with self._services.database.read() as tx:
            found = Contacts(tx).find(phone=self._number, user_id=None)
        assert found is not None
        return found.id
