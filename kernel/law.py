"""The vocabulary for saying which text of law a rule comes from."""

from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """Rank of a legal document, highest first. A measure that reduces rights needs LOCAL_REGULATION or above.

    国办发〔2020〕49号; rulebook 1.1 no. 7 and 8.
    """

    LAW = 1  # 法律
    ADMINISTRATIVE_REGULATION = 2  # 行政法规
    CENTRAL_POLICY = 3  # 党中央、国务院政策文件
    LOCAL_REGULATION = 4  # 地方性法规
    MINISTRY_RULE = 5  # 部门规章
    LOCAL_RULE = 6  # 地方政府规章
    NORMATIVE_DOCUMENT = 7  # 规范性文件

    @property
    def label(self) -> str:
        return RANK_LABELS[self]


RANK_LABELS = {
    Rank.LAW: "法律",
    Rank.ADMINISTRATIVE_REGULATION: "行政法规",
    Rank.CENTRAL_POLICY: "党中央、国务院政策文件",
    Rank.LOCAL_REGULATION: "地方性法规",
    Rank.MINISTRY_RULE: "部门规章",
    Rank.LOCAL_RULE: "地方政府规章",
    Rank.NORMATIVE_DOCUMENT: "规范性文件",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One place in one act. Printed beside a refusal."""

    act: str
    article: str

    def __str__(self) -> str:
        return f"{self.act} {self.article}".strip()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule said no: a stable code, the law, the message in Chinese, and the facts that decided it."""

    code: str
    source: Source
    message: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule returns. No reasons against means yes."""

    against: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return not self.against
