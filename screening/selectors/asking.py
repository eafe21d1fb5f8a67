"""Which matters an actor may ask about, and how one is found by a few characters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.selectors import all_departments, departments_by_id, with_subordinates
from kernel.actor import Actor, Kind, Role
from kernel.errors import Malformed
from screening.models import FavouriteMatter, GeneralWindow, Matter

LONGEST_LIST = 20


class MatterNotNamed(Malformed):
    code = "screening.matter_not_named"
    message = "请选择事项：输入编码或名称中的几个字，再从列表中选一个。"


@dataclass(frozen=True, slots=True)
class MatterChoice:
    """A matter as the window's picker offers it."""

    code: str
    name: str
    department: str
    stages: tuple[str, ...]
    starred: bool

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"


def general_windows() -> frozenset[int]:
    """The departments whose windows take in every matter."""
    return frozenset(GeneralWindow.objects.values_list("department_id", flat=True))


def line_of(department_id: int) -> frozenset[int]:
    """A department, what hangs below it and what it hangs below: a county unit does its city department's matters."""
    parents = {d.id: d.parent_id for d in all_departments()}
    above, one = set(), parents.get(department_id)
    while one is not None and one not in above:
        above.add(one)
        one = parents.get(one)
    return with_subordinates(department_id) | above


def askers_about(heads: Iterable[int | None]) -> frozenset[int]:
    """Whose checks may be of a case that concerns these departments: their lines, and every general window.

    A file number is one office's own: another's case may bear the same.
    """
    return general_windows().union(*(line_of(one) for one in heads if one is not None))


def may_ask(actor: Actor, *, asked_by: frozenset[int]) -> bool:
    """Whether the actor's department may ask about a matter that these departments ask about (PreparedPlan.asked_by).

    国办发〔2020〕49号: whoever carries out a matter, or takes in its applications, and nobody else. The credit office
    answers for all of them; the platform itself acts for whoever started it.
    """
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE) or actor.department_id in asked_by:
        return True
    return actor.department_id is not None and bool(asked_by & line_of(actor.department_id))


def askable(actor: Actor) -> QuerySet[Matter]:
    """The matters of which `may_ask` says yes."""
    if actor.kind is Kind.SYSTEM or actor.has(Role.CREDIT_OFFICE):
        return Matter.objects.all()
    if actor.department_id is None:
        return Matter.objects.none()
    line = line_of(actor.department_id)
    if line & general_windows():
        return Matter.objects.all()
    return Matter.objects.filter(Q(implementing_department_id__in=line) | Q(handled_by_id__in=line))


def find_matters(actor: Actor, *, text: str = "", limit: int = LONGEST_LIST) -> list[MatterChoice]:
    """Matters the actor may ask about whose code or name holds every word of the text; the actor's own favourites
    first, then by code.
    """
    found = askable(actor)
    for word in text.split():
        found = found.filter(Q(code__icontains=word) | Q(name__icontains=word))
    mine = _favourites(actor)
    first = list(found.filter(pk__in=mine).order_by("code")[:limit])
    rest = list(found.exclude(pk__in=mine).order_by("code")[: limit - len(first)])
    return _choices([*first, *rest], mine)


def matter_choice(actor: Actor, code: str) -> MatterChoice | None:
    """One matter as the picker shows it; None where the actor may not ask about it any more."""
    return next(iter(_choices(list(askable(actor).filter(code=code)), _favourites(actor))), None)


def _favourites(actor: Actor) -> frozenset[int]:
    return frozenset(FavouriteMatter.objects.filter(user_id=actor.id or 0).values_list("matter_id", flat=True))


def _choices(matters: Sequence[Matter], mine: frozenset[int]) -> list[MatterChoice]:
    names = departments_by_id({m.implementing_department_id for m in matters})
    return [
        MatterChoice(m.code, m.name, names[m.implementing_department_id].short_name, tuple(m.stages), m.pk in mine)
        for m in matters
    ]


def matter_named(actor: Actor, text: str) -> Matter:
    """The matter that the picker's text means: "M1 食品经营许可", a code, a whole name, or words that fit one alone.

    Whether the actor may ask about it the check decides. Raises MatterNotNamed, which says how to go on.
    """
    words = text.split()
    if not words:
        raise MatterNotNamed
    known = Matter.objects.filter(code__in={words[0], words[0].upper()}).order_by("code").first()
    if known is None:
        known = askable(actor).filter(name=text.strip()).order_by("code").first()
    if known is not None:
        return known
    found = find_matters(actor, text=text, limit=2)
    if len(found) == 1:
        return Matter.objects.get(code=found[0].code)
    if found:
        raise MatterNotNamed(f"有不止一个事项符合“{text.strip()}”。请从列表中选一个，或多输入几个字。")
    raise MatterNotNamed(
        f"没有符合“{text.strip()}”的事项，或该事项不由本单位受理。请输入编码或名称中的几个字后选择。"
    )
