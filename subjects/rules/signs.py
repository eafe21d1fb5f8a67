"""What one character stands for in a short name: 沪 上海, 行 银行, 大 大学. Knowledge of the language, no law. Pure.

Signs of provinces: 《行政区划简称》 as the State Council's site gives them; of cities and of trade: common usage.
"""

from collections.abc import Collection
from itertools import islice, product

_PLACES = (
    "京北京 津天津 沪上海 申上海 渝重庆 冀河北 晋山西 蒙内蒙古 辽辽宁 吉吉林 黑黑龙江 苏江苏 浙浙江 皖安徽 "
    "闽福建 赣江西 鲁山东 豫河南 鄂湖北 湘湖南 粤广东 桂广西 琼海南 川四川 蜀四川 贵贵州 黔贵州 云云南 滇云南 "
    "藏西藏 陕陕西 秦陕西 甘甘肃 陇甘肃 青青海 宁宁夏 新新疆 港香港 澳澳门 台台湾 穗广州 深深圳 杭杭州 甬宁波 "
    "蓉成都 汉武汉 武武汉 邕南宁 哈哈尔滨 西西安 南南京 "
)
_WORDS = (
    "中中国 中中华 中中央 国国际 国国家 全全国 外对外 外外国 总总公司 北北京 北北方 南南方 东东方 华中华 "
    "大大学 中中学 小小学 校学校 院学院 院医院 院研究院 院法院 所研究所 专专科 师师范 理理工 医医学 医医科 "
    "医医药 医医院 科科学 科科技 技技术 教教育 体体育 文文化 艺艺术 影电影 视电视 广广播 报日报 出出版 版出版 "
    "行银行 银银行 信信托 投投资 保保险 证证券 财财务 财财经 财财政 基基金 资投资 资资产 资资源 委委员会 "
    "会委员会 会协会 办办公室 协协会 联联合会 联联合 局管理局 处办事处 站工作站 部指挥部 检检察院 法法院 "
    "航航空 航航天 钢钢铁 铁铁路 汽汽车 船船舶 车车辆 运运输 邮邮政 电电力 电电子 电电气 电电信 电电器 核核电 "
    "通通信 油石油 石石油 石石化 化化工 化化学 煤煤炭 矿矿业 金黄金 冶冶金 色有色 能能源 气天然气 水水利 "
    "材材料 工工业 工工程 工工学 建建设 建建筑 机机械 机机器 机机电 机机床 制制造 药医药 药制药 药药业 纺纺织 "
    "轻轻工 轮轮胎 农农业 农农村 林林业 牧畜牧 粮粮食 糖糖业 酒酒业 食食品 盐盐业 茶茶叶 商商业 贸贸易 物物资 "
    "物物流 供供销 交交通 城城市 路公路 高高速 高高级 港港务 港港口 旅旅游 房房地产 地地产 服服务 管管理 "
    "控控股 股股份 集集团 发发展 环环保 环环境 软软件 网网络 数数字 光光电 重重型 民民用 军军队 公公司 二第二 "
    "一第一 三第三 四第四 五第五 六第六 七第七 八第八 "
)
_SPELLED: dict[str, tuple[str, ...]] = {}
for _one in (*_PLACES.split(), *_WORDS.split()):  # the sign, then the word
    _SPELLED[_one[0]] = (*_SPELLED.get(_one[0], ()), _one[1:])
LONGEST_SHORT, MOST_SPELLINGS, MOST_LOOKED_UP = 5, 200, 24
_HEADS = ("", "中国")
_FORMS = ("", "股份有限公司", "有限公司", "总公司", "集团有限公司")


def words_of(char: str) -> tuple[str, ...]:
    """What the character may stand for, itself not among them."""
    return _SPELLED.get(char, ())


def whole_names(short: str) -> list[str]:
    """Keys that a body of this short name may have in full, to be looked up as they are: 中银 -> 中国银行 ..."""
    found = [f"{head}{short}{form}" for head in _HEADS for form in _FORMS]
    if 2 <= len(short) <= LONGEST_SHORT:
        parts = [(char, *words_of(char)) for char in short]
        spelled = {"".join(one) for one in islice(product(*parts), MOST_SPELLINGS)} - {short}
        longest = sorted(spelled, key=lambda one: (-len(one), one))[:MOST_LOOKED_UP]
        found += [f"{one}{form}" for one in longest for form in _FORMS]
    return found


def covered(short: str, text: str, regions: Collection[str]) -> tuple[int, int] | None:
    """How a text reads as the long form of `short`: characters told by a word that is known, characters left over.

    Each character of `short` stands in order in `text`, for itself, a word of it, or a place that begins with it.
    None: it cannot be read so.
    """
    ways = {0: (0, 0)}  # how far text is read -> best (known, -left)
    for number, char in enumerate(short):
        following: dict[int, tuple[int, int]] = {}
        for at, end in _readings(char, text, regions):
            for place, (known, left) in ways.items():
                if at >= place:
                    told = end - at > 1 or (number > 0 and at == place)
                    score = (known + told, left - (at - place))
                    following[end] = max(score, following.get(end, score))
        if not following:
            return None
        ways = following
    known, left = max((known, left - (len(text) - place)) for place, (known, left) in ways.items())
    return known, -left


def _readings(char: str, text: str, regions: Collection[str]) -> list[tuple[int, int]]:
    """Where in the text the character may stand, from and to: for itself, a word, a place that begins with it."""
    found = []
    at = text.find(char)
    while at >= 0:
        found += [(at, at + length) for length in (1, 2, 3, 4) if length == 1 or text[at : at + length] in regions]
        at = text.find(char, at + 1)
    for word in words_of(char):
        at = text.find(word)
        while at >= 0:
            found.append((at, at + len(word)))
            at = text.find(word, at + 1)
    return found
