"""The same interface by SOAP: asked by zeep from the committed contract, and by those who mean no good."""

import time
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from lxml import etree
from zeep.exceptions import Fault

from accounts.models import ClientSystem
from exchange.api import soap
from exchange.models import Recall, Subscription
from exchange.rules.soap import contract
from exchange.rules.soap.envelope import Version, _snake, build, fault, fault_text, read, wrap
from exchange.rules.soap.messages import ENTRY
from exchange.services.numbering import number_changes
from feedback.models import Case
from feedback.rules.incoming import KEYS
from redblack import services as lists
from redblack.rules.lists import ReleaseKind
from tests.conftest import NOW
from tests.exchange.soap_client import ADDRESS, service
from tests.factories import accounts, exchange, redblack, screening
from tests.factories.accounts import PLATFORM
from tests.feedback.test_intake import Town
from tests.signing import send
from toolkit import clock

PATH = ADDRESS.removeprefix("http://testserver")
V11, V12 = Version.V11.space, Version.V12.space
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]


@pytest.fixture
def listed() -> redblack.List:
    return redblack.list_type()


@pytest.fixture
def client() -> ClientSystem:
    return exchange.system()


@pytest.fixture
def row(client: ClientSystem, listed: redblack.List) -> Subscription:
    return exchange.opened(listed.code, client=client)


