"""What somebody must show before the portal believes for whom he speaks, and for how long it does."""

from dataclasses import dataclass
from datetime import date

from citizens.rules.kinds import Proof, Relation
from citizens.rules.sources import ASKER_SHOWS_WHO_HE_IS, NEED_AND_PURPOSE
from kernel.identifiers import citizen_id_problem, holds_citizen_id, uscc_problem
from kernel.law import Reason, Verdict
from kernel.terms import last_day_of_years

LONGEST_YEARS = 1
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What was typed, normalised. An organisation by its unified code; a person by his document alone."""

    relation: Relation
    code: str = ""
    name: str = ""
    id_kind: str = "citizen_id"
    id_number: str = ""
    until: date | None = None  # of a written authorisation


def complete(claim: Claim, *, on: date, with_paper: bool) -> Verdict:
    """Whether a claim says all that its kind needs.

    《浙江省公共信用信息管理条例》 第十九条: who asks for a person's information shows who he is and that he may.
    《中华人民共和国个人信息保护法》 第六条: and no more is asked of him than that needs.
    """
    against = []
    if claim.relation is not Relation.SELF and (problem := uscc_problem(claim.code)):
        against.append(Reason("code", ASKER_SHOWS_WHO_HE_IS, problem))
    if not 1 < len(claim.name) <= 60:
        against.append(Reason("name", ASKER_SHOWS_WHO_HE_IS, "请填写证件上的姓名（2至60字）。"))
    if claim.id_kind == "citizen_id" and (problem := citizen_id_problem(claim.id_number, on)):
        against.append(Reason("number", ASKER_SHOWS_WHO_HE_IS, problem))
    elif not 5 <= len(claim.id_number) <= 30:
        against.append(Reason("number", ASKER_SHOWS_WHO_HE_IS, "证件号码应为5至30位，请对照证件填写。"))
    if claim.relation is Relation.AGENT:
        if not with_paper:
            message = "受委托的经办人须上传单位出具的授权委托书（盖章扫描件或照片）。"
            against.append(Reason("paper", ASKER_SHOWS_WHO_HE_IS, message))
        if claim.until is None or claim.until < on:
            message = "请填写授权委托书载明的截止日期，不早于今天。"
            against.append(Reason("until", NEED_AND_PURPOSE, message))
    if claim.relation is Relation.SELF and not with_paper:
        message = "查询本人信用信息，请上传本人身份证件照片，由工作人员核验；也可以使用统一身份认证登录。"
        against.append(Reason("paper", ASKER_SHOWS_WHO_HE_IS, message))
    return Verdict(tuple(against))


def effective_until(claim_until: date | None, *, on: date) -> date:
    """The last day: a year at most, and not beyond what the paper says."""
    longest = last_day_of_years(on, LONGEST_YEARS)
    return min(longest, claim_until) if claim_until else longest


def proven_by(relation: Relation, *, in_register: bool) -> Proof | None:
    """What a claim rests on at once; None: a person has to look.

    Only a representative whose document is the one in the register: of a person name and number are known to many,
    and an agent's authority stands on paper.
    """
    return Proof.REGISTER if relation is Relation.REPRESENTATIVE and in_register else None


def note_tells_a_number(note: str) -> bool:
    return holds_citizen_id(note)
