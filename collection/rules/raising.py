"""What a row raises besides itself: triggers with a term of their own. Pure."""

from collections.abc import Mapping
from datetime import date

from catalog.rules.definition import Definition, Raise
from collection.rules.crossing import holder
from collection.rules.dates import OPEN_END
from collection.rules.judged import Judged
from collection.rules.problems import Problem, Severity
from collection.rules.ready import RaisedPlan
from kernel.terms import last_day_of_years


class Raising:
    """The raises of a definition, compiled once."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.publicity_until = definition.roles.publicity_until
        self.raises = [
            (one, holder(definition.by_code.get(one.field), one.words)) for one in definition.raises if one.begins
        ]

    def of(self, seen: Mapping[str, Judged], term: date | None, problems: list[Problem]) -> tuple[RaisedPlan, ...]:
        """The triggers that a row raises. A date that one needs and that is empty is a problem of that field; the
        end of the publicity period may be left open, for `term` follows from the law."""
        found: list[RaisedPlan] = []
        for one, holds in self.raises:
            if one.field:
                said = seen.get(one.field)
                if said is None or not holds(said.text):
                    continue
            plan = self._plan(one, seen, term, problems)
            if plan is not None:
                found.append(plan)
        return tuple(found)

    def _plan(
        self, one: Raise, seen: Mapping[str, Judged], term: date | None, problems: list[Problem]
    ) -> RaisedPlan | None:
        begins = self._day(one, one.begins, seen, problems)
        ends: date | None = None
        if term is not None and one.ends not in seen and one.ends and one.ends == self.publicity_until:
            ends = term
        elif one.ends and (one.ends in seen or not one.years):
            ends = self._day(one, one.ends, seen, problems)
            if ends is None:
                return None
            if one.own_term and ends.isoformat() == OPEN_END:
                problems.append(self._open_end(one))
        elif one.years and begins is not None:
            ends = last_day_of_years(begins, one.years)
        if begins is None:
            return None
        if ends is not None and ends < begins:
            message = f"限制期限的最后一日 {ends.isoformat()} 早于起始日 {begins.isoformat()}。请核对两个日期。"
            problems.append(Problem(one.ends, "in_order", message))
            return None
        ground = seen.get(one.ground)
        text = ground.text if ground is not None and ground.text else self.definition.item_name
        return RaisedPlan(one.source, begins, ends, text, one.own_term, one.responsible)

    def _open_end(self, one: Raise) -> Problem:
        """The standard's filler for "no end" where the decision fixes a term: right only for a ban for life."""
        name = self.definition.by_code[one.ends].name
        message = (
            f"{OPEN_END} 表示长期有效，而该处罚限制期限以决定书为准。请将“{name}”改为决定书载明的最后一日；"
            "决定书未定期限的，请在“确认无误”栏填“是”。"
        )
        return Problem(one.ends, "term_open", message, Severity.SUSPECT)

    def _day(self, one: Raise, code: str, seen: Mapping[str, Judged], problems: list[Problem]) -> date | None:
        judged = seen.get(code)
        if judged is not None:
            return judged.value if isinstance(judged.value, date) else None  # unreadable: told already
        field = self.definition.by_code.get(code)
        if field is not None:
            why = f"因“{self.definition.by_code[one.field].name}”含“{'”“'.join(one.words)}”，" if one.field else ""
            message = f"为空。{why}限制期限须有日期。请填写“{field.name}”。"
            problems.append(Problem(code, "raise_incomplete", message))
        return None
