"""Memoranda and basic lists, made through the services."""

from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any

from measures import services
from measures.models import BasicMeasure
from measures.rules.memoranda import ConductRow, MemorandumContent, OriginalRow
from measures.services import Basic
from tests.factories.accounts import LONG_AGO, PLATFORM

_numbers = count(1)
WORDS = """一、联合惩戒对象
克扣农民工工资的用人单位。
二、联合惩戒措施
限制取得政府资金支持。依据《预算法》第二条。"""


def content(**fields: Any) -> MemorandumContent:
    """A memorandum with its words, one conduct and two measures, of which one names neither body nor article."""
    number = next(_numbers)
    said: dict[str, Any] = {
        "code": f"memo-test-{number}",
        "title": f"第{number}合作备忘录",
        "document_number": f"发改财金〔2017〕{number}号",
        "lead": "人力资源社会保障部",
        "signatories": ("国家发展改革委", "财政部"),
        "list_numbers": (16,),
        "text": WORDS,
        "conducts": (ConductRow(number=1, label="克扣农民工工资"),),
        "measures": (
            OriginalRow(
                number=1,
                label="限制取得政府资金支持",
                reward=False,
                strength="restriction",
                departments=("财政部",),
                legal_basis=("《预算法》第二条",),
                conducts=(1,),
            ),
            OriginalRow(number=2, label="融资授信参考", reward=False, strength="reference"),
        ),
    }
    return MemorandumContent(**said | fields)


def memorandum(**fields: Any) -> str:
    """A registered memorandum. Its code."""
    made = content(**fields)
    services.create_memorandum(content=made, actor=PLATFORM, now=LONG_AGO)
    return made.code


def with_file() -> str:
    """A registered memorandum with a file of its own. Its code."""
    code = memorandum()
    services.attach_file(code=code, stream=BytesIO(b"%PDF-1.7"), name="备忘录.pdf", actor=PLATFORM, now=LONG_AGO)
    return code


def basic_list(**fields: Any) -> int:
    """An edition without dates, of two measures. Its id."""
    said: dict[str, Any] = {
        "code": f"national-test-{next(_numbers)}",
        "title": "失信惩戒措施基础清单（试验版）",
        "edition": "2020",
        "local": False,
        "effective_from": None,
        "effective_until": None,
        "confidence": "P",
        "measures": [
            Basic(number=1, kind=1, label="限制市场或行业准入", confidence="P"),
            Basic(number=2, kind=3, label="从严审慎授信", confidence="G"),
        ],
    }
    return services.register_basic_list(actor=PLATFORM, now=LONG_AGO, **said | fields)


@dataclass(frozen=True, slots=True)
class Papers:
    """One memorandum with a file, one measure of a basic list: for tests that visit every page."""

    memo: str
    basic_id: int


def papers() -> Papers:
    return Papers(with_file(), BasicMeasure.objects.filter(basic_list=basic_list()).order_by("number")[0].pk)
