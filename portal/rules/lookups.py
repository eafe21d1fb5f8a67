"""Which checks are not told to the subject: what the setting names, each with the law that forbids it. Pure."""

from dataclasses import dataclass, field

from kernel.law import Source

MAY_KNOW = Source("《中华人民共和国个人信息保护法》", "第四十四条、第四十五条")
NOT_TOLD = Source("《中华人民共和国个人信息保护法》", "第十八条、第三十五条")
KINDS = ("matter", "department")


class SettingWrong(ValueError):
    """LOOKUPS_WITHHELD does not say what is withheld, or not by which law."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Codes of matters and of departments (who asks, or for whom) -> the article by which they are not told."""

    matters: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)


def withheld(setting: str) -> Withheld:
    """What LOOKUPS_WITHHELD says: "matter:M7=《…》第九条;department:<unified code>=《…》第三条".

    《中华人民共和国个人信息保护法》 第十八条、第三十五条: a person is not told where a law or regulation demands
    secrecy, or where telling would hinder a state organ's duty. Nothing is withheld by default. Raises SettingWrong.
    """
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for part in filter(None, (one.strip() for one in setting.split(";"))):
        what, _, basis = part.partition("=")
        kind, _, code = what.partition(":")
        if kind not in KINDS or not code.strip() or not basis.strip():
            raise SettingWrong(f"LOOKUPS_WITHHELD: {part!r} is not kind:code=article")
        found[kind][code.strip()] = basis.strip()
    return Withheld(found["matter"], found["department"])
