"""What a dossier shows of an organisation, as labelled lines. Pure."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from kernel.identifiers import warnings_of_uscc
from subjects.rules.kinds import Kind, Status


class Described(Protocol):
    """The part of a subject that the lines need."""

    @property
    def kind(self) -> str: ...
    @property
    def uscc(self) -> str: ...
    @property
    def reg_no(self) -> str: ...
    @property
    def org_code(self) -> str: ...
    @property
    def division_code(self) -> str: ...
    @property
    def registered_on(self) -> date | None: ...
    @property
    def status(self) -> str: ...


def facts_of(subject: Described, division: str, known_divisions: Collection[str]) -> list[tuple[str, str]]:
    """(label, value) in the order of a licence; what is not known is left out."""
    lines = [
        ("主体类型", Kind(subject.kind).label),
        ("统一社会信用代码", subject.uscc),
        ("注册号", subject.reg_no),
        ("组织机构代码", subject.org_code),
        ("登记地", f"{division}（{subject.division_code}）" if division else subject.division_code),
        ("成立日期", subject.registered_on.isoformat() if subject.registered_on else ""),
        ("登记状态", Status(subject.status).label),
    ]
    if subject.uscc:
        lines += [("提示", warning) for warning in warnings_of_uscc(subject.uscc, known_divisions)]
    return [(label, value) for label, value in lines if value]
