"""Names of organisations: how they are shown, and the key by which two spellings are known to be one.

Pure. A key is for matching only and never shown; the name as it was given is never overwritten. A name alone
identifies nobody: keys give candidates, a person verifies.
"""

import re
import unicodedata
from collections.abc import Collection

from opencc import OpenCC

from kernel.identifiers import half_width

LONGEST = 200  # characters; the longest name in the register has 79
_TO_SIMPLIFIED = OpenCC("t2s")  # loads its dictionaries once; t2s changes characters, never vocabulary
_BRACKETS = str.maketrans("([{〔【〖［｛", "（（（（（（（（") | str.maketrans(")]}〕】〗］｝", "））））））））")
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_DROPPED = re.compile(r"[\W_]+")  # after NFKC: spaces, brackets and every sign, in both widths
_FORMS = (  # spellings of one organisation form, the longer first
    ("股份有限责任公司", "股份有限公司"),
    ("有限责任公司", "有限公司"),
    ("股份公司", "股份有限公司"),
)
SUFFIXES = (  # forms that say nothing about who it is; longest first where one ends another
    "股份有限公司",
    "集团有限公司",
    "有限公司",
    "有限合伙",
    "普通合伙",
    "特殊普通合伙",
    "合伙企业",
    "个人独资企业",
    "农民专业合作社",
    "专业合作社",
    "合作社",
    "集团",
    "总公司",
    "分公司",
    "公司",
    "股份",
    "经营部",
    "商行",
    "厂",
)
_TRADE_WORDS = (  # words of trade that follow the brand, the longer first; they tell little apart
    "房地产开发 科技发展 技术开发 信息技术 网络科技 电子商务 文化传播 文化传媒 建设工程 建筑工程 "
    "建筑安装 装饰工程 工程建设 企业管理 餐饮管理 物业管理 投资管理 资产管理 生物科技 环保科技 "
    "软件科技 智能科技 国际贸易 汽车运输 货物运输 道路运输 物流运输 劳务派遣 人力资源 医疗器械 "
    "金属制品 塑料制品 农业开发 新材料 新能源 进出口 供应链 房地产 科技 技术 发展 软件 信息 网络 "
    "电子 通信 智能 数码 贸易 商贸 实业 工贸 投资 控股 咨询 服务 管理 工程 建设 建筑 安装 "
    "装饰 设计 制造 机械 设备 电气 电器 电力 能源 环保 环境 化工 材料 建材 钢铁 金属 五金 "
    "塑料 包装 印刷 纺织 服饰 服装 食品 乳业 餐饮 酒店 饮品 农业 生态 园林 绿化 林业 种植 "
    "养殖 牧业 渔业 物流 运输 货运 汽车 配件 医药 医疗 药业 生物 健康 教育 培训 文化 传媒 "
    "广告 旅游 体育 娱乐 置业 物业 开发 家具 家居 珠宝 制品 产业 商务 销售 批发 零售 超市 "
    "百货 劳务 保安 保洁 租赁 担保 典当 保险 代理 经纪 拍卖 评估 检测 监理 测绘 勘察"
)
TRADES = tuple(_TRADE_WORDS.split())
_COMMON_FORM = "有限公司"
_COMMON_FORM_CUT = frozenset({"有限公", "有限司", "有公司"})
_LISTING_HEAD = re.compile(r"^(?:SST|ST|PT|XD|XR|DR|NST|S|N|G)(?=[\u4e00-\u9fff])")
_LISTING_TAIL = re.compile(r"(?<=[\u4e00-\u9fff])(?:UW|A|B|H|U|W|退市?)$")
_PREFIX_TAILS = ("省", "市", "区", "县", "旗", "自治区", "自治州", "自治县")


def display_name(text: str) -> str:
    """A name as it is stored and shown: trimmed, half-width letters and digits, full-width brackets."""
    return _SPACES.sub(" ", half_width(text).translate(_BRACKETS)).strip()


