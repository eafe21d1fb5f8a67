"""What a complaint must say, and what of it may go to a department. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from complaints.rules.sources import COMPLAINTS, PERSONAL_INFORMATION
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason, Verdict

LONGEST_TEXT = 4000
SHORTEST_TEXT = 10
LONGEST_NAME = 200
FILES = 5
FILE_BYTES = 10 * 1024 * 1024
STARTS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
SHORTEST_REASON = 6
_NUMBER = re.compile(r"TS-(20\d{6})-(\d{6,18})", re.ASCII)


class Kind(StrEnum):
    COMPLAINT = "complaint"
    REPORT = "report"

    @property
    def label(self) -> str:
        return {"complaint": "投诉", "report": "举报失信行为"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells. All three of the informant may be empty: a report without a name is taken too."""

    kind: str
    about_name: str
    about_code: str = ""
    text: str
    name: str = ""
    phone: str = ""
    mail: str = ""

    @property
    def names_informant(self) -> bool:
        return bool(self.name or self.phone or self.mail)


def complete(told: Told, *, files: Iterable[tuple[bytes, int]]) -> Verdict:
    """Whether it says enough. `files`: how each begins, and how large it is.

    《企业信用行为联合奖惩办法（试行）》 第二十八条: citizens and organisations may complain and report.
    《中华人民共和国个人信息保护法》 第五十一条: nothing personal is taken that is not needed.
    """
    against = []
    if told.kind not in set(Kind):
        against.append(Reason("kind", COMPLAINTS, "请选择投诉或举报。"))
    if not 2 <= len(told.about_name) <= LONGEST_NAME:
        against.append(Reason("about", COMPLAINTS, "请填写被反映的企业或单位名称。"))
    if not SHORTEST_TEXT <= len(told.text) <= LONGEST_TEXT:
        message = f"请写明时间、地点和事实，{SHORTEST_TEXT} 至 {LONGEST_TEXT} 字。"
        against.append(Reason("text", COMPLAINTS, message))
    if any(holds_citizen_id(part) for part in (told.about_name, told.text, told.name, told.phone, told.mail)):
        message = "请勿填写公民身份号码：受理不需要。请删去后重新提交。"
        against.append(Reason("citizen_id", PERSONAL_INFORMATION, message))
    found = list(files)
    if len(found) > FILES:
        against.append(Reason("files", COMPLAINTS, f"证明材料不超过 {FILES} 个文件，请合并后上传。"))
    if any(not kind_of_file(head) or not 0 < size <= FILE_BYTES for head, size in found):
        message = "证明材料须为 PDF、JPG 或 PNG 文件，每个不超过 10 MB。请重新扫描或拍照后上传。"
        against.append(Reason("file", COMPLAINTS, message))
    return Verdict(tuple(against))


def kind_of_file(head: bytes) -> str:
    """What a file is, told by how it begins and never by its name; "" for what is not taken."""
    return next((kind for start, kind in STARTS.items() if head.startswith(start)), "")


def may_be_passed_on(summary: str, *, informant: Iterable[str]) -> Verdict:
    """Whether the words that go to a department keep the informant secret.

    《企业信用行为联合奖惩办法（试行）》 第二十八条: what was told is looked into.
    《中华人民共和国个人信息保护法》 第五十一条: it is protected against being known to who need not know it.
    """
    against = []
    plain = _plain(summary)
    if len(summary.strip()) < SHORTEST_TEXT:
        message = f"请写明转办的事项摘要，不少于 {SHORTEST_TEXT} 字。"
        against.append(Reason("summary", COMPLAINTS, message))
    if any(len(said) >= 2 and said in plain for said in map(_plain, informant)):
        message = "转办摘要中含有举报人的姓名或联系方式，请改写：转办材料不得透露举报人身份。"
        against.append(Reason("informant", PERSONAL_INFORMATION, message))
    if holds_citizen_id(summary):
        against.append(Reason("citizen_id", PERSONAL_INFORMATION, "转办摘要中含有公民身份号码，请删去。"))
    return Verdict(tuple(against))


def _plain(text: str) -> str:
    return re.sub(r"[\s\-－—]", "", text).lower()


def number_of(day: str, complaint_id: int) -> str:
    """TS-20261120-000012; ids have gaps."""
    return f"TS-{day}-{complaint_id:06d}"


def id_in(number: str) -> int | None:
    """The id in a number as it was typed; None where it is none."""
    match = _NUMBER.fullmatch(number.strip().upper())
    return int(match[2]) if match else None
