"""The four tables that may be imported: list entries, penalties, measure items, application lists. Pure."""

from dataclasses import dataclass
from datetime import date

from portal.rules.import_cells import Cells, Column
from redblack.rules.evidence import Papers
from screening.rules.matters import BY_APPLICATION, OF_OWN_MOTION

STAGES = {"事前": "before", "事中": "during", "事后": "after"}
GRADES = ("轻微", "一般", "严重")
WORDINGS = ("依法应当", "依法可以", "可以提供", "供参考，自主决定")
NAME = Column("名称", ("主体名称", "企业名称", "单位名称", "行政相对人名称"), required=True)
CODE = Column("统一社会信用代码", ("社会信用代码", "信用代码", "行政相对人代码"), required=True)


@dataclass(frozen=True, slots=True)
class EntryRow:
    name: str
    uscc: str
    papers: Papers
    performance: str


ENTRY_COLUMNS = (
    NAME,
    CODE,
    Column("决定文号", ("认定文号", "列入决定书文号", "案号", "文号"), required=True),
    Column("认定部门", ("列入部门", "作出决定机关", "执行法院", "认定单位")),
    Column("列入事由", ("认定事由", "事由", "列入原因")),
    Column("列入依据", ("认定依据", "法律依据", "依据")),
    Column("告知送达日期", ("送达日期", "告知日期")),
    Column("公示起始日期", ("公示起",)),
    Column("公示截止日期", ("公示止",)),
    Column("决定日期", ("认定日期", "决定书日期")),
    Column("列入日期", ("发布时间", "生效日期"), required=True),
    Column("有效期止", ("截止日期", "有效期限", "到期日期")),
    Column("移出条件", ("移出条件和程序", "退出条件")),
    Column("履行情况"),
)


def entry_row(cells: Cells) -> EntryRow:
    """A list entry by a decision already made; the list's origin decides whether its papers suffice."""
    return EntryRow(
        name=cells.text("名称", required=True, longest=200),
        uscc=cells.code("统一社会信用代码"),
        papers=Papers(
            document_no=cells.text("决定文号", required=True, longest=120),
            authority=cells.text("认定部门", longest=200),
            ground=cells.text("列入事由", longest=2000),
            legal_basis=cells.text("列入依据", longest=1000),
            decided_on=cells.day("决定日期"),
            effective_from=cells.day("列入日期", required=True),
            effective_until=cells.day("有效期止"),
            exit_route=cells.text("移出条件", longest=1000),
            notice_served_on=cells.day("告知送达日期"),
            publicised_from=cells.day("公示起始日期"),
            publicised_until=cells.day("公示截止日期"),
        ),
        performance=cells.text("履行情况"),
    )


@dataclass(frozen=True, slots=True)
class PenaltyRow:
    name: str
    uscc: str
    document_no: str
    authority: str
    authority_code: str
    category: str
    content: str
    ground: str
    fine_wan: float | None
    grade: str
    procedure: str
    decided_on: date
    publicity_until: date | None
    own_source: str
    own_until: date | None


PENALTY_COLUMNS = (
    NAME,
    CODE,
    Column("行政处罚决定书文号", ("处罚决定书文号", "决定文号", "文号"), required=True),
    Column("处罚机关", ("处罚单位", "决定机关"), required=True),
    Column("处罚机关统一社会信用代码", ("处罚机关代码",)),
    Column("处罚类别", required=True),
    Column("处罚内容"),
    Column("违法事实", ("违法行为类型", "处罚事由")),
    Column("罚款金额（万元）", ("罚款金额",)),
    Column("严重程度", ("失信严重程度", "程度"), required=True),
    Column("程序", ("处罚程序",)),
    Column("处罚决定日期", ("决定日期",), required=True),
    Column("公示截止期", ("公示截止日期",)),
    Column("独立限制类别"),
    Column("独立限制截止日期"),
)


def penalty_row(cells: Cells) -> PenaltyRow:
    """A penalty. 独立限制: a ban of its own (P-FOOD, P-BID) with its last day, as law or decision state it."""
    decided_on = cells.day("处罚决定日期", required=True)
    until, own_until = cells.day("公示截止期"), cells.day("独立限制截止日期")
    own_source = cells.text("独立限制类别")
    for column, end in (("公示截止期", until), ("独立限制截止日期", own_until)):
        if decided_on and end and end < decided_on:
            cells.complain(column, f"早于处罚决定日期 {decided_on.isoformat()}。请核对。")
    if bool(own_source) != bool(own_until):
        cells.complain("独立限制截止日期", "与“独立限制类别”须同时填写或同时留空。")
    return PenaltyRow(
        name=cells.text("名称", required=True, longest=200),
        uscc=cells.code("统一社会信用代码"),
        document_no=cells.text("行政处罚决定书文号", required=True, longest=120),
        authority=cells.text("处罚机关", required=True, longest=200),
        authority_code=cells.code("处罚机关统一社会信用代码") if cells.raw("处罚机关统一社会信用代码") else "",
        category=cells.text("处罚类别", required=True),
        content=cells.text("处罚内容", longest=1000),
        ground=cells.text("违法事实", longest=2000),
        fine_wan=cells.amount("罚款金额（万元）"),
        grade=cells.choice("严重程度", GRADES, required=True),
        procedure=cells.choice("程序", ("简易程序", "普通程序")),
        decided_on=decided_on or date.min,
        publicity_until=until,
        own_source=own_source,
        own_until=own_until,
    )


