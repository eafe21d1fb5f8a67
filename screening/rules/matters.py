"""What the register of matters (政务服务事项) takes: code, whom to check, at which stages, in which sources. Pure."""

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import sha256

from screening.rules.question import Role

CODE = re.compile(r"[A-Z0-9][A-Za-z0-9._-]{0,39}")
ROLE_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_ROLES = 8
STAGE_LABELS = {"before": "事前", "during": "事中", "after": "事后"}
BY_APPLICATION, OF_OWN_MOTION = "依申请", "依职权"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterContent:
    """A matter with its application list (应用清单). `consults`: codes of lists and kinds of record."""

    code: str
    name: str
    department_id: int
    handled_by_id: int | None
    by_application: bool
    stages: tuple[str, ...]
    roles: tuple[Role, ...]
    consults: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Of everything it says: whoever edits names the wording that he saw."""
        said = asdict(self) | {"consults": sorted(self.consults)}
        return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def problems_of(matter: MatterContent) -> list[str]:
    """Why it cannot be registered, each with how to mend it; empty when it can."""
    found = []
    if not CODE.fullmatch(matter.code):
        found.append(f"事项编码“{matter.code}”不规范。请以大写字母或数字开头，只用字母、数字和 . _ -，不超过 40 位。")
    if not matter.name.strip():
        found.append("事项名称为空。请填写。")
    if not matter.stages or set(matter.stages) - STAGE_LABELS.keys():
        found.append("管理阶段须在事前、事中、事后中至少选一个。")
    if not matter.roles:
        found.append("没有写明核查对象。请至少填写一个角色（如“申请人”）。")
    if len(matter.roles) > MOST_ROLES:
        found.append(f"核查对象最多 {MOST_ROLES} 个角色，请合并。")
    for role in matter.roles:
        if not ROLE_CODE.fullmatch(role.code):
            found.append(f"角色代码“{role.code}”不规范。请以小写字母开头，只用小写字母、数字和下划线，如 applicant。")
        if not role.label.strip():
            found.append(f"角色“{role.code}”没有名称。请填写，如“申请人”。")
    twice = sorted(code for code, times in Counter(role.code for role in matter.roles).items() if times > 1)
    if twice:
        found.append(f"角色代码“{'、'.join(twice)}”重复，请合并或改用不同代码。")
    return found
