"""Numbers that identify a subject: whether one is well formed, and if not, what is wrong at which place.

GB 32100-2015 (统一社会信用代码), GB 11714-1997 (组织机构代码), GS 15-2006 (工商注册号), GB 11643-1999 (公民身份号码).
Pure. Nothing is ever mended silently: a letter O where a digit 0 belongs is named and refused. The day up to which a
birth date may lie is handed in. Messages never repeat a citizen's number.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from operator import getitem

USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 of them: no I, O, S, V, Z
USCC_LENGTH = 18
USCC_SHAPE = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
CATEGORIES = {  # first place: who registers; second: kinds known for it. Others occur, so this only warns.
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "123459",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "1239",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
ID_CHECKS = "10X98765432"
OLDEST = 130  # years; an older birth date is a slip of the pen

_VALUES = {char: value for value, char in enumerate(USCC_CHARS)}
_PLACE_VALUES = tuple({ord(c): v * w for c, v in _VALUES.items()} for w in USCC_WEIGHTS)
_LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_NO_SUCH_LETTERS = "不使用字母I、O、S、V、Z"
_MISSING_WORDS = frozenset(
    {"", "无", "暂无", "没有", "空", "不详", "未知", "/", "\\", "-", "--", "—", "N/A", "NA", "NULL", "NONE", "0"}
)
_IGNORED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width; unlike NFKC it leaves every other character alone."""
    return text.translate(_HALF).replace("\u3000", " ")


_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def normalise_code(text: str) -> str:
    """Half-width, upper-case, without spaces and invisible characters. Looks are changed, never a character."""
    return _IGNORED.sub("", half_width(unicodedata.normalize("NFC", text))).translate(_DASHES).upper()


def is_missing_code(text: str) -> bool:
    """Whether the value stands for "no code": empty, a word for it, or a filler as 00000000000000000X."""
    code = normalise_code(text)
    if code in _MISSING_WORDS:
        return True
    return len(code) >= 8 and code[:-1].strip(code[0]) == "" and code[0] in "09X*" and code[-1] in "09X*"


def uscc_check_char(first17: str) -> str:
    """The 18th character: 31 - sum(value x 3^i) mod 31, and 31 stands for 0. GB 32100-2015 第5.5条."""
    return USCC_CHARS[-sum(map(getitem, _PLACE_VALUES, first17.encode())) % 31]


def uscc_problem(code: str) -> str | None:
    """What is wrong with a unified social credit code (already normalised), and how to mend it; None when valid.

    GB 32100-2015. An authority that is in no division table, an unknown kind and a wrong inner organisation-code
    digit are no problem but warnings (`warnings_of_uscc`): the register has issued all three.
    """
    if USCC_SHAPE.fullmatch(code) and uscc_check_char(code[:17]) == code[17]:
        return None
    if len(code) != USCC_LENGTH:
        return _length_problem("统一社会信用代码", code, USCC_LENGTH)
    for place, char in enumerate(code, start=1):
        if char not in _VALUES:
            return _foreign_character(place, char)
    if code[0] not in CATEGORIES:
        return f"第1位“{code[0]}”不是登记管理部门代码（应为1至9、A、N、Y）。请对照执照核对第1位。"
    for place, char in enumerate(code[2:8], start=3):
        if not char.isdigit():
            return f"第{place}位“{char}”应为数字（第3至8位是行政区划代码）。请对照执照改正第{place}位。"
    return (
        f"校验码不符：按前17位计算第18位应为“{uscc_check_char(code[:17])}”，现为“{code[17]}”。"
        "说明某一位录入有误，请对照执照逐位核对，不要只改末位。"
    )


def _length_problem(what: str, code: str, length: int) -> str:
    gap = length - len(code)
    how = f"少{gap}位，请补全" if gap > 0 else f"多{-gap}位，请删去多余字符"
    return f"{what}应为{length}位，现为{len(code)}位，{how}。"


def _foreign_character(place: int, char: str) -> str:
    if char in _LOOKALIKES:
        digit = _LOOKALIKES[char]
        return (
            f"第{place}位是字母“{char}”，代码中不使用字母I、O、S、V、Z。请核对该位，如为数字{digit}，改为“{digit}”。"
        )
    if char == "V":
        return f"第{place}位是字母“V”，代码中{_NO_SUCH_LETTERS}。请核对该位，常与U、Y相混。"
    return f"第{place}位“{char}”不是代码可用的字符（数字和大写字母）。请对照执照改正第{place}位。"


