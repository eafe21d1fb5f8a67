"""接入系统: asked for by the credit office, approved by the security administrator, its signature tried on a page."""

import hashlib
import hmac
import os
import time

import pytest
from playwright.sync_api import expect

from accounts.models import ClientProposal, ClientSystem
from tests.browser.conftest import MakeDesk
from tests.browser.looking import faults_of

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")


def test_a_system_is_asked_for_approved_and_signs(desks: MakeDesk) -> None:
    desk = desks()
    page = desk.page
    desk.enter_as("xyb01")
    desk.go("/accounts/clients/")
    page.get_by_role("link", name="申请开通").click()
    page.get_by_label("系统标识").fill("zfcg")
    page.get_by_label("系统名称").fill("政府采购系统")
    page.get_by_label("所属部门").select_option(label="江澜市财政局")
    page.get_by_label("用途").fill("供应商资格审查时核查")
    page.get_by_label("联系人").fill("财政局 韩雪 88001234")
    page.get_by_label("提交信用核查").check()
    page.get_by_label("调用地址").fill("10.20.0.0/16")
    page.get_by_role("button", name="提交安全管理员审批").click()
    expect(page.get_by_text("由安全管理员审批")).to_be_visible()
    proposal = ClientProposal.objects.get(code="zfcg")

    desk.page.context.clear_cookies(name="sessionid")
    desk.enter_as("secadmin")
    desk.go("/accounts/clients/")
    page.get_by_role("link", name="zfcg").click()
    page.get_by_role("button", name="批准", exact=True).click()
    secret = page.locator("output.code").inner_text()
    page.get_by_role("link", name="返回接入系统").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("接入系统 zfcg")
    page.get_by_role("link", name="验签试算").first.click()
    timestamp = str(int(time.time()))
    lines = ["GET", "/api/v1/checks/JL-1", "", hashlib.sha256(b"").hexdigest(), timestamp, "nonce-0001"]
    for name, value in (("方法", "GET"), ("路径", lines[1]), ("X-Timestamp", timestamp), ("X-Nonce", "nonce-0001")):
        page.get_by_label(name).fill(value)
    wrong = hmac.new(secret.encode(), "\r\n".join(lines).encode(), hashlib.sha256).hexdigest()
    page.get_by_label("X-Signature").fill(wrong)
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text("CRLF")).to_be_visible()
    assert secret not in page.content()
    client = ClientSystem.objects.get(code="zfcg")
    if SHOTS:
        for width in (1366, 320):
            page.set_viewport_size({"width": width, "height": 768})
            page.screenshot(path=f"{SHOTS}/trial-{width}.png", full_page=True)
    paths = ["/accounts/clients/", f"/accounts/clients/{client.pk}/", f"/accounts/clients/proposals/{proposal.pk}/"]
    places = {"secadmin": [*paths, "/accounts/clients/signature/"], "xyb01": ["/accounts/clients/new/"]}
    if SHOTS:
        for path in paths:
            desk.go(path)
            for width in (1366, 320):
                page.set_viewport_size({"width": width, "height": 768})
                page.screenshot(path=f"{SHOTS}/{path.strip('/').replace('/', '-')}-{width}.png", full_page=True)
    assert faults_of(desk, places) == {}
