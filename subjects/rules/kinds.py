"""What a subject may be, what its names and posts are called, and which documents identify a person."""

from enum import StrEnum


class Kind(StrEnum):
    LEGAL_PERSON = "legal_person"
    NATURAL_PERSON = "natural_person"
    SOLE_TRADER = "sole_trader"
    OTHER_ORGANISATION = "other_organisation"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.LEGAL_PERSON: "法人",
    Kind.NATURAL_PERSON: "自然人",
    Kind.SOLE_TRADER: "个体工商户",
    Kind.OTHER_ORGANISATION: "其他组织",
}
ORGANISATIONS = frozenset(Kind) - {Kind.NATURAL_PERSON}


class Status(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"
    DEREGISTERED = "deregistered"
    ERASED = "erased"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.ACTIVE: "存续",
    Status.REVOKED: "吊销",
    Status.DEREGISTERED: "注销",
    Status.ERASED: "已删除个人信息",
}


class NameKind(StrEnum):
    CURRENT = "current"
    FORMER = "former"
    SHORT = "short"

    @property
    def label(self) -> str:
        return NAME_KIND_LABELS[self]


NAME_KIND_LABELS = {NameKind.CURRENT: "现用名称", NameKind.FORMER: "曾用名称", NameKind.SHORT: "简称"}


class IdKind(StrEnum):
    CITIZEN_ID = "citizen_id"
    PASSPORT = "passport"
    TRAVEL_PERMIT = "travel_permit"
    OTHER = "other"

    @property
    def label(self) -> str:
        return ID_KIND_LABELS[self]


ID_KIND_LABELS = {
    IdKind.CITIZEN_ID: "居民身份证（含港澳台居民居住证、外国人永久居留身份证）",
    IdKind.PASSPORT: "护照",
    IdKind.TRAVEL_PERMIT: "港澳居民、台湾居民来往内地（大陆）通行证",
    IdKind.OTHER: "其他证件",
}

POSTS = ("法定代表人", "负责人", "主要负责人", "直接负责的主管人员", "其他直接责任人员", "经营者", "实际控制人")


class ConflictState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    FORMER_NAME = "former_name"
    RENAMED = "renamed"

    @property
    def label(self) -> str:
        return CONFLICT_LABELS[self]


CONFLICT_LABELS = {
    ConflictState.OPEN: "待核实",
    ConflictState.KEPT: "维持原名称",
    ConflictState.FORMER_NAME: "登记为曾用名称",
    ConflictState.RENAMED: "已更名",
}


def kind_of_code(uscc: str) -> Kind:
    """What the first two places of a unified social credit code say about its holder.

    GB 32100-2015《法人和其他组织统一社会信用代码编码规则》 第5条: 92 is a sole trader; law firms (31), private
    non-enterprise units (52), religious venues (71), grassroots unions (81) and village bodies (N) are taken as other
    organisations, for the code does not tell whether they have legal personality; everything else as legal person.
    """
    if uscc[:2] == "92":
        return Kind.SOLE_TRADER
    if uscc[:2] in ("31", "52", "54", "71", "81") or uscc[:1] in ("N", "Y"):
        return Kind.OTHER_ORGANISATION
    return Kind.LEGAL_PERSON