def number(row: Subscription) -> None:
    number_changes(subscription_id=row.pk, actor=PLATFORM, now=NOW)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_zeep_pulls_rebuilds_and_confirms(
    row: Subscription, client: ClientSystem, listed: redblack.List, version: str
) -> None:
    entries = [redblack.entry(listed.code, screening.firm()) for _ in range(3)]
    number(row)
    ours = service(client.code, soap=version)
    first = ours.GetChanges(subscription=row.pk, after=0, limit=2)
    assert ([one.seq for one in first.rows], first.more, first.lastSeq, first.state) == ([1, 2], True, 3, "active")
    assert [(one.list, one.state, one.numbered) for one in first.lists] == [(listed.code, "current", True)]
    rest = ours.GetChanges(subscription=row.pk, after=2)
    assert [one.seq for one in rest.rows] == [3] and not rest.more
    whole = ours.GetSnapshot(subscription=row.pk, after=0)
    assert [one.entry for one in whole.rows] == sorted(entries)
    by_rest = send(Client(), client.code, f"/api/v1/exchange/subscriptions/{row.pk}/changes", method="GET").json()
    for one, told in zip([*first.rows, *rest.rows], by_rest["rows"], strict=True):
        assert set(told["content"]) <= set(ENTRY), "a new key of a row has no place in the contract"
        content = told["content"]
        assert (one.content.name, one.content.code) == (content["name"], content["code"])
        assert one.content["from"].isoformat() == content["from"] and one.content.suspended is content["suspended"]
        assert one.at == datetime.fromisoformat(told["at"])
    lists.release(
        entry_id=entries[0], kind=ReleaseKind.EARLY, released_on=NOW.date(), document_no="移1号", reason="已履行",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    number(row)
    (gone,) = ours.GetChanges(subscription=row.pk, after=3).rows
    assert (gone.change, gone.entry, gone.content.releaseDocument) == ("remove", entries[0], "移1号")
    done = ours.Confirm(subscription=row.pk, seq=4, count=2)
    assert (done.seq, done.count, done.expected, done.recalls, done.agrees) == (4, 2, 2, 1, True)
    assert not Recall.objects.filter(confirmed_at=None).exists()


def ask(code: str, body: bytes, *, kind: str = "text/xml; charset=utf-8", **headers: str) -> tuple[int, str, str]:
    """Status, the fault's own code, and its words."""
    answer = send(Client(), code, PATH, body=body, content_type=kind, **headers)
    return said(answer)


def said(answer: Any) -> tuple[int, str, str]:
    message = read(answer.content, content_type=answer.headers["Content-Type"])
    text = fault_text(message.element)
    for code in message.element.iter("faultcode", f"{{{V12}}}Value"):
        return answer.status_code, str(code.text).removeprefix("soap:"), text
    return answer.status_code, "", text


def asking(inner: str = "", *, space: str = V11, head: str = "") -> bytes:
    inner = inner or (
        f'<GetChanges xmlns="{contract.SPACE}"><subscription>1</subscription><after>0</after></GetChanges>'
    )
    return f'<s:Envelope xmlns:s="{space}">{head}<s:Body>{inner}</s:Body></s:Envelope>'.encode()


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
Q = f'xmlns="{contract.SPACE}"'


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b" ", "Client", "格式良好"),
        (b"<a", "Client", "格式良好"),
        (b"{}", "Client", "格式良好"),
        ("<甲/>".encode("gb18030"), "Client", "格式良好"),
        (b"<a>" * 5000, "Client", "格式良好"),
        (b"<a/>", "Client", "信封"),
        (asking(space="urn:none"), "VersionMismatch", "命名空间"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + asking(), "Client", "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + asking("<a>&x;</a>"), "Client", "DOCTYPE"),
        (f'<!DOCTYPE a [<!ENTITY l0 "lol">{BOMB}]>'.encode() + asking("<a>&l11;</a>"), "Client", "DOCTYPE"),
        (f'<!DOCTYPE a [<!ENTITY l0 "lol">{BOMB}]>'.encode() + asking('<a b="&l11;"/>'), "Client", "DOCTYPE"),
        (asking("<a/><b/>"), "Client", "只有一个元素"),
        (asking("<a/>"), "Client", "没有这个操作"),
        (asking('<GetChanges xmlns="urn:other"/>'), "Client", "没有这个操作"),
        (asking(f"<GetEverything {Q}/>"), "Client", "没有这个操作"),
        (asking(f"<ConfirmResponse {Q}/>"), "Client", "没有这个操作"),
        (asking(f"<Confirm {Q}/>"), "Client", "Confirm：缺少元素"),
        (
            asking(f"<GetChanges {Q}><subscription>1</subscription><after>-1</after></GetChanges>"),
            "Client",
            "after：值小于下限",
        ),
        (
            asking(f"<GetChanges {Q}><subscription>1</subscription><after>x</after></GetChanges>"),
            "Client",
            "after：值的类型不对",
        ),
        (
            asking(f"<GetChanges {Q}><subscription>1</subscription><after>0</after><limit>5001</limit></GetChanges>"),
            "Client",
            "limit：值大于上限",
        ),
        (
            asking(f"<GetChanges {Q}><subscription>{10**30}</subscription><after>0</after></GetChanges>"),
            "Client",
            "subscription：",
        ),
        (
            asking(f"<GetChanges {Q}><subscription> 999999 </subscription><after>0</after></GetChanges>"),
            "Client",
            "没有找到该推送订阅",
        ),
        (
            asking(head='<s:Header><x xmlns="urn:x" s:mustUnderstand="1"/></s:Header>'),
            "MustUnderstand",
            "mustUnderstand",
        ),
    ],
    ids=range(23),
)
def test_what_cannot_be_taken_is_a_fault_that_says_how_to_mend_it(
    client: ClientSystem, body: bytes, code: str, words: str
) -> None:
    status, found, text = ask(client.code, body)
    assert (status, found) == (500, code) and words in text
    assert "root:" not in text


def test_in_soap_12_what_the_caller_must_mend_is_a_400(client: ClientSystem) -> None:
    kind = "application/soap+xml; charset=utf-8"
    assert ask(client.code, asking("<a/>", space=V12), kind=kind)[:2] == (400, "Sender")
    assert ask(client.code, asking(space=V12), kind=kind)[:2] == (400, "Sender")  # no such subscription
    assert ask(client.code, asking(), kind="application/json")[2].startswith("Content-Type 应为")


