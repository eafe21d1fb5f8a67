"""What a client system may be allowed to do: one word per kind of call. A new interface adds its word here."""

SCOPES = {
    "checks:create": "提交信用核查",
    "checks:read": "读取核查回执",
    "feedback:create": "反馈奖惩实施情况",
    "records:write": "报送主体和信用信息",
    "lists:read": "读取名单时效",
}
