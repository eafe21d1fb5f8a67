"""One record typed on a page: the form that a version of the catalogue makes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import QueryDict

from catalog.rules.definition import Definition
from collection.forms.boxes import OTHER, Box, box_of, told
from subjects.rules.kinds import KIND_LABELS, Kind

WHOLE_ROW = ""
LIMIT = 6000  # characters of one box: more than any field holds, so that the rule can say how many are too many


class EntryForm:
    """The boxes of a version, in its order and parts; what was sent; what is wrong with it.

    A box is called as its field. The values go to `collection.services.receive_rows` by the fields' names, so that
    a returned row reads in Chinese.
    """

    def __init__(self, definition: Definition, *, said: QueryDict | None = None, filled: Mapping[str, str]) -> None:
        self.definition = definition
        self.boxes: dict[str, Box] = {}
        self.whole: list[str] = []  # what is wrong with the row, not with one box of it
        self.wrong: list[tuple[Box, str]] = []
        part = "信用主体"
        for field in definition.fields:
            if field.code in definition.roles.document_no.split("+"):
                part = "决定（文书）内容"
            elif field.code and field.code == definition.roles.authority:
                part = "机关和来源"
            box = box_of(field, name=field.code, kinds=definition.subject_kinds)
            box.part = part
            if said is None:
                box.said = filled.get(field.code, "")
            else:
                _take(box, said, separator=field.separator)
            self.boxes[field.code] = box

    @property
    def parts(self) -> list[tuple[str, list[Box]]]:
        found: dict[str, list[Box]] = {}
        for box in self.boxes.values():
            found.setdefault(box.part, []).append(box)
        return list(found.items())

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """(word on the screen, kind) of the subjects that the item knows."""
        return [(KIND_LABELS[Kind(kind)], kind) for kind in self.definition.subject_kinds]

    def cells(self) -> dict[str, str]:
        """What was sent, by the fields' names."""
        return {box.label: box.said for box in self.boxes.values()}

    def fill(self, values: Mapping[str, str]) -> None:
        """Put values into boxes, by field code; of what the item has no field for, nothing."""
        for code, value in values.items():
            if code in self.boxes:
                self.boxes[code].said = value

    def tell(self, problems: Iterable[Mapping[str, Any]]) -> None:
        """Write each problem beside its box, and all of them into the summary."""
        for problem in problems:
            box = self.boxes.get(str(problem["field"]))
            if box is None:
                self.whole.append(str(problem["message"]))
                continue
            told(box, [problem])
            self.wrong.append((box, str(problem["message"])))

    @property
    def count(self) -> int:
        return len(self.wrong) + len(self.whole)

    @property
    def only_suspect(self) -> bool:
        """Whether nothing is wrong but what somebody may confirm."""
        return bool(self.wrong) and not self.whole and all(box.suspect for box, _ in self.wrong)


def _take(box: Box, said: QueryDict, *, separator: str) -> None:
    """What the browser sent for a box, as the one text that a cell would hold."""
    chosen: Sequence[str] = [one[:LIMIT] for one in said.getlist(box.name)]
    other = said.get(box.name + OTHER, "").strip()[:LIMIT]
    if box.other is not None:
        box.other = other
    if box.shape == "boxes":
        box.chosen = tuple(chosen)
        box.said = separator.join([*chosen, *[other] * bool(other)])
    elif box.shape == "select":
        box.said = other or (chosen[-1] if chosen else "")
    else:
        box.said = chosen[-1] if chosen else ""