def name_key(text: str) -> str:
    """The key of a name: NFKC, simplified characters, upper case, no spaces or signs, one spelling per form."""
    return _shorten(_DROPPED.sub("", _TO_SIMPLIFIED.convert(unicodedata.normalize("NFKC", text))).upper())


def _shorten(key: str) -> str:
    for long, short in _FORMS:
        if long in key:
            key = key.replace(long, short)
    return key


def is_same_spelling(one: str, other: str) -> bool:
    """Whether two names differ only in width, brackets, traditional characters or the spelling of the form."""
    return name_key(one) == name_key(other)


def without_form(key: str) -> str:
    """A key without its organisation forms at the end (有限公司, 集团 ...); empty when it is nothing else."""
    while key.endswith(SUFFIXES):
        key = key.removesuffix(next(suffix for suffix in SUFFIXES if key.endswith(suffix)))
    return key


def core_of(key: str, regions: Collection[str]) -> str:
    """A key without leading places and trailing organisation form: 江澜云帆科技有限公司 -> 云帆科技.

    `regions` holds place names as they occur in names, with and without 省, 市, 县. At least two characters stay.
    """
    core = without_form(key)
    cut = True
    while cut:
        cut = False
        for length in range(min(9, len(core) - 2), 1, -1):
            if core[:length] in regions or (core[length - 1] in _PREFIX_TAILS and core[: length - 1] in regions):
                core, cut = core[length:], True
                break
    return core


def brand_of(key: str, regions: Collection[str]) -> str:
    """The 字号: the core without the words of trade at its end: 云帆科技发展 -> 云帆."""
    return brand_of_core(core_of(key, regions))


def brand_of_core(core: str) -> str:
    """The 字号 of a core that is at hand; two characters stay."""
    while len(core) > 3 and core.endswith(TRADES):
        trade = next((word for word in TRADES if core.endswith(word) and len(core) - len(word) >= 2), "")
        if not trade:
            break
        core = core.removesuffix(trade)
    return core


def only_trade_words(core: str) -> bool:
    """Whether nothing but words of trade is in it: 科技, 建筑工程. Such a name fits thousands."""
    for trade in TRADES:
        core = core.replace(trade, "")
    return not core


def grams(key: str) -> list[str]:
    """Every character of a key and every two neighbours, once each; 有限公司 is left out, for nearly all have it.

    The SQL function subjects_grams gives the same set.
    """
    parts = key.replace(_COMMON_FORM, " ").split()
    return sorted(
        {part[i : i + length] for part in parts for length in (1, 2) for i in range(len(part) - length + 1)}
    )


def without_listing_signs(key: str) -> str:
    """A short name as exchanges write it, without their signs: *ST大成 -> 大成, 万科A -> 万科, 烯碳退 -> 烯碳."""
    bare = _LISTING_HEAD.sub("", _LISTING_TAIL.sub("", key))
    return bare if len(bare) > 1 else key


def mended_form(key: str) -> str:
    """A key whose last characters are 有限公司 but for one: 有眼公司, 有限公 -> 有限公司. Scans spoil these most."""
    if key.endswith(_COMMON_FORM):
        return key
    for length in (3, 4):
        tail = key[-length:]
        if length == 3 and tail in _COMMON_FORM_CUT:
            return key[:-3] + _COMMON_FORM
        if length == 4 and len(key) > 5 and sum(a == b for a, b in zip(tail, _COMMON_FORM, strict=True)) == 3:
            return key[:-4] + _COMMON_FORM
    return key


_SURNAMES = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 "
    "申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门 西门 左丘 第五 梁丘"
)
COMPOUND_SURNAMES = frozenset(_SURNAMES.split())


def masked_person(name: str) -> str:
    """A person's name for every screen: the surname and 某某."""
    name = display_name(name)
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return f"{surname}某某"