def warnings_of_uscc(code: str, known_divisions: Collection[str]) -> tuple[str, ...]:
    """What is unusual about a valid code. Never a reason to refuse: of 2.4 million valid codes of the register
    99,107 have an authority that is in no division table and 128 fail the inner digit.
    """
    found = []
    if code[1] not in CATEGORIES.get(code[0], ""):
        found.append(f"第1、2位“{code[:2]}”不是常见的机构类别，请留意。")
    if known_divisions and code[2:8] not in known_divisions:
        found.append(f"第3至8位“{code[2:8]}”不在现行行政区划代码表中，不影响核查。")
    if not org_code_valid(code[8:17]):
        found.append("第9至17位（组织机构代码）的校验位不符，登记机关曾发放过此类代码，不影响核查。")
    return tuple(found)


def org_code_valid(code: str) -> bool:
    """An organisation code: 8 characters and a check character, a hyphen before the last allowed. GB 11714-1997."""
    bare = code.replace("-", "") if re.fullmatch(r"[0-9A-Z]{8}-[0-9X]", code) else code
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", bare, re.ASCII):
        return False
    total = sum(int(char, 36) * weight for char, weight in zip(bare, ORG_WEIGHTS, strict=False))
    return bare[8] == "0123456789X0"[11 - total % 11]


def reg_no_valid(number: str) -> bool:
    """A registration number of the time before 2015: 15 digits, the last by ISO 7064 MOD 11,10. GS 15-2006."""
    if not re.fullmatch(r"[0-9]{15}", number, re.ASCII):
        return False
    product = 10
    for digit in number[:14]:
        product = (int(digit) + product) % 10 or 10
        product = product * 2 % 11
    return (product + int(number[14])) % 10 == 1


def citizen_id_check_char(first17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2. GB 11643-1999 第4.4条."""
    return ID_CHECKS[sum(int(char) * weight for char, weight in zip(first17, ID_WEIGHTS, strict=True)) % 11]


def citizen_id_problem(number: str, today: date | None = None) -> str | None:
    """What is wrong with a citizen's number (normalised); None when valid. GB 11643-1999.

    The county code is not checked: counties that no longer exist stay in the numbers of those born there. `today`
    bounds the birth date; without it a date to come is not noticed.
    """
    if len(number) == 15 and number.isdigit():
        return "这是15位旧身份证号码，2013年起已停用。请填写18位公民身份号码。"
    if len(number) != 18:
        return _length_problem("公民身份号码", number, 18)
    for place, char in enumerate(number, start=1):
        if not (char.isascii() and char.isdigit()) and not (place == 18 and char == "X"):
            tip = f"，如为数字{_LOOKALIKES[char]}请改正" if char in _LOOKALIKES else ""
            return f"公民身份号码第{place}位“{char}”不是数字{tip}。请对照证件核对。"
    if number[0] not in "1234568" + "9":  # 8: 港澳台居民居住证; 9: 外国人永久居留身份证
        return "公民身份号码第1位不是有效的地区码。请对照证件核对第1至6位。"
    born = _day(number[6:14])
    if born is None:
        return "公民身份号码第7至14位不是有效日期（年月日）。请对照证件核对。"
    if today is not None and born > today:
        return "公民身份号码第7至14位的出生日期晚于今天。请对照证件核对。"
    if born.year < (today.year - OLDEST if today is not None else 1880):
        return "公民身份号码第7至10位的出生年份过早。请对照证件核对。"
    if citizen_id_check_char(number[:17]) != number[17]:
        return "公民身份号码校验码不符，说明某一位录入有误。请对照证件逐位核对。"
    return None


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def holds_citizen_id(text: str) -> bool:
    """Whether a free text (a file number, a reason) contains a citizen's number, grouped by spaces, - . / or not."""
    runs = _CITIZEN_ID.findall(half_width(text).upper().translate(_DASHES))
    return any(citizen_id_problem(re.sub("[^0-9X]", "", run)) is None for run in runs)


_CITIZEN_ID = re.compile(r"(?<![0-9])(?=((?:[0-9][\s\u200b-\u200f\u2060\ufeff./-]*){17}[0-9X])(?![0-9]))")


def mask(number: str) -> str:
    """A personal number for the screen: the first six and the last four places (rulebook 8, default inside)."""
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) > 10 else number[:1] + "*" * 6


