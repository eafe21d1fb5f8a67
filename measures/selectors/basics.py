"""Reading the basic lists: editions with their measures, and which edition is in force on a day."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from measures.models import BasicList, BasicMeasure

KIND_LABELS = {1: "第一类", 2: "第二类", 3: "第三类"}
KIND_TEXTS = {
    1: "由公共管理机构依法依规实施的减损权益或者增加义务的措施",
    2: "由公共管理机构根据履职需要实施的相关管理措施，不涉及减损权益或者增加义务",
    3: "由公共管理机构以外的组织自主实施的措施，只供参考",
}


def basic_lists() -> list[BasicList]:
    """Every edition, the newest first, national before local."""
    ordered = Prefetch("measures", queryset=BasicMeasure.objects.order_by("number"))
    return list(BasicList.objects.prefetch_related(ordered).order_by("local", "-edition", "code"))


def in_force(on: date) -> QuerySet[BasicList]:
    """The editions in force on a day: at most one national and one local."""
    until = Q(effective_until=None) | Q(effective_until__gte=on)
    return BasicList.objects.filter(until, effective_from__lte=on).order_by("local")


def basic_measures(on: date) -> list[BasicMeasure]:
    """What an item may refer to on a day: the measures of the editions in force, national first."""
    rows = BasicMeasure.objects.filter(basic_list__in=in_force(on)).select_related("basic_list")
    return list(rows.order_by("basic_list__local", "number"))
