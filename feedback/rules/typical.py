"""典型案例: what may be told to the public, and by how many persons. Pure."""

import re
from enum import StrEnum

from feedback.rules.sources import NO_PERSONS_IN_PUBLIC, TYPICAL_CASES
from kernel.identifiers import holds_citizen_id
from kernel.law import Reason, Verdict
from kernel.machine import Machine, Transition

LONGEST_TITLE, LONGEST_TEXT = 100, 3000
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
SOME_PERSON = "某自然人"


class State(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    State.DRAFTED: "草稿",
    State.SUBMITTED: "待审核",
    State.PUBLISHED: "已发布",
    State.REFUSED: "未通过",
    State.WITHDRAWN: "已撤下",
}
TYPICAL_LIFE = Machine(
    initial=State.DRAFTED,
    transitions=[
        Transition("submit", frozenset({State.DRAFTED}), State.SUBMITTED),
        Transition("publish", frozenset({State.SUBMITTED}), State.PUBLISHED),
        Transition("refuse", frozenset({State.SUBMITTED}), State.REFUSED),
        Transition("withdraw", frozenset({State.PUBLISHED}), State.WITHDRAWN),
    ],
)


def may_tell(*, title: str, text: str, subject_shown: str, named: bool) -> Verdict:
    """Whether a text may go to the public. `named`: whether somebody of the register is named in it.

    万秀区发改局关于城市信用联合奖惩创新做法及信用创新做法 明确职责分工: typical cases are collected and made known.
    《中华人民共和国个人信息保护法》 第二十五条: no person's information is made public without consent.
    """
    against = []
    whole = f"{title}\n{text}\n{subject_shown}"
    if not title.strip() or len(title) > LONGEST_TITLE:
        against.append(Reason("title_wrong", TYPICAL_CASES, f"请填写标题，不超过{LONGEST_TITLE}字。"))
    if not text.strip() or len(text) > LONGEST_TEXT:
        against.append(Reason("text_wrong", TYPICAL_CASES, f"请填写案例内容，不超过{LONGEST_TEXT}字。"))
    if not subject_shown.strip():
        against.append(Reason("subject_missing", TYPICAL_CASES, "请填写主体的公开称谓，如“某食品公司”。"))
    if holds_citizen_id(whole) or MOBILE.search(whole):
        against.append(Reason("number_inside", NO_PERSONS_IN_PUBLIC, "内容中含有公民身份号码或手机号码，请删去。"))
    if named:
        against.append(Reason("name_inside", NO_PERSONS_IN_PUBLIC, "内容中含有自然人姓名，请改为“某某”。"))
    return Verdict(tuple(against))
