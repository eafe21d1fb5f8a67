"""The words that the fictional city is made of: brands, trades, lists, authorities, penalties. Data only."""

from dataclasses import dataclass


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Left out on purpose: every character of the cast's brands (恒泰 新味轩 鼎峰 宏晟 绿源 沁源 云帆), and what sounds
# or looks like it (亨衡横 太 顶定 丰锋枫风 鸿洪弘红 盛升胜圣 律 元园原远缘圆 钦琴勤秦 运韵芸 凡 信欣鑫 威维 宣旋).
FIRST = (
    "安邦博昌长诚创达大德东都多方飞富高广国海汉和华惠吉嘉佳建江金锦精景巨君凯康科立利联良隆龙茂美明铭南"
    "能宁培鹏普启千乾强庆全群仁荣瑞润森山上尚申深神世双顺思四天同万旺卫文伍西喜先祥向晓协雅亚阳耀业一亿"
    "益永优裕誉正智中众卓子宗祖紫翠朗晨翔星晴炎岚柏桐松竹兰梅菊雪霜露汇聚集融通途路桥航舟帅"
)
MIDDLE = "天海江山金玉华中东西南北大世景嘉美家福安康乐和顺祥瑞明光日月星辰春夏秋冬"
SECOND = (
    "安邦宝本博昌城成程创纯达德地电鼓都尔发方飞福富港歌格光国海豪浩禾和华辉惠汇机基吉家嘉佳坚健江杰捷金津"
    "锦景静居钧骏凯康科来朗乐力立利联林灵隆路伦洛茂美门米民名明铭木能宁诺鹏平普奇启强桥擎庆群仁荣瑞润森"
    "山尚诗实士思特腾天通同途旺望伟文物熙喜翔祥雄秀旭亚雅彦阳洋业一仪怡宜艺益逸意银盈永友宇雨玉裕誉悦粤"
    "泽展章兆哲臻正志智中众舟州洲竹卓"
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任卢姚"
LIKE_A_NAME = _split("记 氏 家 大姐 师傅 三妹 老二 小胖 阿婆 阿公 兄弟 姐妹 一家 老字 四季")
TRADES = _split(
    "食品 餐饮管理 餐饮服务 农产品 粮油 饮料 茶业 水产 商贸 贸易 供应链管理 电子商务 百货 服饰 纺织 家居 "
    "家具 建材 装饰工程 建设工程 建筑工程 市政工程 园林绿化 房地产开发 物业服务 劳务 机械 机械制造 模具 "
    "五金制品 电气 电器 电子科技 信息技术 网络科技 科技 智能科技 自动化设备 仪器仪表 新能源 化工 塑料制品 "
    "包装材料 印务 纸业 医药 医疗器械 生物科技 健康管理 教育科技 文化传播 广告 会展服务 旅游开发 酒店管理 "
    "物流 运输 汽车服务 汽车销售 环境工程 检测技术 安防工程 消防工程 咨询 企业管理 人力资源 财税服务 "
    "投资管理"
)
TRADE_WEIGHTS = tuple(
    5 if trade in ("商贸", "科技", "贸易", "建筑工程", "餐饮管理", "食品") else 2 for trade in TRADES
)
SHOPS = _split(
    "小吃店 餐饮店 面馆 快餐店 烧烤店 火锅店 早餐店 超市 便利店 百货店 水果店 粮油店 五金店 建材经营部 "
    "服装店 鞋店 美发店 美容院 理发店 药店 文具店 图文店 手机店 电器店 汽修厂 洗车店 家具店 花店 茶叶店 "
    "烟酒店 水产经营部 蔬菜批发部 副食店 饭店 茶馆"
)
FARM_TRADES = _split("种植 养殖 蔬菜种植 水果种植 水产养殖 农机服务 茶叶种植 粮食种植 生猪养殖 林业")


@dataclass(frozen=True, slots=True)
class ListPlan:
    """How the background fills one list. Days before T, from `newest` to `oldest`; {year} is the document's."""

    code: str
    share: int
    document: str
    grounds: tuple[str, ...]
    term_years: int
    newest: int
    oldest: int
    first_number: int = 21


LISTS = (
    ListPlan("L1", 3, "江人社失信列〔{year}〕{number}号", ("拖欠农民工工资，经责令限期支付逾期未支付",), 3, 10, 330),
    ListPlan(
        "L2",
        12,
        "江市监失信列〔{year}〕{number}号",
        ("生产经营不符合食品安全标准的食品，情节严重", "提交虚假材料取得登记", "侵犯知识产权，情节严重"),
        3,
        31,
        1000,
    ),
    ListPlan(
        "L3",
        3,
        "江应急失信列〔{year}〕{number}号",
        ("发生生产安全事故，负有主要责任", "拒不执行停产停业整顿指令"),
        3,
        10,
        330,
    ),
    ListPlan(
        "L4",
        26,
        "（{year}）江01执{number}号",
        ("有履行能力而拒不履行生效法律文书确定的义务", "违反财产报告制度", "规避执行"),
        0,
        31,
        700,
        1300,
    ),
    ListPlan(
        "L5",
        8,
        "江税稽罚〔{year}〕{number}号",
        ("虚开发票，数额较大", "逃避缴纳税款，数额较大", "走逃（失联）"),
        3,
        95,
        1000,
    ),
    ListPlan(
        "L6",
        30,
        "江市监异列〔{year}〕{number}号",
        ("未按规定期限公示年度报告", "通过登记的住所无法联系"),
        0,
        31,
        900,
        101,
    ),
    ListPlan("L7", 30, "江税信评〔{year}〕{number}号", ("2025年度纳税信用评价为A级",), 1, 214, 214),
    ListPlan("L8", 6, "江市监诚示〔{year}〕{number}号", ("认定为江澜市诚信示范企业",), 2, 10, 330),
)


@dataclass(frozen=True, slots=True)
class Office:
    """An authority that imposes penalties: its code, the head of its document numbers, and what it punishes."""

    code: str
    prefix: str
    grounds: tuple[str, ...]
    weight: int


OFFICES = (
    Office(
        "11339900009910086U",
        "江市监处罚",
        ("未按规定贮存食品", "销售超过保质期的食品", "广告内容不实", "未明码标价"),
        10,
    ),
    Office("11339900009910297B", "江环罚", ("未按规定设置危险废物识别标志", "超标排放水污染物", "未按证排污"), 4),
    Office("113399000099103694", "江住建罚", ("未取得施工许可证擅自施工", "施工现场扬尘防治不到位"), 3),
    Office(
        "1133990000991022X8",
        "江应急罚",
        ("未按规定对从业人员进行安全生产教育和培训", "未建立事故隐患排查治理制度"),
        4,
    ),
    Office("11339903009910780C", "望应急罚", ("特种作业人员未持证上岗", "未制定生产安全事故应急救援预案"), 2),
    Office("11339900009910158L", "江人社罚", ("未按规定存储农民工工资保证金", "违法延长劳动者工作时间"), 2),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a penalty imposes and how grave that is (rulebook 2.2)."""

    category: str
    content: str
    grade: str
    procedure: str
    fine_wan: tuple[float, float] | None
    weight: int


SHAPES = (
    Shape("警告", "警告", "轻微", "简易程序", None, 30),
    Shape("通报批评", "通报批评", "轻微", "普通程序", None, 6),
    Shape("罚款", "罚款 {fine} 万元", "轻微", "简易程序", (0.1, 0.3), 20),
    Shape("罚款", "罚款 {fine} 万元", "一般", "普通程序", (0.5, 20.0), 34),
    Shape("没收违法所得、没收非法财物", "没收违法所得 {fine} 万元", "一般", "普通程序", (0.2, 6.0), 6),
    Shape("责令停产停业", "责令停产停业、罚款 {fine} 万元", "严重", "普通程序", (20.0, 60.0), 4),
)
