"""What every interface has in common, written once into the description that drf-spectacular makes of each."""

from typing import Any

PROBLEM_TYPE = "application/problem+json"
SIGNATURE = ("client", "timestamp", "nonce", "signature")
SCHEMES: dict[str, dict[str, str]] = {
    "client": {"type": "apiKey", "in": "header", "name": "X-Client", "description": "接入系统标识"},
    "timestamp": {"type": "apiKey", "in": "header", "name": "X-Timestamp", "description": "unix 秒，相差不超过 300"},
    "nonce": {"type": "apiKey", "in": "header", "name": "X-Nonce", "description": "8 至 64 位，一个请求一个"},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Signature",
        "description": "十六进制小写的 HMAC-SHA256；X-Algorithm 为 HMAC-SM3 时用 SM3。待签名文本见对接手册",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "插件令牌"},
}
EVERYWHERE = {  # whatever an interface says itself, these come from before it
    "400": "格式不正确",
    "401": "没有签名、签名不正确或时钟偏差",
    "403": "没有权限、地址未登记或接入系统已暂停",
    "404": "没有，或者不是贵系统的",
    "413": "请求体过大",
    "429": "调用次数超过配额，按 Retry-After 重试",
    "503": "暂不可用：未能核查，不得据此认定为无记录",
}
OTHERS = {
    "409": "不符合规定，或者与以前的请求冲突",
    "405": "不支持这种请求方法",
    "406": "只答复 JSON",
    "415": "只接收 JSON",
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "末段是错误码", "example": "/problems/accounts.signature_wrong"},
        "title": {"type": "string", "description": "怎么了、怎么办"},
        "status": {"type": "integer"},
        "reasons": {
            "type": "array",
            "description": "原因和条文",
            "items": {
                "type": "object",
                "required": ["code", "message", "law"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "law": {"type": "string"},
                },
            },
        },
    },
}


def complete(result: dict[str, Any], **_newer: Any) -> dict[str, Any]:
    """drf-spectacular's hook: problem details for every error, and how a request is signed."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = SCHEMES
    for operations in result["paths"].values():
        for operation in operations.values():
            _errors(operation["responses"])
            operation.setdefault("security", [{name: [] for name in SIGNATURE}])
    return result


def _errors(responses: dict[str, Any]) -> None:
    for status in {*EVERYWHERE, *(status for status in responses if status[0] in "45")}:
        said = EVERYWHERE.get(status) or OTHERS.get(status) or "未予办理"
        responses[status] = {
            "description": said,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    responses["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "几秒后可以重试"}}
