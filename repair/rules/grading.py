"""Which grade information has: set by its department, else by procedure, kinds of penalty and list. Pure."""

from typing import NamedTuple

from repair.rules.sets import GENERAL, MINOR, SERIOUS

SUMMARY = "简易程序"
# 行政处罚法 第九条, the heaviest kinds first
_SERIOUS = ("吊销", "限制开展", "停产停业", "责令关闭", "限制从业")
_GENERAL = ("罚款", "没收", "暂扣", "降低资质")
_MINOR = ("警告", "通报批评")


class Grade(NamedTuple):
    grade: str
    why: str


def grade_of(*, stated: str, procedure: str = "", kinds: str = "", serious_list: bool = False) -> Grade:
    """The grade and why.

    信用修复管理办法 第四条: standing on a list of serious breaches is serious. Of penalties the grade is the
    department's to set; where it set none: summary procedure is minor, of several kinds the heaviest counts, and what
    nobody can tell is general, so that neither the shortest nor the longest time is assumed.
    """
    if serious_list:
        return Grade(SERIOUS, "列入严重失信主体名单")
    if stated in (MINOR, GENERAL, SERIOUS):
        return Grade(stated, "认定部门确定")
    if procedure == SUMMARY:
        return Grade(MINOR, "适用简易程序")
    for words, grade in ((_SERIOUS, SERIOUS), (_GENERAL, GENERAL), (_MINOR, MINOR)):
        if word := next((one for one in words if one in kinds), ""):
            return Grade(grade, f"处罚含“{word}”")
    return Grade(GENERAL, "认定部门未确定，暂按一般")
