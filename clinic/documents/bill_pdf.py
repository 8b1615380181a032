"""An invoice or a quote as PDF, from the prices of the clinic file."""

from __future__ import annotations

from fpdf.fonts import FontFace

from clinic.documents.model import Bill, DocumentKind, Letterhead
from clinic.documents.page import ACCENT, BODY_SIZE, INK, LINE, PALE, SMALL_SIZE, SOFT, Page, word

_WIDTHS = (50, 12, 19, 19)
"""Of the columns, in hundredths of the page's."""


def bill_pdf(bill: Bill, letterhead: Letterhead) -> bytes:
    """Returns the PDF of an invoice or a quote."""
    page = Page(letterhead, word(bill.kind.value, letterhead.language))
    page.title_block(bill.number)
    page.labelled(page.word("patient"), bill.patient_name)
    page.ln(5)
    _write_lines(page, bill)
    page.ln(3)
    rows = [("total", bill.total_mad)]
    if bill.paid_mad:
        rows += [("paid", bill.paid_mad), ("due", bill.due_mad)]
    for number, (name, amount) in enumerate(rows):
        is_last = number == len(rows) - 1
        page.write_font(BODY_SIZE + is_last, bold=is_last, color=ACCENT if is_last else INK)
        page.paragraph(f"{page.word(name)}   {_amount(page, amount)}", align=page.end, height=7)
    page.ln(6)
    page.write_font(SMALL_SIZE, color=SOFT)
    page.paragraph(page.word("vat"), height=4.5)
    if bill.kind is DocumentKind.QUOTE:
        page.paragraph(page.word("quote_validity"), height=4.5)
    return page.content()


def _write_lines(page: Page, bill: Bill) -> None:
    head = [page.word(name) for name in ("item", "quantity", "unit_price", "amount")]
    rows = [
        (line.label, str(line.quantity), _amount(page, line.unit_price_mad),
         _amount(page, line.total_mad))
        for line in bill.lines
    ]  # fmt: skip
    # Arabic tables begin on the right.
    step = -1 if page.is_arabic else 1
    page.write_font(10)
    page.set_draw_color(*LINE)
    page.set_line_width(0.2)
    with page.table(
        col_widths=_WIDTHS[::step],
        text_align=(page.start, *(page.end,) * 3)[::step],
        borders_layout="HORIZONTAL_LINES",
        line_height=7,
        padding=(1, 2),
        headings_style=FontFace(emphasis="BOLD", color=SOFT, fill_color=PALE),
    ) as table:
        for values in (head, *rows):
            table.row(values[::step])


def _amount(page: Page, amount: int) -> str:
    return page.word("currency", amount=f"{amount:,}".replace(",", "\u202f"))