# --- reading a pasted or scanned text ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a text names.

    `kind`: uscc, reg_no, org_code, citizen_id, passport, travel_permit, name, missing, invalid. `value` is normalised
    (for invalid: what was read, except a personal number, which is left out). `problem` is Chinese and says how to
    mend it. `name` is the name written beside the code, where a licence or card gives one.
    """

    kind: str
    value: str
    problem: str = ""
    original: str = ""
    name: str = ""


NAME_KIND, INVALID, MISSING = "name", "invalid", "missing"
LONGEST_TEXT = 4000  # characters of a pasted text that are read
LONGEST_NAME = 200
PRIORITY = ("uscc", "citizen_id", "reg_no", "org_code", "passport", "travel_permit", INVALID, NAME_KIND, MISSING)
EMPTY = "没有可核查的内容。请输入统一社会信用代码、名称，或扫描营业执照二维码。"
MISSING_CODE = "该值表示“无代码”，不是有效代码。请填写统一社会信用代码，或按名称核实身份。"
ONLY_A_LINK = "二维码中只有网址，没有统一社会信用代码。请按执照输入18位代码。"
SEVERAL = "文本中有{n}个不同的{what}：{codes}。请一次核查一个主体，只保留其中一个。"
AMBIGUOUS = "该号码既可能是统一社会信用代码，也可能是公民身份号码。请在号码前写明“信用代码”或“身份证”后重试。"

_LABEL_CODE = r"(?:统一社会信用代码|社会信用代码|信用代码|UNISCID|USCC|TYSHXYDM)"
_LABEL_ID = r"(?:公民身份号码|公民身份证号码|身份证号码|身份证号|身份证|证件号码)"
_LABEL_REG = r"(?:工商注册号|注册号|REGNO)"
_LABEL_ORG = r"(?:组织机构代码|机构代码)"
_LABELS = (("uscc", _LABEL_CODE), ("citizen_id", _LABEL_ID), ("reg_no", _LABEL_REG), ("org", _LABEL_ORG))
_LABELLED_NAME = re.compile(
    r"(?:^|[;,\n&?；，。|])[ \t]*(?:企业名称|单位名称|机构名称|主体名称|商户名称|名称|姓名|ENTNAME|NAME)"
    r"[ \t]*[:=：]?[ \t]*"
    r"([^\n;,&；，。|:：=]{1,200})",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?<![0-9A-Z])[0-9A-Z]+(?:-[0-9X])?(?![0-9A-Z])", re.ASCII)
_SPACED = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{2,18}(?:[ \t-][0-9A-Z]{1,16}){1,8}(?![0-9A-Z])", re.ASCII)
_PASSPORT = re.compile(r"(?:[EGDPS][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DPS]E[0-9]{7})", re.ASCII)
_TRAVEL_PERMIT = re.compile(r"[HMC][0-9]{8,10}", re.ASCII)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def read(text: str, *, today: date | None = None) -> Found:
    """The one subject that a typed, pasted or scanned text names: a code before a name.

    Two different codes of one kind in it are refused and named: which of them is meant, only the reader knows.
    """
    found = read_all(text, today=today)
    for kind, what in (("uscc", "统一社会信用代码"), ("citizen_id", "公民身份号码"), ("reg_no", "注册号")):
        same = [f for f in found if f.kind == kind]
        if len(same) > 1:
            codes = "、".join(mask(f.value) if kind == "citizen_id" else f.value for f in same)
            return Found(INVALID, "", SEVERAL.format(n=len(same), what=what, codes=codes), text)
    return min(found, key=lambda f: PRIORITY.index(f.kind))


def read_all(text: str, *, today: date | None = None) -> list[Found]:
    """Everything that a text names, in its order, each code once; at least one Found."""
    if USCC_SHAPE.fullmatch(text) and not is_missing_code(text):
        clean = _judge(text, "", today)  # a code and nothing round it: by far the most frequent text
        if clean is not None:
            return [Found(clean.kind, clean.value, clean.problem, text)]
    plain = half_width(unicodedata.normalize("NFC", text[:LONGEST_TEXT])).translate(_DASHES)
    if is_missing_code(plain):
        return [Found(MISSING, "", MISSING_CODE if plain.strip() else EMPTY, text)]
    name = _labelled_name(plain)
    found: dict[tuple[str, str], Found] = {}
    tokens = list(_tokens(plain.upper()))
    for code, label in tokens:
        one = _judge(code, label, today)
        if one is None and tokens == [(_IGNORED.sub("", plain.upper()).replace("-", ""), "")] and code[0].isdigit():
            one = Found(INVALID, code, _length_problem("统一社会信用代码", code, USCC_LENGTH))
        if one is not None:
            one = Found(one.kind, one.value, one.problem, text, name)
            found.setdefault((one.kind, one.value or code), one)
    if found:
        return list(found.values())
    if name:
        return [Found(NAME_KIND, name, "", text, name)]
    return [_as_name(plain, text)]


def _tokens(plain: str) -> Iterator[tuple[str, str]]:
    """Runs of letters and digits that may be codes, each with the label before it."""
    whole = _IGNORED.sub("", plain)
    if re.fullmatch(r"[0-9A-Z-]{8,24}", whole, re.ASCII) and sum(c.isdigit() for c in whole) >= 6:
        yield (whole if org_code_valid(whole) else whole.replace("-", "")), ""
        return
    for line in re.split(r"[\n;；]", plain):
        spaced = [
            (m.start(), m.end(), bare)
            for m in _SPACED.finditer(line)
            if len(bare := re.sub(r"[ \t-]", "", m[0])) == 18 and sum(c.isdigit() for c in bare) >= 8
        ]
        for start, _, bare in spaced:
            yield bare, _label_before(line, start)
        for match in _RUN.finditer(line):
            if not any(start <= match.start() < end for start, end, _ in spaced):
                yield match[0], _label_before(line, match.start())


def _label_before(line: str, start: int) -> str:
    before = line[max(0, start - 24) : start]
    for kind, label in (
        ("uscc", _LABEL_CODE),
        ("citizen_id", _LABEL_ID),
        ("reg_no", _LABEL_REG),
        ("org", _LABEL_ORG),
    ):
        if re.search(label + r"[^0-9A-Z\u4e00-\u9fff]*(?:为|是|号)?[^0-9A-Z\u4e00-\u9fff]*$", before):
            return kind
    return ""


def _judge(code: str, label: str, today: date | None) -> Found | None:
    """What a run of letters and digits is; None when it is no code at all (a word, a date, a telephone number)."""
    if label and is_missing_code(code):
        return Found(MISSING, "", MISSING_CODE)
    if len(code) == 18:
        return _judge_18(code, label, today)
    if label == "uscc":
        return Found(INVALID, code, uscc_problem(code) or "")
    if label == "citizen_id" and (len(code) == 15 or 16 <= len(code) <= 20):
        return Found(INVALID, "", citizen_id_problem(code, today) or "")
    if len(code) == 15 and sum(c.isdigit() for c in code) >= 12:
        return _judge_15(code)
    if len(code) in (9, 10) and label in ("", "org"):
        if _PASSPORT.fullmatch(code) and not label:
            return Found("passport", code)
        if org_code_valid(code) and (label or "-" in code or not code.isdigit() or len(code) == 9):
            return Found("org_code", code.replace("-", ""))
    if _PASSPORT.fullmatch(code):
        return Found("passport", code)
    if _TRAVEL_PERMIT.fullmatch(code):
        return Found("travel_permit", code)
    if label:
        return Found(INVALID, code if label != "citizen_id" else "", "号码的位数或格式不正确，请对照证照核对。")
    if 16 <= len(code) <= 20 and sum(c.isdigit() for c in code) >= 10:
        return Found(INVALID, "" if _looks_like_a_person(code) else code, uscc_problem(code) or "")
    if len(code) in (13, 14) and code.isdigit():
        return Found(
            INVALID, code, f"{len(code)}位数字不是有效代码。注册号为15位，统一社会信用代码为18位，请对照执照核对。"
        )
    return None


def _judge_18(code: str, label: str, today: date | None) -> Found | None:
    organisation, person = uscc_problem(code), citizen_id_problem(code, today)
    if organisation is None and person is None and not label:
        return Found(INVALID, "", AMBIGUOUS)
    if organisation is None and label != "citizen_id":
        return Found("uscc", code)
    if person is None and label != "uscc":
        return Found("citizen_id", code)
    if is_missing_code(code):
        return Found(MISSING, "", MISSING_CODE)
    if label == "citizen_id" or (not label and _looks_like_a_person(code)):
        return Found(INVALID, "", person or "")
    return Found(INVALID, code, organisation or "") if sum(c.isdigit() for c in code) >= 6 else None


def _judge_15(code: str) -> Found:
    for place, char in enumerate(code, start=1):
        if not char.isdigit():
            return Found(INVALID, code, f"15位注册号只有数字，第{place}位是“{char}”。请对照旧执照改正第{place}位。")
    if reg_no_valid(code):
        return Found("reg_no", code)
    if _day("19" + code[6:12]):
        return Found(INVALID, "", citizen_id_problem(code) or "")
    return Found(INVALID, code, "15位注册号校验码不符，请对照旧执照逐位核对，或改用18位统一社会信用代码。")


def _looks_like_a_person(code: str) -> bool:
    """A run that would be a citizen's number but for a slip: seventeen digits with a birth year at its place."""
    return len(code) == 18 and code[:17].isdigit() and code[6:8] in ("19", "20") and "01" <= code[10:12] <= "12"


def _labelled_name(plain: str) -> str:
    match = _LABELLED_NAME.search(plain)
    return match[1].strip() if match else ""


def _as_name(plain: str, original: str) -> Found:
    name = " ".join(plain.split())
    if _URL.fullmatch(name):
        return Found(INVALID, "", ONLY_A_LINK, original)
    if len(name) > LONGEST_NAME:
        return Found(INVALID, "", f"文本过长（{len(name)}字），其中没有代码。请只填写名称或代码。", original)
    if not any(char.isalpha() for char in name):
        return Found(INVALID, name, "没有识别出代码或名称。统一社会信用代码为18位，请对照执照核对。", original)
    return Found(NAME_KIND, name, "", original, name)
