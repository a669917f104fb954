"""A report as DOCX: Chinese text 仿宋 四号, digits Times New Roman, A4, line pitch 26 pt (law.md section 2, V)."""

from io import BytesIO
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from collector.reports.document import OPEN, Block, Document, Grid, Heading, Paragraph, shown, width_of

_BODY: Final = Pt(14)
"""四号."""
_TABLE: Final = Pt(10.5)
"""五号: nine columns have to fit a page."""
_PITCH: Final = Pt(26)
_TEXT_MM: Final = 156
"""Between the margins."""
_WIDEST: Final = 40
_FONT, _DIGITS, _BOLD, _TITLE = "仿宋", "Times New Roman", "黑体", "方正小标宋简体"
_SIZES: Final = {1: Pt(16), 2: Pt(15), 3: Pt(14)}


def docx_of(report: Document) -> bytes:
    """The report as the bytes of a DOCX file."""
    file = docx.Document()
    _page(file)
    _centre(_add(file, report.title, _TITLE, Pt(22)))
    _centre(_add(file, f"（依据：{report.basis}）", _FONT, _TABLE))
    for block in report.blocks:
        _write(file, block)
    stream = BytesIO()
    file.save(stream)
    return stream.getvalue()


def _page(file: Any) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = file.styles["Normal"]
    style.font.name, style.font.size = _DIGITS, _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    for level in _SIZES:
        heading = file.styles[f"Heading {level}"]
        heading.font.color.rgb, heading.font.bold, heading.font.italic = RGBColor(0, 0, 0), False, False
        heading.paragraph_format.space_before = Pt(6)
    file.core_properties.author = "关津"
    file.core_properties.comments = ""
    _number_pages(section)


def _number_pages(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001  # python-docx has no public way to a field


def _write(file: Any, block: Block) -> None:
    match block:
        case Heading(text, level):
            paragraph = _add(file, text, _BOLD if level == 1 else "楷体", _SIZES[level])
            paragraph.style = file.styles[f"Heading {level}"]
        case Paragraph(text, is_open):
            paragraph = _add(file, text, _FONT, _BODY, is_open=is_open)
            paragraph.paragraph_format.first_line_indent = Pt(28)
        case Grid():
            _add_grid(file, block)


def _add(file: Any, text: str, font: str, size: Any, *, is_open: bool = False) -> Any:
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = _PITCH if size <= Pt(16) else Pt(36)
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, font, size, is_open=is_open)
    return paragraph


def _centre(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _run(paragraph: Any, text: str, font: str, size: Any, *, is_open: bool) -> Any:
    run = paragraph.add_run(shown(text))
    run.font.name, run.font.size = _DIGITS, size
    run._element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001  # no public way to eastAsia
    if is_open:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return run


def _add_grid(file: Any, table: Grid) -> None:
    _centre(_add(file, table.title, _BOLD, _TABLE))
    drawn = file.add_table(rows=1, cols=len(table.header))
    drawn.style = "Table Grid"
    _fill(drawn.rows[0], table.header, _BOLD)
    _repeat(drawn.rows[0])
    for row in table.rows:
        _fill(drawn.add_row(), row, _FONT)
    _set_widths(drawn, table)
    if table.note:
        _add(file, f"注：{table.note}", _FONT, _TABLE)


def _fill(row: Any, texts: tuple[str, ...], font: str) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        _run(cell.paragraphs[0], text, font, _TABLE, is_open=text.startswith(OPEN))


def _set_widths(drawn: Any, table: Grid) -> None:
    """Columns share the page by what stands in them; none is so narrow that a word of its head breaks."""
    columns = list(zip(table.header, *table.rows, strict=True))
    weights = [min(max(map(width_of, column)), _WIDEST) + max(width_of(column[0]) // 2, 4) for column in columns]
    drawn.autofit = False
    for number, weight in enumerate(weights):
        width = Mm(_TEXT_MM * weight / sum(weights))
        drawn.columns[number].width = width
        for cell in drawn.columns[number].cells:
            cell.width = width


def _repeat(row: Any) -> None:
    """The header stands on every page that the table runs over."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  # python-docx has no public way to it