def test_a_wrong_signature_is_a_fault_too(client: ClientSystem, row: Subscription) -> None:
    unsigned = Client().post(PATH, asking(), content_type="text/xml")
    assert said(unsigned)[:2] == (500, "Client") and "须签名调用" in said(unsigned)[2]
    assert "密钥" in ask(client.code, asking(), **{"X-Signature": "0" * 64})[2]
    assert "校准时钟" in ask(client.code, asking(), **{"X-Timestamp": str(int(time.time()) - 600)})[2]
    question = asking(f"<GetChanges {Q}><subscription>{row.pk}</subscription><after>0</after></GetChanges>")
    first, again = (ask(client.code, question, nonce="one-and-the-same") for _ in range(2))
    assert first == (200, "", "")
    assert again[:2] == (500, "Client") and "已经使用过" in again[2]
    in_12 = Client().post(PATH, asking(space=V12), content_type="application/soap+xml")
    assert said(in_12)[:2] == (400, "Sender")


@pytest.mark.parametrize("signed", [True, False])
def test_a_body_of_a_hundred_megabytes_is_refused_by_its_length(client: ClientSystem, signed: bool) -> None:
    """Nothing of it is read: the length alone is there."""
    headers: dict[str, Any] = {"HTTP_X_CLIENT": client.code} if signed else {}
    if signed:
        headers |= {"HTTP_X_TIMESTAMP": str(int(time.time())), "HTTP_X_NONCE": "n" * 9, "HTTP_X_SIGNATURE": "0" * 64}
    answer = Client().generic("POST", PATH, b"", content_type="text/xml", CONTENT_LENGTH="104857600", **headers)
    status, code, text = said(answer)
    assert (status, code) == (500, "Client") and ("分批提交" in text or "尚未登录" in text)


def test_nobody_else_learns_that_there_is_anything(row: Subscription, listed: redblack.List) -> None:
    stranger = exchange.system()
    unscoped = accounts.client_system(department=row.department)
    with pytest.raises(Fault) as theirs:
        service(stranger.code).GetChanges(subscription=row.pk, after=0)
    with pytest.raises(Fault) as missing:
        service(stranger.code).GetChanges(subscription=999999, after=0)
    assert theirs.value.message == missing.value.message
    detail = theirs.value.detail.find(f"{{{contract.SPACE}}}Problem/{{{contract.SPACE}}}code")
    assert detail.text == "exchange.subscription_not_found"
    for call in ("GetChanges", "GetSnapshot"):
        with pytest.raises(Fault):
            service(unscoped.code)[call](subscription=row.pk, after=0)
    with pytest.raises(Fault, match="签收至第 7 号"):
        owner = ClientSystem.objects.get(pk=row.client_id)
        service(owner.code).Confirm(subscription=row.pk, seq=7, count=0)


def test_the_description_is_open_and_the_rest_is_not(client: ClientSystem) -> None:
    for query in ("?wsdl", "?wsdl=1.2", ""):
        text = Client().get(PATH + query)
        assert text.status_code == 200 and f'location="{ADDRESS}"' in text.content.decode()
    assert etree.XMLSchema(etree.fromstring(Client().get(f"{PATH}?xsd").content))
    assert Client().put(PATH).status_code == 405
    assert Client().get("/api/v1/exchange/subscriptions/1/changes").status_code == 401


def test_a_stray_character_of_a_ground_does_not_fail_the_answer() -> None:
    element = build("Problem", {"code": "x", "message": "甲\x0b乙\ufffe<&"})
    assert contract.faults_of(element) == [] and "甲乙&lt;&amp;" in etree.tostring(element, encoding="unicode")


