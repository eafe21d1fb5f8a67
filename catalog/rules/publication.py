"""What an item must state before it may be published. Pure."""

from catalog.rules.sources import CATALOGUE_ONLY
from kernel.law import Reason, Verdict

NATIONAL_CLASSES_2024 = (
    "登记注册基本信息",
    "司法裁判及执行信息",
    "行政管理信息",
    "职称和职业信息",
    "经营（活动）异常名录（状态）信息",
    "严重失信主体名单信息",
    "有关合同履行信息",
    "信用承诺及其履行情况信息",
    "信用评价结果信息",
    "遵守法律法规情况信息",
    "诚实守信相关荣誉信息",
    "知识产权信息",
    "经营主体自愿提供的信用信息",
)


def may_publish(*, legal_basis: str, information_class: str) -> Verdict:
    """Whether an item of that class may be collected at all.

    国办发〔2020〕49号 公共信用信息目录管理: only items of the national basic or a local supplementary catalogue, each
    with its legal basis. The classes are those of the 2024 edition.
    """
    against = []
    if not legal_basis.strip():
        against.append(Reason("no_basis", CATALOGUE_ONLY, "目录条目没有法律依据，不能发布。请填写纳入依据。"))
    if information_class not in NATIONAL_CLASSES_2024:
        against.append(
            Reason("unknown_class", CATALOGUE_ONLY, f"信息类别“{information_class}”不在全国公共信用信息基础目录中。")
        )
    return Verdict(tuple(against))
