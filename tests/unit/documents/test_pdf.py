"""The PDF documents: their words, both ways of writing, their fonts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clinic.documents.bill_pdf import bill_pdf
from clinic.documents.model import Bill, BillLine, DocumentKind, Letterhead, Medicine, Prescription
from clinic.documents.page import Page, word
from clinic.documents.prescription_pdf import prescription_pdf
from clinic.facts.codes import Specialty
from clinic.facts.loader import load_clinic

CLINIC = load_clinic(Path(__file__).resolve().parents[3] / "clinic.yml")


def letterhead(language: str) -> Letterhead:
    return Letterhead(CLINIC, CLINIC.sites[0], language, date(2026, 11, 23), "R-7K2M")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_prescription_of_many_medicines_has_several_pages(language: str) -> None:
    medicines = tuple(Medicine(f"Médicament {n}", "حبة صباحا", "3 mois") for n in range(40))
    prescription = Prescription(
        "Salma سلمى", date(1990, 3, 5), CLINIC.practitioner("dr-alami"), medicines
    )

    content = prescription_pdf(prescription, letterhead(language))

    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") > 1


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("kind", [DocumentKind.INVOICE, DocumentKind.QUOTE])
def test_bills_are_made_in_both_languages(language: str, kind: DocumentKind) -> None:
    bill = Bill(kind, "F-2026-0001", "سلمى", (BillLine("Consultation", 2, 1250),), 100)

    assert bill_pdf(bill, letterhead(language)).startswith(b"%PDF-")
    assert (bill.total_mad, bill.due_mad) == (2500, 2400)


def test_a_line_after_arabic_has_a_font_again() -> None:
    page = Page(letterhead("ar"), "x")
    page.set_compression(False)
    page.write_font(11)
    page.paragraph("سلمى")
    page.write_font(11)
    page.paragraph("0522 00 01 01")

    last_text = page.content().split(b"q BT")[-1]
    before = page.content()[: page.content().rfind(b"q BT")]
    assert b"Tf ET" in before[-60:] or b"Tf" in last_text


@pytest.mark.parametrize("specialty", list(Specialty))
def test_every_specialty_has_a_word_on_paper(specialty: Specialty) -> None:
    assert word(f"specialty_{specialty.value}", "fr")
    assert word(f"specialty_{specialty.value}", "ar")
