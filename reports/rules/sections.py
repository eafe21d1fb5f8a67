"""The ten sections of the national report standard, and which information stands in which. Pure.

《公共信用信息报告标准（2021年版）》: the sections and their order. Before them stands the registration, as on the
first page of the standard. What a city adds beyond the national catalogue stands in the tenth.
"""

from enum import IntEnum

REGISTRATION_CLASS = "登记注册基本信息"
LOCAL_EDITION = "地方补充"


class Section(IntEnum):
    ADMINISTRATION = 1
    HONOURS = 2
    SERIOUS_LISTS = 3
    ABNORMAL = 4
    COMMITMENTS = 5
    RATINGS = 6
    JUDGMENTS = 7
    OTHER = 8
    ADVICE = 9
    LOCAL = 10

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def numeral(self) -> str:
        return "一二三四五六七八九十"[self - 1]


LABELS = {
    Section.ADMINISTRATION: "行政管理信息",
    Section.HONOURS: "诚实守信相关荣誉信息",
    Section.SERIOUS_LISTS: "严重失信主体名单信息",
    Section.ABNORMAL: "经营（活动）异常名录（状态）信息",
    Section.COMMITMENTS: "信用承诺及其履行情况信息",
    Section.RATINGS: "信用评价结果信息",
    Section.JUDGMENTS: "司法判决及执行信息",
    Section.OTHER: "其他信息",
    Section.ADVICE: "信用状况提升建议",
    Section.LOCAL: "地方补充信息",
}
OF_CLASS = {
    "行政管理信息": Section.ADMINISTRATION,
    "诚实守信相关荣誉信息": Section.HONOURS,
    "严重失信主体名单信息": Section.SERIOUS_LISTS,
    "经营（活动）异常名录（状态）信息": Section.ABNORMAL,
    "信用承诺及其履行情况信息": Section.COMMITMENTS,
    "信用评价结果信息": Section.RATINGS,
    "司法裁判及执行信息": Section.JUDGMENTS,
}
OF_LIST = {"serious": Section.SERIOUS_LISTS, "abnormal": Section.ABNORMAL, "reward": Section.HONOURS}


def section_of(information_class: str, class_edition: str) -> Section | None:
    """Where a record of a class stands; None: with the registration, before the sections.

    《公共信用信息报告标准（2021年版）》, its sections.
    """
    if class_edition == LOCAL_EDITION:
        return Section.LOCAL
    if information_class == REGISTRATION_CLASS:
        return None
    return OF_CLASS.get(information_class, Section.OTHER)
