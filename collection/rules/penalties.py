"""What real files hold in the cells of a decision that is none, or in the wrong column. Pure.

From published penalty data: 不予行政处罚 as a penalty, a fine of 0 元, dates, document numbers, system names and
paths in the column of the authority, names broken by the wrap of a cell or by OCR.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from collection.rules.judged import Judge, Judged, warning
from collection.rules.money import sums_in
from collection.rules.problems import Problem, Severity, shown
from kernel.identifiers import USCC_SHAPE
from kernel.names import LONGEST, display_name

_NO_PENALTY = re.compile(r"不予(?:以)?(?:行政)?处罚|免予(?:行政)?处罚|违法事实不(?:能)?成立|撤销案件|不予立案")
_PENALTY = re.compile(
    r"警告|通报批评|罚款|没收|暂扣|吊销|降低资质|限制开展|责令停产|停业|责令关闭|限制从业|拘留|取消.{0,20}资格"
)
_ZERO = re.compile(r"(?:(?<![\d.,，])0+(?:\.0+)?|零)万?[元圆]")
_OTHER_PENALTY = re.compile(_PENALTY.pattern.replace("罚款|", ""))

_A_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T].*)?|\d{8}")
_A_NUMBER = re.compile(r".*[〔【\[（(]\s*(?:19|20)\d\d\s*[〕】\]）)].*\d+\s*号?.*|.*第?\d+号")
_A_SYSTEM = re.compile(r"系统|平台|接口|数据库|测试")
_OFFICES = ("局", "厅", "委", "委员会", "办公室", "中心", "政府")
_COUNTER = re.compile(r"(.+?)(?:[（(]\d{1,3}[）)]|[-_]\d{1,3})")
_NOTE = re.compile(r"(.{2,}?)[（(].*(?:委托|根据|受|依据|授权|代).*[）)]")
_PATH = re.compile(r"[-—/\\>＞|]")
_SIGNS_ONLY = re.compile(r"[\W\d_]*")

_USUAL_NAME = re.compile(f"(?!司)[\u4e00-\u9fff（）A-Za-z0-9]{{0,{LONGEST - 1}}}[\u4e00-\u9fff]")
_OCR = re.compile(r"有[眼隈跟恨艰](?=公司|责任公司)")
_WRAPPED = re.compile(r"(司)(.+(?:有限公|责任公|股份公|分公))")
_FORMULA = ("=", "+", "@", "＝", "＋", "＠")

_PAIRS = dict(zip("〔【[（(｛{", "〕】]）)｝}", strict=True))
_USUAL_NUMBER = re.compile(r"[\u4e00-\u9fffA-Z]{1,40}[〔【\[（(](\d{4})[〕】\]）)][第\dA-Z-]{1,20}号")
_YEAR = re.compile(r"[〔【\[（(]\s*(\d{4})\s*[〕】\]）)]")
DOCUMENT_LONGEST, AUTHORITY_LONGEST = 120, 200


# (field, canonical text) -> canonical text as the part of the field wants it, problems
Extra = Callable[[str, str], tuple[str, tuple[Problem, ...]]]


def with_extra(judge: Judge, extra: Extra, field: str) -> Judge:
    """A judge that asks one thing more of what the first one took."""

    def both(raw: str) -> Judged:
        judged = judge(raw)
        if not judged.text:
            return judged
        text, more = extra(field, judged.text)
        stops = any(problem.severity is Severity.ERROR for problem in more)
        if not stops:
            return Judged(text, judged.value, (*judged.problems, *more), True)
        told = tuple(problem for problem in judged.problems if problem.code != "formula")  # `more` says it better
        return Judged("", judged.value, (*told, *more), True)

    return both


def penalty_content(field: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """处罚内容: a decision that punishes nobody is no penalty (行政处罚法 第五十七条第一款第二、三项)."""
    said = _NO_PENALTY.search(text)
    if said and not _PENALTY.search(_NO_PENALTY.sub("", text)):
        message = f"“{shown(said[0])}”不是行政处罚，不得作为行政处罚报送。请删去该行。"
        return text, (Problem(field, "no_penalty", message),)
    if said:
        message = f"同时写有“{shown(said[0])}”和处罚。请核对，只报送给予处罚的决定。"
        return text, (warning(field, "no_penalty", message),)
    if "罚款" in text and _ZERO.search(text) and (sums := list(sums_in(text))) and not any(sums):
        if _OTHER_PENALTY.search(text):
            return text, (warning(field, "no_penalty", "罚款为 0 元。请核对，未罚款的不写罚款。"),)
        message = "罚款为 0 元，没有处罚内容。请对照决定书改正；未予处罚的，请删去该行。"
        return text, (Problem(field, "no_penalty", message),)
    return text, ()


def authority_name(field: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """The authority: a name, not a date, a number, a system or a path. It is part of the key of a record."""
    name = display_name(text)
    if len(name) <= AUTHORITY_LONGEST and (note := _NOTE.fullmatch(name)):
        message = f"“{shown(text)}”带有委托或依据的说明。请只填机关全称，如“{shown(note[1])}”，说明写入备注。"
        return name, (warning(field, "authority_note", message),)
    why = _not_an_authority(name)
    return name, (Problem(field, "authority_wrong", f"“{shown(text)}”{why}"),) if why else ()


def _not_an_authority(name: str) -> str:
    if len(name) > AUTHORITY_LONGEST:
        return f"作为机关名称有 {len(name)} 字，最多 {AUTHORITY_LONGEST} 字。请只填机关全称。"
    if _A_DATE.fullmatch(name):
        return "是日期，疑为列错位。请改为机关全称。"
    if _A_NUMBER.fullmatch(name):
        return "是文号，疑为列错位。请改为机关全称。"
    if _A_SYSTEM.search(name) and not name.endswith(_OFFICES):
        return "是系统或平台的名称。请改为作出决定的机关全称。"
    if counter := _COUNTER.fullmatch(name):
        return f"末尾带有序号。请改为“{shown(counter[1])}”。"
    if _PATH.search(name):
        return "是层级路径，不是机关名称。请改为作出决定的机关全称。"
    if _SIGNS_ONLY.fullmatch(unicodedata.normalize("NFKC", name)) or USCC_SHAPE.fullmatch(name):
        return "不是机关名称，疑为列错位。请改为机关全称。"
    return ""


def document_number(today: date) -> Extra:
    """A document number: brackets that match, round a year that can be. Kept as written; its key is in keys.py."""
    latest = today.year + 1

    def extra(field: str, text: str) -> tuple[str, tuple[Problem, ...]]:
        usual = _USUAL_NUMBER.fullmatch(text)
        if usual and 1980 <= int(usual[1]) <= latest:
            return text, ()
        text = " ".join(text.split())
        message = _not_a_number(text)
        if message:
            return text, (Problem(field, "document_no_wrong", message),)
        year = _YEAR.search(text)
        if year and not 1980 <= int(year[1]) <= latest:
            message = f"“{shown(text)}”中的年份 {year[1]} 不合常理。请对照原件核对。"
            return text, (warning(field, "document_no_wrong", message),)
        return text, ()

    return extra


def _not_a_number(text: str) -> str:
    if len(text) > DOCUMENT_LONGEST:
        return f"文号有 {len(text)} 字，最多 {DOCUMENT_LONGEST} 字。请只填一个文号。"
    if not any(char.isalnum() for char in text):
        return f"“{shown(text)}”不是文号。请对照决定书填写完整文号。"
    if _A_DATE.fullmatch(text) and not text.isdigit():
        return f"“{shown(text)}”是日期，疑为列错位。请填写决定书文号。"
    if not _brackets_match(text):
        return f"“{shown(text)}”的年份括号不完整。请对照原件改正，写法如 江市监处罚〔2026〕31号。"
    return ""


def organisation_name(field: str, text: str) -> tuple[str, tuple[Problem, ...]]:
    """The name of a subject: no formula, no code, none of the breaks that wrapped cells and OCR leave."""
    if _USUAL_NAME.fullmatch(text) and not _OCR.search(text):
        return text, ()
    name = display_name(text)
    why = _not_a_name(name)
    return name, (Problem(field, "name_wrong", f"“{shown(text)}”{why}"),) if why else ()


def _not_a_name(name: str) -> str:
    if name.startswith(_FORMULA):
        return "以公式符号开头，疑为表格公式。请改为登记的名称。"
    if len(name) > LONGEST:
        return f"作为名称有 {len(name)} 字，最多 {LONGEST} 字。请只填登记的名称。"
    if _SIGNS_ONLY.fullmatch(unicodedata.normalize("NFKC", name)) or USCC_SHAPE.fullmatch(name):
        return "不是名称，疑为列错位。请改为登记的名称。"
    if broken := _WRAPPED.fullmatch(name):
        return f"的末字移到了开头，疑为单元格换行所致。请改为“{shown(broken[2] + broken[1])}”。"
    if _OCR.search(name):
        return f"疑为文字识别错误。请核对，改为“{shown(_OCR.sub('有限', name))}”。"
    return ""


def _brackets_match(text: str) -> bool:
    """Every bracket closed by one of any shape: 〔2026] is a slip of width, 02015〕 has lost a character."""
    depth = 0
    for char in text:
        if char in _PAIRS:
            depth += 1
        elif char in _PAIRS.values():
            depth -= 1
            if depth < 0:
                return False
    return depth == 0