@pytest.mark.parametrize("version", list(Version))
def test_an_envelope_read_again_is_what_was_written(version: Version) -> None:
    element = build("Confirm", {"subscription": 1, "seq": 2, "count": 3})
    message = read(wrap(element, version), content_type=version.media_type)
    assert (message.version, message.name, contract.faults_of(message.element)) == (version, "Confirm", [])
    spoken = fault(version=version, theirs=True, text="不行", detail=build("Problem", {"code": "a", "message": "b"}))
    assert fault_text(read(spoken, content_type=version.media_type).element) == "不行"
    assert fault_text(message.element) == ""


def test_the_contract_speaks_of_every_operation_and_no_other() -> None:
    tree = etree.parse(contract.HERE / "exchange.wsdl")
    described = {one.get("name") for one in tree.iter("{http://schemas.xmlsoap.org/wsdl/}operation")}
    assert described == set(soap.OPERATIONS)


def test_zeep_hands_in_cases_and_the_same_again_changes_nothing() -> None:
    town = Town(clock.now())
    number, _, _ = town.check()
    hall = accounts.client_system(scopes=("feedback:write",), department=town.department)
    cases = [
        {"receipt": number, "measure": "Y-1", "action": "done", "content": "已停止评优", "amount": "12.50"},
        {"receipt": number, "measure": "Y-9", "action": "done", "content": "已停止评优"},
        {"ownNumber": "N-7", "action": "not_done"},
    ]
    said = service(hall.code).SubmitCases(key="batch-20261120-1", cases=cases)
    assert (said.taken, said.same, said.refused) == (1, 0, 2)
    assert [one.outcome for one in said.results] == ["taken", "refused", "refused"]
    assert all(one.message and one.code for one in said.results[1:])
    assert service(hall.code).SubmitCases(key="batch-20261120-1", cases=cases).taken == 1  # the same answer
    assert Case.objects.get().channel == "soap"
    with pytest.raises(Fault, match="幂等键"):
        service(hall.code).SubmitCases(key="batch-20261120-1", cases=cases[:1])
    with pytest.raises(Fault):
        service(exchange.system().code).SubmitCases(key="batch-20261120-2", cases=cases)


def test_what_is_by_the_schema_and_makes_no_sense_comes_back_row_by_row() -> None:
    town = Town(clock.now())
    number, _, _ = town.check()
    hall = accounts.client_system(scopes=("feedback:write",), department=town.department)
    good = {"receipt": number, "measure": "Y-1", "action": "done", "content": "已停止评优"}
    long = "长" * 2_001
    nonsense = [
        {"case": "AL-999999999999999999"}, {"case": "JL-1"}, {"response": 10**17}, {"trigger": "entry:0"},
        {"trigger": "entry:999999999999999999"}, {"amount": "-1"}, {"amount": "9" * 40}, {"amount": "0.001"},
        {"doneFrom": "9999-12-31"}, {"doneFrom": "2026-11-20", "doneUntil": "0001-01-01"}, {"version": 2**31 - 1},
        {"place": -1}, {"place": 0}, {"place": 9999}, {"subject": "x"}, {"measure": long}, {"ownNumber": long},
        {"content": long}, {"content": " "}, {"action": "not_done", "reason": "无"}, {"stage": "after"},
    ]  # fmt: skip
    said = service(hall.code).SubmitCases(key="nonsense-0001", cases=[good | one for one in nonsense])
    refused = [one for one in said.results if one.outcome == "refused"]
    assert len(refused) >= len(nonsense) - 2 and all(one.code and one.message.endswith("。") for one in refused)
    assert long not in str(said) and said.taken <= 1


def test_the_contract_of_a_case_is_what_the_intake_knows() -> None:
    tree = etree.parse(contract.HERE / "exchange.xsd")
    space = "{http://www.w3.org/2001/XMLSchema}"
    [case] = [one for one in tree.iter(f"{space}complexType") if one.get("name") == "Case"]
    assert [_snake(str(one.get("name"))) for one in case.iter(f"{space}element")] == list(KEYS)
