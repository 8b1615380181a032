"""Making one contact of two: which rows of the one go to the other.

The tables are those of `personal_data.TABLES`, so that a new one is not left behind: what stays
with a contact that nobody writes to or as any more would miss in an export and in an erasure.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from clinic.adapters.consents import Consents
from clinic.adapters.conversations import Conversations
from clinic.adapters.database import Transaction
from clinic.adapters.errand_runs import ErrandRuns
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.personal_data import TABLES
from clinic.adapters.secure_links import SecureLinkRows
from clinic.adapters.tables import messaging, patients, privacy, reporting

STAYING = (
    messaging.contact,
    # Who has a file is not joined to another without staff.
    patients.patient,
    # They record what was done with that very contact.
    privacy.erasure,
    privacy.audit_entry,
)
WITH_RULES = (
    patients.handoff,
    patients.consent,
    messaging.conversation,
    reporting.errand_run,
    privacy.secure_link,
)
"""Their repositories say what goes."""


def join_rows(
    tx: Transaction, from_contact: str, to_contact: str, now: datetime, *, is_verified: bool
) -> None:
    """Gives what is stored about a contact to another, who turned out to be the same person.

    Args:
        is_verified: False when the person must be verified first: until then nobody may allow
            anything in the name of the other contact.
    """
    for entry in TABLES:
        # Rows of other rows, and of patients, go where those go.
        is_of_contact = entry.parent is None and not entry.is_of_patient
        if is_of_contact and entry.table not in (*STAYING, *WITH_RULES):
            owner = entry.table.c[entry.owner]
            tx.connection.execute(
                update(entry.table).where(owner == from_contact).values({owner: to_contact})
            )
    Handoffs(tx).move(from_contact, to_contact, now)
    Consents(tx).move(from_contact, to_contact, with_given=is_verified)
    Conversations(tx).move(from_contact, to_contact)
    ErrandRuns(tx).move(from_contact, to_contact)
    SecureLinkRows(tx).move_documents(from_contact, to_contact)
