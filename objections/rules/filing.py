"""Whether an objection may be filed, accepted, reviewed. Pure."""

from dataclasses import dataclass
from datetime import date

from kernel.law import Reason, Verdict
from objections.rules.kinds import Target
from objections.rules.sources import HENAN, LISTS, PERSONAL, REMEDIES

LONGEST = 4000
REFUSALS = {
    "not_entitled": "提出人不是信息所涉主体，也没有取得授权",
    "no_facts": "没有说明事实和理由，经告知后仍未补正",
    "not_ours": "所涉信息不在本平台，应向作出决定的机关提出",
    "over": "所涉信息已经移出、删除或者停止公示",
    "decided": "同一事实和理由已经答复并经复核，没有新的证据",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is filed, and what is known of what it is about."""

    target: Target
    about_subject: bool
    standing: bool
    claim: str


def may_file(wish: Wish) -> Verdict:
    """Whether it can be an objection at all.

    河南省社会信用条例 第四十一条: whoever finds information about himself wrong.
    中华人民共和国个人信息保护法 第四十六条: about himself, no other.
    国办发〔2020〕49号 严重失信主体名单：错误列入的纠正: what has left a list needs none.
    """
    against = []
    if not wish.about_subject:
        text = "该信息不是关于提出人的。只能对本人、本单位的信息提出异议；发现他人信息有误的，请举报。"
        against.append(Reason("not_about_subject", PERSONAL, text))
    if not wish.standing:
        text = "该信息已经移出、撤回或者归档，不需要提出异议。如仍有平台在使用，请向该平台提出。"
        against.append(Reason("not_standing", LISTS, text))
    if len(wish.claim.strip()) < 4:
        against.append(Reason("no_claim", HENAN, "请写明异议的事实和理由。"))
    elif len(wish.claim) > LONGEST:
        against.append(Reason("claim_too_long", HENAN, f"事实和理由不超过 {LONGEST} 字，其余请作为材料上传。"))
    return Verdict(tuple(against))


def may_review(*, answered: bool, answered_on: date | None, is_review: bool, reviewed: bool, on: date) -> Verdict:
    """Whether the next level may be asked to look again: once, after the answer, within 60 days.

    中华人民共和国行政复议法 第二条、第二十条: what remains beside it; its sixty days are taken for this review too.
    """
    against = []
    if not answered or answered_on is None:
        against.append(Reason("not_answered", REMEDIES, "尚未答复，不能申请复核。"))
    elif (on - answered_on).days > 60:
        against.append(Reason("review_too_late", REMEDIES, "自收到答复之日起已超过六十日，不能申请复核。"))
    if is_review or reviewed:
        text = "复核只有一次。对答复不服的，可以依法申请行政复议或者提起行政诉讼。"
        against.append(Reason("reviewed_once", REMEDIES, text))
    return Verdict(tuple(against))
