"""The answer: a numbered paper with reasons and remedies that anybody who holds it can verify."""

import secrets
from datetime import datetime

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.selectors import departments_by_id
from audit.services import record
from kernel.actor import Actor
from objections import policies, selectors
from objections.events import ObjectionAnswered
from objections.models import Objection
from objections.rules.kinds import Outcome, Target
from objections.rules.letters import answer_letter
from objections.rules.rulesets import BY_CODE
from objections.services import work
from toolkit.clock import day_of

DONE = {
    Outcome.KEEP: "所涉信息经核查无误，予以维持，“存在异议”标注同时取消。",
    Outcome.CORRECT: "所涉信息已经更正，更正结果已告知此前取得该信息的各部门和单位。",
    Outcome.SUPPLEMENT: "所涉信息已经补充。",
    Outcome.STOP_PUBLICITY: "所涉信息已停止公示，由该信息引起的措施同时停止；法律、决定另行规定期限的限制除外。",
    Outcome.REMOVE: "该条目已移出名单，公示、共享、推送和措施同时停止，并已告知此前取得该条目的各部门和单位。",
    Outcome.DELETE: "该记录已经删除，由其引起的措施同时停止。",
}
APART = "该核查结果所指的主体不是你（单位）。平台已登记两者不是同一主体，今后核查不再提示。"
ELSEWHERE = "该信息由其他机关认定，更正由认定机关作出，平台随其名单更新；更新之前保留“存在异议”标注。"


@transaction.atomic
def answer(*, objection_id: int, answer_no: str, actor: Actor, now: datetime) -> int:
    """Write the answer as PDF: what was found, why, what was done, which remedies remain. The paper's id.

    By the receiver or by who verified. Raises ObjectionNotFound, NotYours, WrongStep, TextMissing, CharacterMissing,
    LetterNotWritten.
    """
    row = selectors.get_visible(actor, objection_id, for_update=True)
    own = policies.may_receive(actor, department_id=row.department_id)
    if not own and not policies.may_verify(actor, provider_id=row.provider_id):
        raise work.NotYours("答复由受理单位或者核查单位作出。")
    row.state = work.after("answer", row).value
    on = day_of(now)
    row.answer_no, row.answered_by, row.answered_at = work.demanded(answer_no), actor.key, now
    row.answer_code = secrets.token_urlsafe(12)
    row.save(update_fields=["state", "answer_no", "answered_by", "answered_at", "answer_code"])
    row.clocks.filter(met_on=None).update(met_on=on)
    work.refresh(row=row)
    rules = BY_CODE[row.rules]
    address = f"{settings.SITE_ADDRESS}{reverse('objections:verify', args=[row.answer_code])}"
    verifier = departments_by_id([row.provider_id or row.department_id])
    letter = answer_letter(
        work.matter_of(row=row, on=on),
        number=row.answer_no,
        on=on,
        outcome=row.outcome,
        finding=row.finding,
        basis=row.basis,
        done=done(row),
        verified_by=row.forwarded_to or next(iter(verifier.values())).name,
        reviewed_by=rules.reviewed_by,
        review=row.review_of_id is not None,
    )
    picture = segno.make(address, error="m", micro=False).svg_inline(scale=4, border=1)
    paper = work.write(
        row=row, kind="异议处理答复书", data=letter | {"qr": picture, "verify": address}, actor=actor, now=now
    )
    fact = ObjectionAnswered(row.pk, row.number, row.answer_no)
    record(fact, about=work.about(row), actor=actor, now=now)
    return paper


def done(row: Objection) -> str:
    """What followed from the outcome, in a sentence."""
    outcome = Outcome(row.outcome)
    if row.target == Target.CHECK and outcome is Outcome.CORRECT:
        return APART
    if row.forwarded_to and outcome is not Outcome.KEEP:
        return ELSEWHERE
    return DONE[outcome]
