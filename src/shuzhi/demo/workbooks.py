"""Tables written the way departments send them: title rows, a header in two rows, notes, a total."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

SAMPLES = Path(__file__).parent / "samples"


def write_department_workbook(
    path: Path, *, title: str, sent_by: str, rows: Sequence[dict[str, str]], groups: Sequence[tuple[str, int]]
) -> None:
    """One sheet: title, sender's line, two header rows (``groups`` name runs of columns), rows, a note.

    Every cell is text, as typed by hand; a hidden sheet of dictionary values follows, as in
    most workbooks that come from a template.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("汇总表")
        heading = book.add_format({"bold": True, "align": "center", "font_size": 16})
        header = book.add_format({"bold": True, "align": "center", "border": 1})
        columns = list(rows[0])
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, heading)
        sheet.write_string(1, 0, f"填报单位：{sent_by}")
        sheet.write_string(1, len(columns) - 2, "单位：元、亩")
        first = 0
        for name, width in groups:
            if width > 1:
                sheet.merge_range(2, first, 2, first + width - 1, name, header)
            first += width
        for position, column in enumerate(columns):
            sheet.write_string(3, position, column, header)
            sheet.set_column(position, position, 14)
        for offset, row in enumerate(rows):
            for position, column in enumerate(columns):
                sheet.write_string(4 + offset, position, row[column])
        sheet.write_string(5 + len(rows), 0, "注：以上数据由各镇街上报，截至上月底。")
        book.add_worksheet("字典").hide()


def write_heritage_workbook(path: Path) -> int:
    """The province's heritage list in the layout of the original: bilingual double header, footnotes.

    Returns the number of data rows. The county column keeps the original's errors.
    """
    with (SAMPLES / "heritage_zhejiang.csv").open(encoding="utf-8", newline="") as source:
        header, *rows = list(csv.reader(source))
    english = {"中文": "in Chinese", "英文": "in English"}
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Tab.1")
        sheet.write_string(0, 0, "表1 浙江省全国重点文物保护单位[1]")
        sheet.write_string(1, 0, "Table 1  National key protected cultural relic units of Zhejiang[1]")
        for column, name in enumerate(header):
            sheet.write_string(3, column, name)
            plain, _, language = name.rstrip("）").partition("（")
            sheet.write_string(
                4, column, f"{ENGLISH[plain]} ({english[language]})" if language else ENGLISH[plain]
            )
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value.isdigit():
                    sheet.write_number(5 + number, column, int(value))
                else:
                    sheet.write_string(5 + number, column, value)
        last = 5 + len(rows)
        sheet.write_string(last + 1, 0, "参考文献:")
        sheet.write_string(last + 2, 0, "[1] 国家文物局. 全国重点文物保护单位名单.")
        sheet.write_string(last + 4, 0, "References")
        sheet.write_string(last + 5, 0, "[1] National Cultural Heritage Administration. Protected units.")
    return len(rows)


ENGLISH = {
    "序号": "Index",
    "编号": "Number",
    "分类号": "Classification Number",
    "单位名称": "Unit Name",
    "时代": "Period",
    "地址": "Address",
    "类型": "Type",
    "批次": "Batch",
    "省级政区名称": "Province Name",
    "市级政区名称": "City Name",
    "县级政区名称": "County Name",
}
