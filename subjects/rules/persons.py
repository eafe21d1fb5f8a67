"""What is sealed of a natural person, where, and which numbers are acceptable."""

import re
from datetime import date

from kernel.identifiers import citizen_id_problem
from subjects.rules.kinds import IdKind

_OTHER_NUMBER = re.compile(r"[0-9A-Z()-]{5,30}", re.ASCII)


def data_key_place(subject_id: int) -> str:
    """Where a wrapped data key belongs: a key copied to another row does not open."""
    return f"subjects_person:data_key:{subject_id}"


def name_place(subject_id: int) -> str:
    return f"subjects_person:name_ct:{subject_id}"


def id_place(subject_id: int) -> str:
    return f"subjects_person:id_ct:{subject_id}"


NAME_PURPOSE = "subjects:person:name"  # of the blind index of kernel.names.name_key(name)


def id_purpose(id_kind: str) -> str:
    """The purpose of the blind index: the same digits on a passport and on an identity card never meet."""
    return f"subjects:person:{id_kind}"


def person_problem(id_kind: str, number: str, today: date) -> str | None:
    """What is wrong with a person's document number (normalised), in Chinese; None when acceptable.

    GB 11643-1999《公民身份号码》 第4条 for citizens' numbers; of other documents only the characters are known.
    """
    if id_kind not in set(IdKind):
        return "证件类型不在可用范围内。"
    if id_kind == IdKind.CITIZEN_ID:
        return citizen_id_problem(number, today)
    return None if _OTHER_NUMBER.fullmatch(number) else "证件号码应为5至30位字母、数字，请对照证件核对。"
