"""Penalty and permit rows as departments really send them, made from a seed: for the bench, tests and the demo.

Firms, persons and decisions are invented; codes pass every check and lie in divisions that do not exist. Natural
persons' numbers belong to nobody for the same reason.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from xlsxwriter import Workbook

from catalog.rules.definition import Definition, Field, FieldType
from collection.rules import sample_texts as texts
from collection.rules.sample_faults import ODDITIES, PENALTY_FAULTS, PERMIT_FAULTS, Fault
from kernel.identifiers import ORG_WEIGHTS, USCC_CHARS, citizen_id_check_char, uscc_check_char

ODD_SHARE = 0.02
SHOP_SHARE = 0.12
SUBJECT = (
    "XDR_MC XDR_LB XDR_SHXYM XDR_GSZC XDR_ZZJG XDR_SWDJ XDR_SYDW XDR_SHZZ FRDB FR_ZJLX FR_ZJHM XDR_ZJLX XDR_ZJHM"
)
PENALTY = "WSH WFXW SY YJ CFLB NR NR_FK NR_WFFF NR_ZKDX JDRQ YXQ GSJZQ CFJG CFJGDM SJLY SJLYDM CXLB JB GSZT"
PERMIT = "XKWS WSH XKLB XKZS XKBH NR JDRQ YXQZ YXQZI XKJG XKJGDM ZT LYDW LYDWDM"
PENALTY_CODES = (*(f"CF_{word}" for word in f"{SUBJECT} {PENALTY}".split()), "BZ")
PERMIT_CODES = (*(f"XK_{word}" for word in f"{SUBJECT} {PERMIT}".split()), "BZ")
EMPTY_PENALTY, EMPTY_PERMIT = dict.fromkeys(PENALTY_CODES, ""), dict.fromkeys(PERMIT_CODES, "")
FINES = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 12_500, 20_000, 30_000, 50_000, 100_000, 208_000)
ORGANISATION, PERSON, SHOP = "法人及非法人组织", "自然人", "个体工商户"


def penalty_rows(
    count: int,
    *,
    seed: int = 1,
    bad_share: float = 0.03,
    people_share: float = 0.01,
    today: date,
    subjects: Sequence[tuple[str, str]] | None = None,
) -> Iterator[dict[str, str]]:
    """`count` rows by field code (30 fields of 双公示 and procedure, grade, publicity state).

    `subjects`: (unified code, name) to be punished; None: firms of the invented city. A row in `bad_share` holds a
    fault for which it is returned; two in a hundred of the others are odd but can be taken. `people_share` of the
    rows are about natural persons. The same arguments give the same rows.
    """
    chance = Random(seed)
    for number in range(count):
        row = EMPTY_PENALTY.copy()
        _put_subject(row, "CF", chance, number, people_share, subjects)
        authority, code, word = texts.AUTHORITIES[number % len(texts.AUTHORITIES)]
        breach, fact, basis, kinds, decided = chance.choice(texts.CASES)
        day = today - timedelta(days=chance.randrange(2, 200))
        fine, gain = chance.choice(FINES), chance.randrange(100, 5_000)
        row["CF_WSH"] = f"{word}罚〔{day.year}〕{seed:03d}{number + 1:06d}号"
        row["CF_WFXW"] = breach
        seen = (day - timedelta(days=40)).strftime("%Y年%m月%d日")
        row["CF_SY"] = fact.format(day=seen, n=chance.randrange(2, 90), money=chance.randrange(50, 9_000))
        row["CF_YJ"], row["CF_CFLB"] = basis, kinds
        row["CF_NR"] = decided.format(fine=fine, gain=gain)
        if "罚款" in kinds:
            row["CF_NR_FK"] = f"{fine / 10_000:g}"
        if "没收" in kinds:
            row["CF_NR_WFFF"] = f"{gain / 10_000:g}"
        minor = kinds == "警告"
        row["CF_JDRQ"], row["CF_YXQ"] = day.isoformat(), "2099-12-31"
        row["CF_CFJG"] = row["CF_SJLY"] = authority
        row["CF_CFJGDM"] = row["CF_SJLYDM"] = code
        row["CF_CXLB"], row["CF_JB"] = "普通程序", "轻微" if minor else "一般"
        row["CF_GSZT"] = "不予公示" if minor or row["CF_XDR_LB"] == PERSON else "公示中"
        if row["CF_GSZT"] == "公示中":
            row["CF_GSJZQ"] = (day + timedelta(days=364)).isoformat()
        _salt(row, "CF", chance, bad_share, PENALTY_FAULTS)
        yield row


def permit_rows(
    count: int,
    *,
    seed: int = 1,
    bad_share: float = 0.03,
    people_share: float = 0.01,
    today: date,
    subjects: Sequence[tuple[str, str]] | None = None,
) -> Iterator[dict[str, str]]:
    """As `penalty_rows`, by the 28 fields of a permit."""
    chance = Random(seed)
    for number in range(count):
        row = EMPTY_PERMIT.copy()
        _put_subject(row, "XK", chance, number, people_share, subjects)
        authority, code, word = texts.AUTHORITIES[number % len(texts.AUTHORITIES)]
        paper, decision, kind, content = chance.choice(texts.GRANTS)
        day = today - timedelta(days=chance.randrange(2, 200))
        row["XK_XKWS"], row["XK_WSH"] = f"{decision}决定书", f"{word}许〔{day.year}〕{seed:03d}{number + 1:06d}号"
        row["XK_XKLB"], row["XK_XKZS"], row["XK_XKBH"] = kind, paper, f"JY3399{seed:03d}{number + 1:08d}"
        row["XK_NR"] = content.format(n=chance.randrange(2, 90), money=chance.randrange(500, 9_000))
        row["XK_JDRQ"] = row["XK_YXQZ"] = day.isoformat()
        row["XK_YXQZI"] = day.replace(year=day.year + 5, day=min(day.day, 28)).isoformat()
        row["XK_XKJG"] = row["XK_LYDW"] = authority
        row["XK_XKJGDM"] = row["XK_LYDWDM"] = code
        row["XK_ZT"] = "1"
        _salt(row, "XK", chance, bad_share, PERMIT_FAULTS)
        yield row


def example_of(field: Field) -> str:
    """How a value of the field may look, for the page that explains a template; "" where nothing fits."""
    known = _EXAMPLES.get(field.code, "")
    if known:
        return known
    if field.type is FieldType.DATE:
        return "2026-11-20"
    if field.type is FieldType.AMOUNT:
        return "1.25"
    if field.type is FieldType.USCC:
        return organisation_code(1)
    return field.codes[0] if field.codes else ""


def organisation_code(number: int, kind: str = "91") -> str:
    """The valid unified code of the invented city with that number, of 31 million. 92: a sole trader."""
    inner = "MA"
    for power in range(5, -1, -1):
        inner += USCC_CHARS[number // 31**power % 31]
    total = sum(int(char, 36) * weight for char, weight in zip(inner, ORG_WEIGHTS, strict=True))
    first = f"{kind}{texts.CITY[number % 3]}{inner}{'0123456789X0'[11 - total % 11]}"
    return first + uscc_check_char(first)


def citizen_number(number: int) -> str:
    """A number of a division that does not exist; it passes the check and belongs to nobody."""
    born = date(1955, 1, 1) + timedelta(days=number * 37 % 17_000)
    first = f"{texts.CITY[number % 3]}{born:%Y%m%d}{(number + number // 17_000) % 1000:03d}"  # 17 million in all
    return first + citizen_id_check_char(first)


def _put_subject(
    row: dict[str, str],
    prefix: str,
    chance: Random,
    number: int,
    people_share: float,
    subjects: Sequence[tuple[str, str]] | None,
) -> None:
    person = chance.choice(texts.SURNAMES) + chance.choice(texts.GIVEN) + chance.choice(texts.GIVEN)
    draw = chance.random()
    if draw < people_share:
        row[f"{prefix}_XDR_MC"], row[f"{prefix}_XDR_LB"] = person, PERSON
        row[f"{prefix}_XDR_ZJLX"], row[f"{prefix}_XDR_ZJHM"] = "身份证", citizen_number(number)
        return
    if subjects:
        code, name = chance.choice(subjects)
        kind = SHOP if code.startswith("92") else ORGANISATION
    else:
        place = texts.PLACES[number % len(texts.PLACES)]
        brand = chance.choice(texts.BRANDS_FIRST) + chance.choice(texts.BRANDS_SECOND)
        shop = draw < people_share + SHOP_SHARE
        kind = SHOP if shop else ORGANISATION
        code = organisation_code(number + 1, "92" if shop else "91")
        name = place + brand + (chance.choice(texts.SHOPS) if shop else chance.choice(texts.TRADES) + texts.FORMS[0])
    row[f"{prefix}_XDR_MC"], row[f"{prefix}_XDR_LB"], row[f"{prefix}_XDR_SHXYM"] = name, kind, code
    row[f"{prefix}_FRDB"] = person


def _salt(row: dict[str, str], prefix: str, chance: Random, bad_share: float, faults: Sequence[Fault]) -> None:
    draw = chance.random()
    if draw < bad_share:
        chance.choice(faults)(row, chance, prefix)
    elif draw < bad_share + ODD_SHARE and bad_share:
        chance.choice(ODDITIES)(row, chance, prefix)


def write_csv(
    path: Path, rows: Iterable[Mapping[str, str]], definition: Definition, *, encoding: str = "utf-8-sig"
) -> int:
    """Rows under the headings of the definition; returns their number."""
    codes = [field.code for field in definition.fields]
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in definition.fields])
        for row in rows:
            writer.writerow([row.get(code, "") for code in codes])
            count += 1
    return count


def write_xlsx(path: Path, rows: Iterable[Mapping[str, str]], definition: Definition) -> int:
    """The same as a workbook, every cell as text; returns the number of rows."""
    count = 0
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("数据")
        for column, field in enumerate(definition.fields):
            sheet.write_string(0, column, field.name)
        for count, row in enumerate(rows, start=1):
            for column, field in enumerate(definition.fields):
                text = row.get(field.code, "")
                if text:
                    sheet.write_string(count, column, text)
    return count


_EXAMPLES = next(penalty_rows(1, seed=7, bad_share=0, people_share=0, today=date(2026, 11, 20))) | next(
    permit_rows(1, seed=7, bad_share=0, people_share=0, today=date(2026, 11, 20))
)
