"""The vocabulary of list types: kind, origin, legal status. Pure."""

from enum import StrEnum


class Origin(StrEnum):
    """Where an entry was decided; what its papers must show follows from it (design invariant I2)."""

    CITY = "本级认定"
    COUNTY = "县级登记"
    PROVINCE = "省级下发"
    NATION = "国家下发"
    COURT = "法院推送"

    @property
    def decided_here(self) -> bool:
        return self in (Origin.CITY, Origin.COUNTY)


class LegalStatus(StrEnum):
    """Only a list type that is 现行 takes entries or yields measures."""

    CURRENT = "现行"
    MERGED = "已并入"
    STOPPED = "停用"
    UNDER_LEGAL_REVIEW = "待法制审核"


class ReleaseKind(StrEnum):
    """How an entry left its list, in the official words."""

    EXPIRED = "期满移出"
    EARLY = "提前移出"
    REVOKED = "撤销列入"
    CORRECTED = "更正"


class Ground(StrEnum):
    """Why an entry is disputed. Suspension goes by ground: see rules.disputes."""

    WRONG_SUBJECT = "主体错误"
    OVER_TERM = "超期"
    FACTS = "事实有异议"
    CONDITIONS = "不符列入条件"
    PROCESS = "程序有异议"
