"""Names of places as they stand at the head of company names. Pure."""

_KINDS = ("特别行政区", "自治区", "自治州", "自治县", "地区", "林区", "新区", "省", "市", "县", "区", "盟", "旗")
_BARE_WITH_DISTRICT = ("特别行政区", "自治区", "地区")
_PEOPLES = (
    "维吾尔 柯尔克孜 乌孜别克 哈萨克 塔吉克 塔塔尔 俄罗斯 达斡尔 鄂温克 鄂伦春 蒙古 布依 朝鲜 土家 哈尼 傈僳 高山 "
    "拉祜 东乡 纳西 景颇 仫佬 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 德昂 保安 裕固 独龙 赫哲 门巴 珞巴 基诺 各 多 "
    "回 藏 苗 彝 壮 满 侗 瑶 白 傣 黎 佤 畲 水 土 羌 怒 京"
)
_WITHOUT_THE_WORD = ("维吾尔", "柯尔克孜", "哈萨克", "塔吉克", "锡伯", "蒙古")
PEOPLES = (*(f"{one}族" for one in _PEOPLES.split()), *_WITHOUT_THE_WORD)


def bare(name: str) -> str:
    """江澜市 -> 江澜, 新疆维吾尔自治区 -> 新疆. Two characters stay.

    和平区 and 新华区 stay as they are: without 区 they are words that firms call themselves by.
    """
    kind = next((one for one in _KINDS if name.endswith(one) and len(name) - len(one) >= 2), "")
    if not kind or (kind.endswith("区") and kind not in _BARE_WITH_DISTRICT):
        return name
    name = name.removesuffix(kind)
    while kind.startswith("自治"):
        people = next((one for one in PEOPLES if name.endswith(one) and len(name) - len(one) >= 2), "")
        if not people:
            break
        name = name.removesuffix(people)
    return name
