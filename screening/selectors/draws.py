"""Reading draws: who takes part and with which weight, the file of it, and whether the result can be repeated."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO, TextIOWrapper
from itertools import islice
from typing import BinaryIO

from kernel.actor import Actor
from kernel.errors import NotFound
from redblack.selectors.grades import GRADED, honoured, standings_of
from screening.models import Roster, RosterDraw, RosterDrawn, RosterMember
from screening.rules.draws import Participant, digest, draw, wanted
from screening.selectors.rosters import visible_to

RED = "red"
GRADE_LABELS = {
    RED: "守信激励对象",
    "": "无失信记录",
    "一般": "一般失信行为",
    "较重": "较重失信行为",
    "严重": "严重失信行为",
}
AT_ONCE = 2000
HEADINGS = ("统一社会信用代码", "等级", "权重")


class DrawNotFound(NotFound):
    code = "screening.draw_not_found"
    message = "没有找到该次抽取，或您没有查看的权限。"


@dataclass(frozen=True, slots=True)
class Placed:
    """An organisation that takes part, or is exempt (weight 0)."""

    subject_id: int
    code: str
    grade: str
    weight: int


@dataclass(frozen=True, slots=True)
class Field:
    """Who takes part, and how many members do not, by why."""

    placed: tuple[Placed, ...]
    left_out: dict[str, int]

    @property
    def participants(self) -> list[Participant]:
        return [Participant(one.code, one.weight) for one in self.placed]

    @property
    def eligible(self) -> int:
        return sum(one.weight > 0 for one in self.placed)


def field_of(roster: Roster, *, weights: Mapping[str, int], on: date) -> Field:
    """The organisations of a roster with their weights by grade. Neither grades nor draws concern persons and sole
    traders (invariant I7).
    """
    placed: list[Placed] = []
    left_out: Counter[str] = Counter()
    members = RosterMember.objects.filter(roster_id=roster.pk, removed_at=None).exclude(state="duplicate")
    rows = members.order_by("id").values_list("subject_id", "uscc", "kind", "state").iterator(AT_ONCE)
    while part := list(islice(rows, AT_ONCE)):
        known: dict[int, str] = {}
        for subject_id, code, kind, state in part:
            why = _left_out(code, kind, state)
            if why or subject_id is None:
                left_out[why] += 1
            else:
                known[subject_id] = code
        standings, red = standings_of(known, on=on), honoured(known, on=on)
        for subject_id, code in known.items():
            found = standings[subject_id].grade
            grade = found.value if found else RED if subject_id in red else ""
            placed.append(Placed(subject_id, code, grade, weights.get(grade, 0)))
    return Field(tuple(placed), dict(left_out))


def _left_out(code: str, kind: str, state: str) -> str:
    if state != RosterMember.State.MATCHED:
        return "未对应到登记主体"
    if kind not in GRADED:
        return "自然人、个体工商户不参加抽取"
    return "" if len(code) == 18 else "没有统一社会信用代码"


def as_lines(field: Iterable[Placed]) -> bytes:
    """The file of participants, as anybody reads it: a line each, in the order of codes."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows((one.code, one.grade, one.weight) for one in sorted(field, key=lambda one: one.code))
    return out.getvalue().encode("utf-8-sig")


def from_lines(stream: BinaryIO) -> Iterator[tuple[str, str, int]]:
    """(code, grade, weight) of each participant of that file."""
    with TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        for code, grade, weight in reader:
            yield code, grade, int(weight)


def get_draw(actor: Actor, roster_id: int, number: int, *, for_update: bool = False) -> RosterDraw:
    """One draw of a roster in the actor's scope. Raises DrawNotFound."""
    rows = RosterDraw.objects.select_related("roster__department")
    rows = rows.filter(roster_id=roster_id, number=number, roster__in=visible_to(actor))
    found = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if found is None:
        raise DrawNotFound
    return found


def draw_page(roster: Roster, *, after: int | None = None, limit: int) -> list[RosterDraw]:
    """The draws of a roster, the newest first. `after`: the number of the last one seen (keyset)."""
    rows = roster.draws.order_by("-number")
    return list((rows if after is None else rows.filter(number__lt=after))[:limit])


def drawn_of(found: RosterDraw) -> list[RosterDrawn]:
    return list(found.drawn.order_by("place"))


@dataclass(frozen=True, slots=True)
class Proof:
    """What repeating a draw says: of each claim whether it holds."""

    claims: tuple[tuple[str, bool], ...]

    @property
    def holds(self) -> bool:
        return all(true for _, true in self.claims)


def prove(found: RosterDraw, participants: BinaryIO) -> Proof:
    """Repeat a draw from its file, its seed and its number, and compare with what was kept."""
    people = [Participant(code, weight) for code, _, weight in from_lines(participants)]
    eligible = sum(one.weight > 0 for one in people)
    count = wanted(number=found.wanted_number, share=found.wanted_share, eligible=eligible) if eligible else 0
    again = [(one.place, one.code, one.weight, one.mark) for one in draw(people, seed=found.seed, count=count)]
    kept = [(one.place, one.code, one.weight, one.mark) for one in drawn_of(found)]
    return Proof(
        (
            ("参加抽取的单位和权重与公布种子时一致（摘要相同）", digest(people) == found.digest),
            (f"参加抽取的单位数与公布时一致（{found.participants}）", eligible == found.participants),
            ("按公布的种子重新抽取，抽中的单位、次序和最小摘要全部一致", again == kept),
        )
    )
