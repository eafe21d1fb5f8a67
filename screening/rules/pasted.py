"""A pasted or scanned text, parted into one text for each subject that it names. Pure.

What a text says is read by kernel.identifiers; here is only where one subject ends and the next begins: a column or a
table copied from a spreadsheet (a code, a name, or both in each line), or the lines of one licence or card.
"""

import re

from kernel.identifiers import half_width

_LABEL = re.compile(r"[\s\"“]*([\u4e00-\u9fffA-Za-z（）()]{1,16})\s*[:：=]")
_HEADING = re.compile(
    r"序号|编号|统一社会信用代码|社会信用代码|信用代码|组织机构代码|注册号|代码|名称|企业名称|单位名称|主体名称|机构名称|姓名"
    r"|身份证号码?|公民身份号码|证件号码?|角色|备注|地址|法定代表人|联系人|电话"
)
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z][0-9A-Za-z -]{13,24}(?![0-9A-Za-z])", re.ASCII)
_NAME = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff（）()A-Za-z0-9·&-]{2,79}")
OF_AN_ORGANISATION = re.compile(r"(?:公司|厂|店|社|中心|部|院|所|会|行|校|园|站|户|馆|局|企业|合伙|铺|场|集团)$")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_CELLS = re.compile(r"\t|[,，;；|]| {2,}")


def parted(text: str) -> list[str]:
    """One text for each subject, in their order; a text of one line stays as it is."""
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    if len(lines) < 2:
        return [text]
    labelled = [_LABEL.match(line) for line in lines]
    if sum(found is not None for found in labelled) * 2 > len(lines):
        return _documents(lines, [found[1] if found else "" for found in labelled])
    rows = [_line(line) for line in lines if not (_is_heading(line) or _LINK.fullmatch(line.strip()))]
    return rows or [text]


def _documents(lines: list[str], labels: list[str]) -> list[str]:
    """Licences or cards, line by line: where a label comes again, the next one begins."""
    found: list[list[str]] = []
    seen: set[str] = set()
    for line, label in zip(lines, labels, strict=True):
        if not found or (label and label in seen):
            found.append([])
            seen = set()
        found[-1].append(line)
        seen.add(label)
    return ["\n".join(one) for one in found]


def _is_heading(line: str) -> bool:
    cells = [half_width(cell).strip() for cell in _CELLS.split(line) if cell.strip()]
    return all(_HEADING.fullmatch(cell) for cell in cells)


def _line(line: str) -> str:
    """A row of a table: its code, and its name labelled as such, so that the two are compared with one another."""
    cells = [cell.strip() for cell in _CELLS.split(line) if cell.strip()]
    coded = [cell for cell in cells if _CODE.search(half_width(cell))]
    named = [c for c in cells if _NAME.fullmatch(c) and OF_AN_ORGANISATION.search(c)]
    if len(coded) == 1 and named and named[0] not in coded:
        return f"{coded[0]}\n名称：{named[0]}"
    if not coded and named:
        return named[0]
    return line.strip()
