"""Who may ask about every matter, and which matters a user keeps at hand."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.selectors import departments_by_id
from audit.services import record
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted
from screening import policies, selectors
from screening.events import GeneralWindowsSet
from screening.models import ApplicationLists, FavouriteMatter, GeneralWindow
from screening.selectors.asking import MatterNotNamed, askable, general_windows
from toolkit.db import lock_counter, raise_counter

COUNTER = ApplicationLists._meta.db_table
MOST_FAVOURITES = 50


class OfficeSetsWindows(NotPermitted):
    code = "screening.office_sets_windows"
    message = "综合窗口由信用办登记。如需变更，请联系信用办。"


class WindowUnknown(Malformed):
    code = "screening.window_unknown"
    message = "所选部门没有登记，请刷新后重新选择。"


class FavouritesFull(Malformed):
    code = "screening.favourites_full"
    message = f"最多收藏 {MOST_FAVOURITES} 个事项。请先取消不常用的。"


@transaction.atomic
def set_general_windows(*, department_ids: Collection[int], actor: Actor, now: datetime) -> bool:
    """The departments whose windows take in every matter (综合窗口), all of them at once. Whether anything changed.

    Every plan knows who may ask, so the revision of the application lists goes up. Raises OfficeSetsWindows,
    WindowUnknown.
    """
    if not policies.may_edit_lists(actor):
        raise OfficeSetsWindows
    wanted = frozenset(department_ids)
    if len(departments_by_id(wanted)) < len(wanted):
        raise WindowUnknown
    lock_counter(COUNTER)
    before = general_windows()
    if wanted == before:
        return False
    GeneralWindow.objects.exclude(department_id__in=wanted).delete()
    GeneralWindow.objects.bulk_create(GeneralWindow(department_id=one) for one in sorted(wanted - before))
    revision = raise_counter(COUNTER)
    fact = GeneralWindowsSet(sorted(wanted), revision)
    record(fact, about="screening.general_windows:", actor=actor, now=now)
    return True


@transaction.atomic
def star_matter(*, matter_code: str, starred: bool, actor: Actor) -> None:
    """Keep a matter at hand, or no longer. Nobody else relies on it, so it is no fact.

    Raises UnknownMatter, MatterNotNamed (none that the actor may ask about), FavouritesFull.
    """
    matter = selectors.matters().filter(code=matter_code).first()
    if matter is None:
        raise selectors.UnknownMatter("没有登记该政务服务事项，请重新选择。")
    mine = FavouriteMatter.objects.filter(user_id=actor.id or 0)
    if not starred:
        mine.filter(matter=matter).delete()
        return
    if actor.id is None or not askable(actor).filter(pk=matter.pk).exists():
        raise MatterNotNamed("该事项不由本单位受理，不能收藏。")
    if mine.exclude(matter=matter).count() >= MOST_FAVOURITES:
        raise FavouritesFull
    FavouriteMatter.objects.bulk_create([FavouriteMatter(user_id=actor.id, matter=matter)], ignore_conflicts=True)