@dataclass(frozen=True, slots=True)
class MeasureRow:
    code: str
    department_code: str
    matter_code: str
    matter_name: str
    office: str
    basis: str
    target: str
    content: str
    stages: list[str]
    organisation: str
    means: str
    reward: bool
    kind: int | None
    wording: str
    term: str
    extends: bool
    triggers: list[str]
    unless_bad: list[str]
    articles: list[tuple[str, str]]


MEASURE_COLUMNS = (
    Column("事项名称", required=True),
    Column("责任处室(单位)", ("责任处室（单位）", "责任处室", "责任单位"), required=True),
    Column("奖惩依据", ("激励依据", "惩戒依据"), required=True),
    Column("奖惩对象", ("激励对象", "惩戒对象"), required=True),
    Column("奖惩措施", ("激励措施", "惩戒措施"), required=True),
    Column("管理阶段", required=True),
    Column("组织实施"),
    Column("应用手段"),
    Column("措施编号", required=True),
    Column("实施部门代码"),
    Column("事项编号"),
    Column("触发名单或信息", ("触发来源",), required=True),
    Column("不得有失信", ("无失信条件",)),
    Column("清单类别", ("类别",)),
    Column("用语", required=True),
    Column("期限"),
    Column("及于责任人员"),
    Column("依据文件", ("依据条文",), required=True),
)


def measure_row(cells: Cells) -> MeasureRow:
    """A measure item: the eight columns of 篇十五 and beside them what a check needs."""
    wording = cells.choice("用语", WORDINGS, required=True)
    stages = cells.several("管理阶段", required=True)
    for stage in stages:
        if stage not in STAGES:
            cells.complain("管理阶段", f"“{stage}”不在可选值内。请改为：{'、'.join(STAGES)}。")
    kind = cells.choice("清单类别", ("1", "2", "3"))
    return MeasureRow(
        code=cells.text("措施编号", required=True, longest=40),
        department_code=cells.text("实施部门代码"),
        matter_code=cells.text("事项编号", longest=40),
        matter_name=cells.text("事项名称", required=True, longest=200),
        office=cells.text("责任处室(单位)", required=True, longest=200),
        basis=cells.text("奖惩依据", required=True, longest=2000),
        target=cells.text("奖惩对象", required=True, longest=2000),
        content=cells.text("奖惩措施", required=True, longest=2000),
        stages=[STAGES[stage] for stage in stages if stage in STAGES],
        organisation=cells.text("组织实施", longest=2000),
        means=cells.choice("应用手段", ("强制应用", "推荐应用")),
        reward=wording == "可以提供",
        kind=int(kind) if kind.isdigit() else None,
        wording=wording,
        term=cells.text("期限", longest=200),
        extends=cells.yes("及于责任人员"),
        triggers=cells.several("触发名单或信息", required=True),
        unless_bad=cells.several("不得有失信"),
        articles=_articles(cells),
    )


def _articles(cells: Cells) -> list[tuple[str, str]]:
    """food-safety-law 第一百三十五条；samr-44: document code, then the article."""
    parts = [p.strip() for p in cells.text("依据文件", required=True, longest=1000).replace(";", "；").split("；")]
    return [(code, article.strip()) for part in parts if part for code, _, article in [part.partition(" ")]]


@dataclass(frozen=True, slots=True)
class MatterRow:
    code: str
    name: str
    department_code: str
    handled_by_code: str
    by_application: bool
    stages: list[str]
    roles: list[tuple[str, str, bool, bool]]
    consults: list[str]


MATTER_COLUMNS = (
    Column("事项编号", ("事项编码",), required=True),
    Column("事项名称", required=True),
    Column("实施部门代码", required=True),
    Column("受理窗口部门代码"),
    Column("办理方式"),
    Column("管理阶段", required=True),
    Column("核查对象", required=True),
    Column("核查名单或信息", ("应查名单", "核查来源"), required=True),
)


def matter_row(cells: Cells) -> MatterRow:
    """An application list. 核查对象: applicant=申请人；legal_representative=法定代表人（自然人，可不填）."""
    stages = cells.several("管理阶段", required=True)
    for stage in stages:
        if stage not in STAGES:
            cells.complain("管理阶段", f"“{stage}”不在可选值内。请改为：{'、'.join(STAGES)}。")
    roles = []
    for part in cells.text("核查对象", required=True, longest=1000).replace(";", "；").split("；"):
        code, sign, label = part.partition("=")
        if not (sign and code.strip().isidentifier() and label.strip()):
            cells.complain("核查对象", f"“{part}”不规范。请写成“applicant=申请人”，多个用“；”分开。")
            continue
        title, _, note = label.replace("(", "（").rstrip("）)").partition("（")
        roles.append((code.strip(), title.strip(), "自然人" in note, "可不填" not in note))
    way = cells.text("办理方式", longest=10) or BY_APPLICATION
    if way not in (BY_APPLICATION, OF_OWN_MOTION):
        cells.complain(
            "办理方式", f"“{way}”不在可选值内。请改为：{BY_APPLICATION}、{OF_OWN_MOTION}，空着为{BY_APPLICATION}。"
        )
    return MatterRow(
        code=cells.text("事项编号", required=True, longest=40),
        name=cells.text("事项名称", required=True, longest=200),
        department_code=cells.code("实施部门代码"),
        handled_by_code=cells.code("受理窗口部门代码") if cells.raw("受理窗口部门代码") else "",
        by_application=way == BY_APPLICATION,
        stages=[STAGES[stage] for stage in stages if stage in STAGES],
        roles=roles,
        consults=cells.several("核查名单或信息", required=True),
    )
