"""What a client system may be allowed to do: one word per kind of call. A new interface adds its word here."""

SCOPES = {
    "checks:create": "提交信用核查，取回本系统的核查回执",
    "exchange:pull": "按推送订阅取名单变更和全量，提交签收",
    "feedback:read": "取回本部门的待反馈事项和奖惩案例",
    "feedback:write": "反馈奖惩案例",
    "lists:deliver": "提交本部门认定名单的版本，取回接收结果",
    "lists:deliver_any": "提交任一接收名单的版本（上级平台），取回接收结果",
    "matters:finish": "报送办结办件",
    "objections:forward": "转办异议，取回办理结果（上级平台）",
    "records:create": "报送信用信息记录，取回本系统的报送结果",
    "repair:forward": "转办信用修复申请、补正（上级平台）",
    "repair:results": "报送信用修复结果（上级平台）",
    "rosters:write": "报送本部门监管对象名单的对象，取回筛查结果",
    "schema:read": "读取接口说明",
}
