"""合作备忘录 and 基础清单 at the pages: found, decomposed row by row, out and in as files, seen by others."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from kernel.actor import Role
from measures.models import BasicMeasure, Memorandum
from measures.selectors import memoranda as selectors
from tests.factories import accounts
from tests.factories import memoranda as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


class Desk:
    def __init__(self, role: Role = Role.CREDIT_OFFICE) -> None:
        self.user: User = accounts.user(role)
        self.client = Client()
        self.client.force_login(self.user)

    def get(self, page: str, *args: object, query: str = "", status: int = 200) -> str:
        response = self.client.get(reverse(f"measures:{page}", args=args) + query)
        assert response.status_code == status, response.content.decode()
        return response.content.decode()

    def post(self, page: str, *args: object, query: str = "", **said: object) -> Any:
        return self.client.post(reverse(f"measures:{page}", args=args) + query, said)


@pytest.fixture
def office(db: None) -> Desk:
    return Desk()


def seen(code: str) -> str:
    return selectors.content_of(selectors.memorandum_by_code(code)).seen


def measure(code: str, **said: object) -> dict[str, Any]:
    whole = {
        "part": "measure", "row": "", "seen": seen(code), "number": 3, "nature": "惩戒", "strength": "",
        "means": "强制性", "label": "限制担任负责人", "departments": "财政部；国家发展改革委",
        "legal_basis": "《公司法》第一百七十八条", "conducts": "1",
    }  # fmt: skip
    return whole | said


def test_the_register_shows_what_is_decomposed_and_what_is_a_stub(office: Desk) -> None:
    make.memorandum(title="甲备忘录")
    make.memorandum(title="乙备忘录", measures=(), conducts=(), document_number="")
    page = office.get("memoranda", query="?q=备忘录")
    assert "甲备忘录" in page and "乙备忘录" in page and "未查明" in page and "文号待核实" in page
    stubs = office.get("memoranda", query="?state=stub&q=备忘录")
    assert "乙备忘录" in stubs and "甲备忘录" not in stubs
    assert "乙备忘录" not in office.get("memoranda", query="?state=partial&q=备忘录")
    assert "没有符合条件" in office.get("memoranda", query="?state=complete&q=乙备忘录")


def test_a_memorandum_is_begun_and_its_words_pasted(office: Desk) -> None:
    said = {
        "code": "new-memo",
        "title": "新备忘录",
        "document_number": "未查明",
        "lead": "",
        "list_numbers": "16、17",
    }
    assert office.post("new_memorandum", **said | {"code": "新"}).status_code == 422
    bad = office.post("new_memorandum", **said | {"list_numbers": "十六"})
    assert bad.status_code == 422 and "“十六”不是序号" in bad.content.decode()
    assert office.post("new_memorandum", **said | {"list_numbers": "99"}).status_code == 400
    answer = office.post("new_memorandum", **said)
    assert answer["Location"] == reverse("measures:edit_memorandum", args=["new-memo"])
    assert "粘贴正文" in office.get("edit_memorandum", "new-memo")
    text = {"part": "text", "seen": seen("new-memo"), "text": "第一条  \r\n  第二条"}
    assert office.post("edit_memorandum", "new-memo", **text).status_code == 302
    assert selectors.memorandum_by_code("new-memo").text == "第一条\n第二条"
    page = office.get("edit_memorandum", "new-memo")
    assert "data-memo-text" in page and "标为原始措施" in page
    assert office.post("new_memorandum", **said).status_code == 409


def test_rows_are_added_changed_and_deleted(office: Desk) -> None:
    code = make.memorandum()
    assert office.post("edit_memorandum", code, **measure(code)).status_code == 302
    content = selectors.content_of(selectors.memorandum_by_code(code))
    added = content.measures[2]
    assert (added.departments, added.means, added.conducts) == (("财政部", "国家发展改革委"), "强制性", (1,))
    page = office.get("edit_memorandum", code, query="?measure=3")
    assert "修改原始措施 3" in page and "限制担任负责人" in page
    moved = measure(code, row="3", number=9, label="限制担任董事")
    assert office.post("edit_memorandum", code, **moved).status_code == 302
    rows = selectors.content_of(selectors.memorandum_by_code(code)).measures
    assert [(one.number, one.label) for one in rows[2:]] == [(9, "限制担任董事")]
    drop = {"part": "drop_measure", "row": "9", "seen": seen(code)}
    assert office.post("edit_memorandum", code, **drop).status_code == 302
    conduct = {"part": "conduct", "row": "", "seen": seen(code), "number": 2, "label": "拖欠工资", "criteria": ""}
    assert office.post("edit_memorandum", code, **conduct).status_code == 302
    content = selectors.content_of(selectors.memorandum_by_code(code))
    assert len(content.measures) == 2 and [one.label for one in content.conducts] == ["克扣农民工工资", "拖欠工资"]
    used = office.post("edit_memorandum", code, part="drop_conduct", row="1", seen=seen(code))
    assert used.status_code == 400 and "行为清单中没有第 1 项" in used.content.decode()


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        ({"legal_basis": ""}, 400, "没有填写依据条文"),
        ({"departments": ""}, 400, "没有填写实施部门"),
        ({"departments": "财证部"}, 400, "是否为“财政部”"),
        ({"conducts": "7"}, 400, "行为清单中没有第 7 项"),
        ({"conducts": "甲"}, 400, "“甲”不是序号"),
        ({"number": 1}, 400, "序号 1 出现 2 次"),
        ({"label": ""}, 422, "必填"),
        ({"part": "all"}, 400, "没有这样的操作"),
        ({"seen": "0" * 20}, 409, "他人修改"),
    ],
)
def test_a_bad_row_is_refused_and_stays_in_its_form(
    said: dict[str, Any], status: int, message: str, office: Desk
) -> None:
    code = make.memorandum()
    answer = office.post("edit_memorandum", code, **measure(code, **said))
    page = answer.content.decode()
    assert answer.status_code == status and (message in page or status == 422)
    if status != 422 and said.get("part") != "all":
        assert "限制担任负责人" in page
    assert len(selectors.content_of(selectors.memorandum_by_code(code)).measures) == 2


def test_the_head_is_changed(office: Desk) -> None:
    code, older = make.memorandum(), make.memorandum(title="旧备忘录")
    said = {
        "part": "head", "seen": seen(code), "title": "改名", "document_number": "未查明", "issued_on": "2017-11-30",
        "lead": "财政部", "list_numbers": "16", "replaces": older, "subject_text": "对象",
        "signatories": "财政部\n公安部",
    }  # fmt: skip
    assert office.post("edit_memorandum", code, **said | {"list_numbers": "x"}).status_code == 400
    assert office.post("edit_memorandum", code, **said).status_code == 302
    content = selectors.content_of(selectors.memorandum_by_code(code))
    assert (content.title, content.document_number, content.replaces) == ("改名", "", older)
    assert content.signatories == ("财政部", "公安部") and len(content.measures) == 2
    page = office.get("memorandum", code)
    assert office.user.display_name in page and f">{older}</a>" in page
    circle = said | {"seen": seen(older), "replaces": code, "title": "旧备忘录"}
    refused = office.post("edit_memorandum", older, **circle)
    assert refused.status_code == 400 and "循环代替" in refused.content.decode()


def test_the_words_show_what_was_made_of_them(office: Desk) -> None:
    page = office.get("memorandum", make.memorandum())
    assert '<mark><a href="#m1">限制取得政府资金支持</a></mark>' in page
    assert '<mark><a href="#c1">克扣农民工工资</a></mark>' in page
    assert "依据：未注明" in page and "起草事项" in page
    stub = office.get("memorandum", make.memorandum(measures=(), conducts=(), text=""))
    assert "未分解" in stub and "不能形成措施清单事项" in stub


def test_its_own_file(office: Desk) -> None:
    code = make.memorandum()
    office.get("memorandum_file", code, status=404)
    office.post("attach_file", code)
    assert "没有收到文件" in office.get("edit_memorandum", code)
    upload = SimpleUploadedFile("备忘录.pdf", b"%PDF-1.7")
    assert office.post("attach_file", code, file=upload).status_code == 302
    answer = Desk(Role.CLERK).client.get(reverse("measures:memorandum_file", args=[code]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"  # never whole in memory
    assert "备忘录.pdf" in office.get("memorandum", code)


@pytest.mark.parametrize("form", ["xlsx", "yaml"])
def test_out_and_in_again_at_the_pages(form: str, office: Desk) -> None:
    code = make.memorandum()
    answer = office.client.get(reverse("measures:export_memoranda", args=[form]), {"code": code})
    assert form in answer["Content-Disposition"]
    Memorandum.objects.filter(code=code).delete()
    page = office.post("import_memoranda", file=SimpleUploadedFile(f"m.{form}", answer.content)).content.decode()
    assert re.search(r"新增 <b class=\"num\">1</b> 份", page)
    again = office.post("import_memoranda", file=SimpleUploadedFile(f"m.{form}", answer.content)).content.decode()
    assert re.search(r"相同 <b class=\"num\">1</b> 份", again)


def test_bad_files_are_told(office: Desk) -> None:
    assert office.post("import_memoranda").status_code == 422
    bad = office.post("import_memoranda", file=SimpleUploadedFile("m.yaml", b"a: ["))
    assert bad.status_code == 400 and "无法读取" in bad.content.decode()
    rows = b"- {code: a1, title: x, document_number: ''}"
    page = office.post("import_memoranda", file=SimpleUploadedFile("m.yaml", BytesIO(rows).read())).content.decode()
    assert "第 1 份备忘录：" in page and "没有填写文号" in page
    office.get("export_memoranda", "yaml", query="?code=nowhere", status=404)


def test_others_read_and_do_not_write(office: Desk) -> None:
    code, clerk = make.memorandum(), Desk(Role.CLERK)
    assert "分解和编辑" not in clerk.get("memorandum", code) and "导入备忘录" not in clerk.get("memoranda")
    clerk.get("edit_memorandum", code, status=403)
    clerk.get("memorandum", "nowhere", status=404)
    Desk(Role.AUDIT_ADMIN).get("memoranda", status=403)


def test_the_basic_list_says_what_is_in_force_and_what_waits(office: Desk) -> None:
    listed = make.basic_list()
    make.basic_list(measures=[], title="后一版清单")
    page = office.get("basic_lists")
    assert "第一类" in page and "从严审慎授信" in page and "条文未取得" in page and "确认<span" in page
    first = BasicMeasure.objects.get(basic_list=listed, number=1).pk
    assert office.post("confirm_basic", first).status_code == 302
    assert office.user.display_name in office.get("basic_lists")
    assert office.post("confirm_basic", first).status_code == 404
    assert "待信用办确认" in Desk(Role.CLERK).get("basic_lists")
