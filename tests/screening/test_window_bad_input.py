"""What somebody types at the window by mistake or on purpose: each is answered in words, and none reads as clear."""

from typing import Any

import pytest
from django.test import Client

from kernel.actor import Role
from screening.models import Receipt
from tests.factories import accounts
from tests.factories import screening as make
from tests.screening.conftest import City

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
HTMX = {"HX-Request": "true"}
VERIFY = "需核实身份"
NOTHING_READ = "没有识别出代码或名称"


@pytest.fixture
def window(client: Client, frozen: Any, city: City) -> Any:
    client.force_login(accounts.user(Role.CLERK, department=make.general_window()))

    def ask(text: str, **fields: str) -> Any:
        said = {"matter": city.matter, "stage": "before", "file_number": "", "text": text}
        said["key"] = f"key-{Receipt.objects.count():08d}"
        return client.post("/check/", said | fields, headers=HTMX)

    return ask


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("恒", VERIFY),
        ("有限公司", VERIFY),
        ("名" * 300, "文本过长（300字）"),
        (".*", NOTHING_READ),
        ("[一-龥]+公司$", VERIFY),
        ("(?=.*)(((", NOTHING_READ),
        ("%_%", NOTHING_READ),
        ("'; DROP TABLE screening_receipt; --", VERIFY),
        ("恒泰' OR '1'='1", VERIFY),
        ("\\", "不是有效代码"),  # stands for "none" in a spreadsheet
        ("<script>alert(1)</script>", VERIFY),
        ("{{ request.user }}", VERIFY),
        ("🏭🏭🏭", NOTHING_READ),
        ("恒泰🏭食品", VERIFY),
        ("\ue000\ue001", NOTHING_READ),  # private use: no name anybody else can read
        ("\U00020000\U00020001公司", VERIFY),  # rare characters of real names
        ("\u202e司公泰恒", VERIFY),
        ("91339901MA9K3H5T3", "少1位"),
        ("0" * 18, "不是有效代码"),
        ("https://example.cn/q", "二维码中只有网址"),
        ("y" * 4000, "文本过长"),
    ],
)
def test_is_answered_in_words(window: Any, text: str, words: str) -> None:
    response = window(text)
    told = response.content.decode()
    assert response.status_code == 200
    assert words in told and "未命中" not in told and "依法应当" not in told
    assert "<script>alert" not in told
    assert Receipt.objects.get().answer == "could_not_check"


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": "名" * 4001}, 422, "申请人"),
        ({"text": "a\x00b"}, 422, "申请人"),
        ({"text": "\n".join(f"名称{n}号公司" for n in range(60))}, 400, "一次最多核查 50 个"),
        ({"matter": "[.*"}, 400, "没有符合“[.*”的事项"),
        ({"matter": "' OR 1=1 --"}, 400, "没有符合"),
        ({"stage": "never"}, 422, "阶段"),
        ({"file_number": "x" * 61}, 422, "办件号"),
        ({"text": " ", "file_number": ""}, 400, "请至少输入一个主体"),
        ({"again": "JL-20261120-999999"}, 404, "没有找到该核查回执"),
        ({"again": "'; --"}, 404, "没有找到该核查回执"),
        ({"text": "JL-20261120-999999"}, 404, "没有找到该核查回执"),
    ],
)
def test_is_not_even_asked(window: Any, fields: dict[str, str], status: int, words: str) -> None:
    response = window(**{"text": make.uscc()} | fields)
    assert response.status_code == status
    assert words in response.content.decode()
    assert not Receipt.objects.exists()


def test_a_persons_number_is_no_file_number(window: Any) -> None:
    number = make.citizen_id()
    response = window(make.uscc(), file_number=number)
    assert response.status_code == 400 and "办件号中含有公民身份号码" in response.content.decode()
    assert number not in response.content.decode()
