"""What an objection is about, what it says, and what may come of it. Pure."""

from enum import StrEnum

from redblack.rules.lists import Ground


class Kind(StrEnum):
    """Why somebody objects (异议种类)."""

    DATA = "data"
    OVER_TERM = "over_term"
    CONDITIONS = "conditions"
    WRONG_SUBJECT = "wrong_subject"
    PROCESS = "process"

    @property
    def label(self) -> str:
        return KINDS[self]

    @property
    def ground(self) -> Ground:
        """How a list names it."""
        return GROUNDS[self]


KINDS = {
    Kind.DATA: "数据有误",
    Kind.OVER_TERM: "超期公示或者超期限保留",
    Kind.CONDITIONS: "不符合列入条件",
    Kind.WRONG_SUBJECT: "主体错误（身份混同）",
    Kind.PROCESS: "程序瑕疵",
}
GROUNDS = {
    Kind.DATA: Ground.FACTS,
    Kind.OVER_TERM: Ground.OVER_TERM,
    Kind.CONDITIONS: Ground.CONDITIONS,
    Kind.WRONG_SUBJECT: Ground.WRONG_SUBJECT,
    Kind.PROCESS: Ground.PROCESS,
}


class Target(StrEnum):
    """Against what: an entry on a list, a record, or a check that took somebody for another."""

    ENTRY = "entry"
    RECORD = "record"
    CHECK = "check"

    @property
    def label(self) -> str:
        return {"entry": "名单条目", "record": "信用信息记录", "check": "核查结果"}[self.value]


class Channel(StrEnum):
    """By which way it came."""

    PORTAL = "portal"
    COUNTER = "counter"
    DEPARTMENT = "department"
    UPSTREAM = "upstream"

    @property
    def label(self) -> str:
        return CHANNELS[self]


CHANNELS = {
    Channel.PORTAL: "网上提出",
    Channel.COUNTER: "窗口代为提出",
    Channel.DEPARTMENT: "部门发现",
    Channel.UPSTREAM: "信用中国转办",
}


class Outcome(StrEnum):
    """What was found (核查结论), in the official words."""

    KEEP = "维持"
    CORRECT = "更正"
    SUPPLEMENT = "补充"
    STOP_PUBLICITY = "停止公示"
    REMOVE = "移出"
    DELETE = "删除"


OUTCOMES = {
    Target.ENTRY: (Outcome.KEEP, Outcome.CORRECT, Outcome.SUPPLEMENT, Outcome.REMOVE),
    Target.RECORD: (Outcome.KEEP, Outcome.CORRECT, Outcome.SUPPLEMENT, Outcome.STOP_PUBLICITY, Outcome.DELETE),
    Target.CHECK: (Outcome.KEEP, Outcome.CORRECT),
}


def takes_off(target: Target, kind: Kind, outcome: Outcome) -> bool:
    """Whether the outcome takes something off a list or out of the public's sight, so that two persons must agree.

    国办发〔2020〕49号: who recognised an entry answers for its exit. A wrong subject cannot be corrected in place:
    the entry leaves its list.
    """
    if outcome in (Outcome.REMOVE, Outcome.DELETE, Outcome.STOP_PUBLICITY):
        return True
    return outcome is Outcome.CORRECT and target is Target.ENTRY and kind is Kind.WRONG_SUBJECT
