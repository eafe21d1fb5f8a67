"""The plug-in: tokens for a page of another department's system, the check and the choice that are made with them.

The department's server asks for a token by a signed request; the browser uses it once. A token is a signed text and
no row: that it works once is the check's own idempotency key, which is the token's nonce.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core import signing

from accounts.rules.origins import normalised
from accounts.selectors import client_by_code
from kernel.actor import Actor, Kind
from kernel.errors import Malformed, NotPermitted, NotSignedIn, RuleBroken
from kernel.identifiers import holds_citizen_id
from screening import policies, selectors
from screening.rules.plugin import (
    CHECK_SECONDS,
    CHOICE_SECONDS,
    LONGEST_OPERATOR,
    Hold,
    Purpose,
    Terms,
    hold_of,
)
from screening.rules.question import Role
from screening.selectors.asking import askable
from screening.services.checking import (
    Applicant,
    Checked,
    FileNumberTellsAPerson,
    KeyUsedForAnother,
    MayNotCheck,
    NotYourMatter,
    check,
)
from screening.services.choosing import choose
from toolkit.clock import day_of

_signer = signing.Signer(salt="screening.plugin")
LONGEST_TOKEN = 4000


class OriginNotRegistered(NotPermitted):
    code = "screening.origin_not_registered"
    message = (
        "该页面来源没有为本接入系统登记，不能使用核查插件。"
        "请联系安全管理员在“接入系统”中登记页面的地址（如 https://hall.example）。"
    )


class OperatorUnclear(Malformed):
    code = "screening.operator_unclear"
    message = f"operator 应为经办人员的姓名或工号，1 至 {LONGEST_OPERATOR} 个字符，不含证件号码。"


class TokenMissing(NotSignedIn):
    code = "screening.token_missing"
    message = "没有核查令牌：请在 Authorization 请求头中以 Bearer 带上令牌。"


class TokenWrong(NotSignedIn):
    code = "screening.token_wrong"
    message = "核查令牌无效。请刷新页面后重新核查；仍不行的，请联系受理系统管理员。"


class TokenExpired(NotSignedIn):
    code = "screening.token_expired"
    message = "核查令牌已过期。请重新核查。"


class TokenUsed(RuleBroken):
    code = "screening.token_used"
    message = "该核查令牌已经用过，不能再次核查。请重新核查。"


class TokenOfAnotherPage(NotPermitted):
    code = "screening.token_of_another_page"
    message = "核查令牌不是为这个页面签发的，未予核查。"


@dataclass(frozen=True, slots=True)
class Issued:
    """A token for one check, until when, and whom the matter checks."""

    token: str
    expires: int
    matter_name: str
    department: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A token that holds: for whom, and what it says."""

    actor: Actor
    terms: Terms


@dataclass(frozen=True, slots=True)
class Answered:
    """The check, what the form waits for, and the token for the choice ("" where nothing is to be chosen)."""

    checked: Checked
    hold: Hold
    choice_token: str


def issue_token(
    *, matter_code: str, stage: str, operator: str, file_number: str, origin: str, actor: Actor, now: datetime
) -> Issued:
    """A token for one check from a page of that origin. `now`: the machine's own clock, as for signatures.

    Nothing is asked yet, so nothing is recorded: the check is. Raises MayNotCheck, OriginNotRegistered,
    OperatorUnclear, FileNumberTellsAPerson, UnknownMatter, NotYourMatter.
    """
    client = client_by_code(actor.name) if actor.kind is Kind.CLIENT else None
    if client is None or not policies.may_check(actor):
        raise MayNotCheck
    page = normalised(origin)
    if page is None or page not in client.origins:
        raise OriginNotRegistered
    operator = " ".join(operator.split())
    if not 0 < len(operator) <= LONGEST_OPERATOR or holds_citizen_id(operator):
        raise OperatorUnclear
    if holds_citizen_id(file_number):
        raise FileNumberTellsAPerson
    plan = selectors.prepared_plan(matter_code=matter_code, stage=stage, as_of=day_of(now)).plan
    if not askable(actor).filter(pk=plan.matter_id).exists():
        raise NotYourMatter
    terms = Terms(
        purpose=Purpose.CHECK,
        client=actor.name,
        origin=page,
        operator=operator,
        nonce=secrets.token_urlsafe(18),
        expires=int(now.timestamp()) + CHECK_SECONDS,
        matter=matter_code,
        stage=stage,
        file_number=file_number.strip(),
    )
    return Issued(_signed(terms), terms.expires, plan.matter_name, plan.department, plan.roles)


def open_token(*, token: str, origin: str, purpose: Purpose, now: datetime) -> Opened:
    """Read a token that came from a page. `origin` as the browser wrote it; `now`: the machine's own clock.

    A system that was ended since, or an origin struck from its list, ends its tokens too. Raises TokenMissing,
    TokenWrong, TokenExpired, TokenOfAnotherPage.
    """
    if not token:
        raise TokenMissing
    try:
        terms = Terms.read(_signer.unsign_object(token)) if len(token) <= LONGEST_TOKEN else None
    except (signing.BadSignature, ValueError) as error:
        raise TokenWrong from error
    if terms is None or terms.purpose != purpose:
        raise TokenWrong
    client = client_by_code(terms.client)
    if client is None:
        raise TokenWrong
    if terms.origin != origin or origin not in client.origins:
        raise TokenOfAnotherPage
    if now.timestamp() >= terms.expires:
        raise TokenExpired
    shown = f"{terms.operator}（{client.actor.display}）"
    return Opened(replace(client.actor, display=shown), terms)


def check_by_token(*, opened: Opened, applicants: Sequence[Applicant], now: datetime, wall: datetime) -> Answered:
    """The check of the form's applicants, once. `wall`: the machine's own clock, for the token of the choice.

    Raises TokenUsed, and what `check` raises.
    """
    terms = opened.terms
    try:
        checked = check(
            matter_code=terms.matter,
            stage=terms.stage,
            file_number=terms.file_number,
            applicants=applicants,
            key=f"plugin:{terms.nonce}",
            actor=opened.actor,
            now=now,
        )
    except KeyUsedForAnother as refusal:
        raise TokenUsed from refusal
    if checked.repeated:  # whoever sends it again may be another: the answer is not shown to him
        raise TokenUsed
    hold = hold_of(answer=checked.answer, complete=checked.complete, no_measure=checked.no_measure)
    if hold is Hold.GO:
        return Answered(checked, hold, "")
    of_choice = replace(
        terms,
        purpose=Purpose.CHOICE,
        nonce=secrets.token_urlsafe(18),
        expires=int(wall.timestamp()) + CHOICE_SECONDS,
        number=checked.number,
    )
    return Answered(checked, hold, _signed(of_choice))


def choose_by_token(*, opened: Opened, what: str, reason: str, now: datetime) -> None:
    """Note what the person at the page chose. Raises what `choose` raises."""
    choose(
        number=opened.terms.number,
        what=what,
        reason=reason,
        operator=opened.terms.operator,
        actor=opened.actor,
        now=now,
    )


def _signed(terms: Terms) -> str:
    return _signer.sign_object(terms.written())
