"""A prescription as PDF."""

from __future__ import annotations

from clinic.documents.model import Letterhead, Prescription
from clinic.documents.page import ACCENT, BODY_SIZE, INK, LINE, SMALL_SIZE, SOFT, Page, word


def prescription_pdf(prescription: Prescription, letterhead: Letterhead) -> bytes:
    """Returns the PDF of a prescription that a doctor validated."""
    page = Page(letterhead, word("prescription", letterhead.language))
    language = "ary" if page.is_arabic else "fr"
    doctor = prescription.practitioner
    page.write_font(BODY_SIZE, bold=True)
    page.paragraph(doctor.name(language).full)
    page.write_font(10, color=SOFT)
    page.paragraph(" · ".join(page.word(f"specialty_{s.value}") for s in doctor.specialties))
    page.ln(3)
    page.title_block()
    page.labelled(page.word("patient"), prescription.patient_name)
    if prescription.birth_date:
        page.labelled(page.word("born"), prescription.birth_date.strftime("%d/%m/%Y"))
    page.ln(5)
    for number, medicine in enumerate(prescription.medicines, start=1):
        _write_medicine(page, number, medicine.name, medicine.dosage, medicine.duration)
    if prescription.remark:
        page.ln(2)
        page.write_font(10, bold=True)
        page.paragraph(page.word("remark"))
        page.write_font(10)
        page.paragraph(prescription.remark)
    page.ln(8)
    page.write_font(SMALL_SIZE, color=ACCENT)
    day = letterhead.issued_on.strftime("%d/%m/%Y")
    page.paragraph(
        page.word("signed", practitioner=doctor.name(language).full, date=day), align=page.end
    )
    return page.content()


def _write_medicine(page: Page, number: int, name: str, dosage: str, duration: str) -> None:
    page.write_font(12, bold=True, color=INK)
    page.paragraph(f"{number}.  {name}", height=7)
    page.write_font(BODY_SIZE)
    page.paragraph(dosage)
    if duration:
        page.write_font(10, color=SOFT)
        page.paragraph(page.word("duration", duration=duration))
    page.ln(2)
    page.set_draw_color(*LINE)
    page.set_line_width(0.2)
    page.line(page.l_margin, page.get_y(), page.w - page.r_margin, page.get_y())
    page.ln(3)
