"""How a visitor of the portal is known, and for whom he speaks. Values only."""

from enum import StrEnum


class IdentityKind(StrEnum):
    MAIL = "mail"
    SMS = "sms"
    PROVIDER = "provider"  # an identity service vouches for him (OpenID Connect)

    @property
    def label(self) -> str:
        return {"mail": "电子邮箱", "sms": "手机号码", "provider": "统一身份认证"}[self.value]


class Relation(StrEnum):
    SELF = "self"
    REPRESENTATIVE = "representative"
    AGENT = "agent"

    @property
    def label(self) -> str:
        return {"self": "本人", "representative": "法定代表人（负责人）", "agent": "受委托的经办人"}[self.value]


class State(StrEnum):
    """待核验 ─> 有效 ─> 已终止;  待核验 ─> 未通过, 已撤回. An effective one also ends with its last day."""

    WAITING = "waiting"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    State.WAITING: "待核验",
    State.EFFECTIVE: "有效",
    State.REFUSED: "未通过",
    State.WITHDRAWN: "已撤回",
    State.ENDED: "已终止",
}


class Proof(StrEnum):
    """What an effective relation rests on."""

    REGISTER = "register"  # the document that he named is the one in the register
    REVIEW = "review"  # a member of staff compared the papers
    PROVIDER = "provider"  # an identity service vouched for his document

    @property
    def label(self) -> str:
        return {"register": "与登记信息比对一致", "review": "人工核验", "provider": "统一身份认证"}[self.value]


class SessionEnd(StrEnum):
    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    OLD = "old"
    REPLACED = "replaced"  # signed in anew in the same browser
    ELSEWHERE = "elsewhere"  # ended from another device, or all of them
    STOLEN = "stolen"  # its cookie came from another browser
    BLOCKED = "blocked"
