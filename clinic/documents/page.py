"""A page with the clinic's letterhead: French from left to right, Arabic from right to left.

Letters are joined and turned by HarfBuzz; the fonts are in the file, so that it reads the same on
every phone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from fpdf import FPDF
from fpdf.enums import Align

from clinic.documents.model import Letterhead

_FOLDER = Path(__file__).parent
_FONTS = _FOLDER / "fonts"
_MARGIN = 18.0
INK = (29, 43, 39)
SOFT = (92, 112, 105)
ACCENT = (11, 107, 83)
LINE = (207, 220, 215)
PALE = (240, 246, 243)
BODY_SIZE = 11.0
SMALL_SIZE = 8.5


class Page(FPDF):
    """An A4 document; positions and sizes in millimetres, type in points."""

    def __init__(self, letterhead: Letterhead, title: str) -> None:
        super().__init__(format="A4")
        self.letterhead = letterhead
        self.is_arabic = letterhead.language == "ar"
        self.heading = title
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=28)
        self._add_fonts()
        direction = "rtl" if self.is_arabic else "ltr"
        self.set_text_shaping(use_shaping_engine=True, direction=direction)
        self.set_title(title)
        self.set_author(self.local(letterhead.clinic.name))
        self.set_creator(self.local(letterhead.clinic.name))
        self.set_lang("ar" if self.is_arabic else "fr-FR")
        self.add_page()

    @property
    def start(self) -> Align:
        """The side on which lines begin."""
        return Align.R if self.is_arabic else Align.L

    @property
    def end(self) -> Align:
        return Align.L if self.is_arabic else Align.R

    def word(self, name: str, **values: str) -> str:
        """Returns a word of `texts.yml` in the page's language."""
        return word(name, self.letterhead.language).format(**values)

    def local(self, text: object) -> str:
        """Returns a text of the clinic file in the page's language."""
        return str(text.to("ary" if self.is_arabic else "fr"))  # type: ignore[attr-defined]

    def write_font(self, size: float, *, bold: bool = False, color: tuple[int, ...] = INK) -> None:
        self.set_font("main", "B" if bold else "", size)
        self.set_text_color(*color)
        if self.page and self.current_font:
            # fpdf2 2.8 takes for granted that a font outlives the graphics state in which a
            # piece of another font set it: a line after Arabic would have none.
            self._out(f"BT /F{self.current_font.i} {size:.2f} Tf ET")

    def paragraph(self, text: str, *, height: float = 6.0, align: Align | None = None) -> None:
        self.multi_cell(0, height, text, align=align or self.start, new_x="LMARGIN", new_y="NEXT")

    def header(self) -> None:
        clinic, site = self.letterhead.clinic, self.letterhead.site
        self.set_y(14)
        self.write_font(16, bold=True, color=ACCENT)
        self.paragraph(self.local(clinic.name), height=8)
        self.write_font(SMALL_SIZE, color=SOFT)
        self.paragraph(self.local(site.address), height=4.5)
        self.paragraph(f"{_readable_number(site.phone)}  ·  {clinic.email}", height=4.5)
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.6)
        y = self.get_y() + 3
        self.line(_MARGIN, y, self.w - _MARGIN, y)
        self.set_y(y + 6)

    def footer(self) -> None:
        self.set_y(-20)
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.set_y(-17)
        self.write_font(SMALL_SIZE, color=SOFT)
        reference = f"{self.word('reference')} {self.letterhead.reference}"
        page = self.word("page", page=str(self.page_no()))
        self.cell(0, 5, reference, align=self.start, new_x="LMARGIN", new_y="TOP")
        self.cell(0, 5, page, align=self.end)

    def title_block(self, number: str = "") -> None:
        """Writes the title, its number, the place and the date."""
        self.write_font(18, bold=True)
        title = f"{self.heading}  {self.word('number')} {number}" if number else self.heading
        self.paragraph(title, height=9)
        self.write_font(10, color=SOFT)
        city = self.local(self.letterhead.site.city)
        day = self.letterhead.issued_on.strftime("%d/%m/%Y")
        self.paragraph(self.word("place_and_date", city=city, date=day))
        self.ln(4)

    def labelled(self, label: str, value: str) -> None:
        """Writes a line with a word before it."""
        self.write_font(BODY_SIZE)
        self.paragraph(f"{label} : {value}" if not self.is_arabic else f"{label}: {value}")

    def content(self) -> bytes:
        return bytes(self.output())

    def _add_fonts(self) -> None:
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font("main", style, _FONTS / f"NotoSans-{weight}.ttf")
            self.add_font("arabic", style, _FONTS / f"NotoSansArabic-{weight}.ttf")
        self.set_fallback_fonts(["arabic"], exact_match=True)
        self.set_font("main", "", BODY_SIZE)


def word(name: str, language: str) -> str:
    """Returns a word of `texts.yml` in French (`fr`) or Arabic (`ar`)."""
    return _words()[name][language]


def _readable_number(number: str) -> str:
    """Returns +212522000101 as 0522 00 01 01; other numbers as they are."""
    if not (number.startswith("+212") and len(number) == 13):
        return number
    national = "0" + number[4:]
    # No-break spaces keep the groups in their order on an Arabic line (Unicode bidi, class CS).
    return "\u00a0".join((national[:4], national[4:6], national[6:8], national[8:]))


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(
        (_FOLDER / "texts.yml").read_text(encoding="utf-8")
    )
    return words
