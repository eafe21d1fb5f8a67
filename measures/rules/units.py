"""Names of the bodies that sign memoranda and carry out measures, as they are written. Pure.

A name that is neither here, nor a department of the city, nor a signatory of the memorandum itself is a slip: it is
returned with the nearest name that is known.
"""

from collections.abc import Collection
from difflib import get_close_matches

# bodies of the centre that signed memoranda from 2014 to 2019, by the names of the time and by those of today
CENTRAL = frozenset({
    "国家发展改革委", "人民银行", "中央组织部", "中央宣传部", "中央编办", "中央文明办", "中央网信办",
    "国家网信办", "最高人民法院", "最高人民检察院", "教育部", "科技部", "工业和信息化部", "国家民委", "公安部",
    "安全部", "民政部", "司法部", "财政部", "人力资源社会保障部", "国土资源部", "自然资源部", "环境保护部",
    "生态环境部", "住房城乡建设部", "交通运输部", "水利部", "农业部", "农业农村部", "商务部", "文化部",
    "文化和旅游部", "国家卫生计生委", "国家卫生健康委", "退役军人事务部", "应急管理部", "审计署", "国资委",
    "海关总署", "税务总局", "国家税务总局", "工商总局", "质检总局", "市场监管总局", "新闻出版广电总局",
    "广电总局", "体育总局", "安全监管总局", "国家安全监管总局", "食品药品监管总局", "国家药监局", "统计局",
    "国家统计局", "林业局", "国家林草局", "知识产权局", "国家知识产权局", "旅游局", "国家旅游局", "国管局",
    "中科院", "社科院", "工程院", "自然科学基金会", "地震局", "气象局", "银监会", "证监会", "保监会",
    "银保监会", "全国社保基金会", "国家粮食局", "国家能源局", "国防科工局", "国家烟草局", "外专局",
    "国家海洋局", "测绘地信局", "国家铁路局", "铁路局", "民航局", "国家邮政局", "国家文物局", "中医药局",
    "外汇局", "国家外汇局", "国家医保局", "移民局", "中国铁路总公司", "国铁集团", "全国总工会", "共青团中央",
    "全国妇联", "全国工商联", "中国科协", "中国残联", "中国红十字会总会", "中国证券业协会",
})  # fmt: skip
# what a memorandum says where it names no single body
GENERAL = frozenset({"地方部门", "地方各级人民政府", "各有关部门", "各行业主管部门", "银行", "金融机构", "行业协会"})


def is_known(name: str, also: Collection[str]) -> bool:
    """`also`: the city's departments, and the memorandum's own signatories and lead."""
    return name in CENTRAL or name in GENERAL or name in also


def nearest(name: str, also: Collection[str]) -> str:
    """The known name that it is most like; "" where none is near."""
    found = get_close_matches(name, [*CENTRAL, *GENERAL, *also], n=1, cutoff=0.6)
    return found[0] if found else ""
