"""Legal documents and measure items, made through the services."""

from itertools import count
from typing import Any

from kernel.law import Rank
from measures import services
from measures.services import Article, ItemContent
from office.services import register_document
from tests.factories import accounts
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)


def document(*, rank: Rank = Rank.LAW, **fields: Any) -> str:
    """A registered legal document. Its code."""
    number = next(_numbers)
    said = {"code": f"D{number}", "title": f"中华人民共和国某{number}法", "short": f"某{number}法", "confidence": "L"}
    register_document(rank=rank, actor=PLATFORM, now=LONG_AGO, **said | fields)
    return str((said | fields)["code"])


def content(**fields: Any) -> ItemContent:
    """A punishment of kind 1 that an article demands, for a matter before the decision."""
    said = {
        "code": f"TY{next(_numbers)}",
        "department_text": "",
        "matter_code": "",
        "matter_name": "某事项",
        "responsible_office": "",
        "basis_text": "某法",
        "target_text": "失信主体",
        "content": "限制申请",
        "stages": ["before"],
        "organisation": "",
        "means": "强制应用",
        "reward": False,
        "kind": 1,
        "wording": "依法应当",
        "term_text": "名单有效期内",
        "extends_to_responsible": False,
    }
    if "department_id" not in fields:
        fields["department_id"] = accounts.department().pk
    return ItemContent(**said | fields)


def item(*, triggers: list[int], unless_bad: list[int] | None = None, **fields: Any) -> int:
    """A published item that these sources call for; `articles` or a law of its own. Its id."""
    articles = fields.pop("articles", None) or [Article(document_code=document(), article="第一条")]
    actor, now = fields.pop("actor", PLATFORM), fields.pop("now", LONG_AGO)
    return services.publish_item(
        content=content(**fields),
        articles=articles,
        triggers=triggers,
        unless_bad=unless_bad or [],
        actor=actor,
        now=now,
    )


def reward(*, triggers: list[int], unless_bad: list[int], **fields: Any) -> int:
    """A published reward that is offered while no bad record stands on `unless_bad`. Its id."""
    said = {"reward": True, "kind": None, "wording": "可以提供", "content": "容缺受理", "means": "推荐应用"}
    return item(triggers=triggers, unless_bad=unless_bad, **said | fields)
