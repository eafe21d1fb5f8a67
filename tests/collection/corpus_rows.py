"""Nasty rows, made in code. The file is read; row 2 is spoilt, row 3 good: one bad row costs nothing to the others.

What the user is told of each stands in corpus.yaml, word for word.
"""

from collections.abc import Callable
from typing import Any

from collection.rules.samples import citizen_number, organisation_code
from tests.collection.corpus import Case
from tests.collection.files import csv_of, good, part_of, repacked, table, workbook, written

CODE = organisation_code(4_242)


def with_cells(**changed: Any) -> Callable[[], bytes]:
    return lambda: written(table(good(2, **changed)))


def in_csv(**changed: Any) -> Callable[[], bytes]:
    return lambda: csv_of(table(good(2, **changed)))


def _formula(code: str, cell: str) -> Callable[[], bytes]:
    """An openpyxl formula has no result until a spreadsheet program has saved it."""
    return lambda: workbook(table(good(2, **{code: cell})))


def _error(text: str) -> Callable[[], bytes]:
    def make() -> bytes:
        data = written(table(good(2, CF_NR_FK=12345)))
        at = part_of(data).replace(b"><v>12345</v>", b' t="e"><v>%s</v>' % text.encode())
        return repacked(data, xl__worksheets__sheet1=at)

    return make


def _ragged(change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        lines = csv_of(table(good(2))).split(b"\r\n")
        lines[1] = change(lines[1])
        return b"\r\n".join(lines)

    return make


def _new_character() -> bytes:
    """GB18030 with a character that Python's table of 2000 knows only as private use."""
    data = csv_of(table(good(2, CF_XDR_MC="江澜甲有限公司")), encoding="gb18030")
    return data.replace("江澜甲".encode("gb18030"), "江澜".encode("gb18030") + bytes.fromhex("FE59"))


TAKEN = (
    Case("code with spaces", with_cells(CF_XDR_SHXYM=f" {CODE[:8]} {CODE[8:]}\xa0")),
    Case("lower-case code", with_cells(CF_XDR_SHXYM=CODE.lower())),
    Case("full-width code", with_cells(CF_XDR_SHXYM="".join(chr(ord(c) + 0xFEE0) for c in CODE))),
    Case("zero-width characters in a code", with_cells(CF_XDR_SHXYM=f"\u200b{CODE[:5]}\ufeff{CODE[5:]}")),
    Case("leading apostrophe", in_csv(CF_XDR_SHXYM=f"'{CODE}")),
    Case('code as ="…"', in_csv(CF_XDR_SHXYM=f'="{CODE}"')),
    Case("no-break spaces around a name", with_cells(CF_XDR_MC="\xa0江澜恒泰食品有限公司\u3000")),
    Case("null marks in optional cells", with_cells(BZ="— —", CF_NR_ZKDX="无", CF_XDR_GSZC="/", CF_XDR_SWDJ="--")),
    Case("line breaks in a cell", in_csv(CF_SY="第一项事实；\n第二项事实")),
    Case("quotes in a cell", in_csv(CF_SY='当事人使用“第一”及"最佳"等用语')),
    Case("delimiter in a cell", in_csv(CF_SY="甲,乙,丙")),
    Case("repeated value", with_cells(CF_NR="警告&警告&警告", CF_CFLB="警告", CF_NR_FK="")),
    Case("brackets of the year", with_cells(CF_WSH="江市监罚【2026】77号")),
    Case("date with a time", with_cells(CF_JDRQ="2026-10-09 08:30:00")),
    Case("amount with thousands and unit", with_cells(CF_CFLB="罚款", CF_NR="罚款12500元", CF_NR_FK="1.25万元")),
    Case("formula with a result", lambda: _with_result()),
    Case("rare characters", with_cells(CF_XDR_MC="江澜㑇𠮷商贸有限公司")),
    Case("a character of GB18030-2022", _new_character),
    Case("formula typed as text", in_csv(BZ="=SUM(A1:A2)")),  # with a warning
    Case("short row", _ragged(lambda line: line.rstrip(b",").rsplit(b",", 3)[0])),
    Case("empty cells beyond the headings", _ragged(lambda line: line + b",,,")),
    Case("5,000 characters of fact", with_cells(CF_SY="事" * 5000)),
)  # fmt: skip


def _with_result() -> bytes:
    data = written(table(good(2, CF_NR_FK=12345)))
    return repacked(data, xl__worksheets__sheet1=part_of(data).replace(b"<v>12345</v>", b"<f>1/2</f><v>0.5</v>"))


RETURNED = (
    Case("18 digits as a number", with_cells(CF_XDR_SHXYM=913399010000123456)),
    Case("scientific notation", in_csv(CF_XDR_SHXYM="9.13399E+17")),
    Case("registration number as a number", with_cells(CF_XDR_GSZC=339901000012345678)),
    Case("letter O for nought", with_cells(CF_XDR_SHXYM="91339901MAOOOOOC4X")),
    Case("code of seventeen places", with_cells(CF_XDR_SHXYM=CODE[:17])),
    Case("two places swapped", with_cells(CF_XDR_SHXYM=CODE[:9] + CODE[10] + CODE[9] + CODE[11:])),
    Case("no code", with_cells(CF_XDR_SHXYM="")),
    Case("null mark for the code", with_cells(CF_XDR_SHXYM="无")),
    Case("citizen's number in the code column", with_cells(CF_XDR_SHXYM=citizen_number(77))),
    Case("citizen's number in free text", with_cells(CF_SY=f"当事人王某（{citizen_number(78)}）销售过期食品")),
    Case("formula without a result", _formula("CF_NR_FK", "=0.1+0.4")),
    Case("#N/A", _error("#N/A")),
    Case("#DIV/0!", _error("#DIV/0!")),
    Case("impossible date", with_cells(CF_JDRQ="2026-09-31")),
    Case("date that no form fits", with_cells(CF_JDRQ="去年五月")),
    Case("date without a day", with_cells(CF_JDRQ="2026年5月")),
    Case("date of tomorrow", with_cells(CF_JDRQ="2026-11-23")),
    Case("serial number of a far year", with_cells(CF_JDRQ="460000")),
    Case("amount in yuan", with_cells(CF_CFLB="罚款", CF_NR="罚款人民币120000元", CF_NR_FK="120000")),
    Case("amount in words", with_cells(CF_CFLB="罚款", CF_NR="罚款伍仟元", CF_NR_FK="伍仟元整")),
    Case("amount with a comma slip", with_cells(CF_CFLB="罚款", CF_NR_FK="1,2.5")),
    Case("suspiciously large", with_cells(CF_CFLB="罚款", CF_NR="罚款", CF_NR_FK="2000")),
    Case("required cell empty", with_cells(CF_WSH="")),
    Case("null mark in a required cell", with_cells(CF_YJ="— —")),
    Case("fine without an amount", with_cells(CF_CFLB="罚款", CF_NR_FK="")),
    Case("kind of penalty not in the list", with_cells(CF_CFLB="罚没")),
    Case("kind of subject by number", with_cells(CF_XDR_LB="1")),
    Case("4,001 characters in a field of 4,000", with_cells(CF_NR="责" * 4001)),
    Case("control character", in_csv(CF_SY="当事人\x07销售过期食品")),
    Case("private use character", with_cells(CF_XDR_MC="江澜\ue5e5食品有限公司")),
    Case("replacement character", with_cells(CF_XDR_MC="江澜\ufffd食品有限公司")),
    Case("document number as authority", with_cells(CF_CFJG="江环函〔2026〕13号")),
    Case("date as authority", with_cells(CF_CFJG="2026-09-30")),
    Case("system as authority", with_cells(CF_CFJG="江澜市行政权力运行系统-2")),
    Case("not a penalty", with_cells(CF_NR="不予行政处罚。")),
    Case("person without a number", lambda: _person(CF_XDR_ZJHM="")),
    Case("person with a wrong number", lambda: _person(CF_XDR_ZJHM=citizen_number(79)[:17] + "A")),
    Case("end before beginning", with_cells(CF_YXQ="2020-01-01")),
    Case("more cells than headings", _ragged(lambda line: line + b",extra")),
    Case("unquoted delimiter", _ragged(lambda line: line.replace("公司".encode(), "公,司".encode(), 1) + b"x")),
    Case("quotes that do not pair", _ragged(lambda line: b'"' + line[:6] + b'"' + line[6:])),
    Case("several things at once", with_cells(CF_XDR_SHXYM="91339901MAOOOOOC4X", CF_JDRQ="2026-02-30", CF_WSH="")),
)


def _person(**changed: Any) -> bytes:
    person = {
        "CF_XDR_MC": "王试样",
        "CF_XDR_LB": "自然人",
        "CF_XDR_SHXYM": "",
        "CF_FRDB": "",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": citizen_number(79),
        "CF_GSZT": "不予公示",
        "CF_GSJZQ": "",
    }
    return written(table(good(2, **(person | changed))))
