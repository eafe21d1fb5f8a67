"""The guides of the public portal: which there are, and which texts of law each rests on. Pages are templates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    slug: str
    title: str
    summary: str
    sources: tuple[str, ...]


GUIDES = (
    Guide(
        "listed",
        "我被列入名单了，怎么办",
        "先看清是哪份名单、谁认定的、到什么时候；再看怎样提前移出、怎样提出异议。",
        (
            "国务院办公厅关于进一步完善失信约束制度构建诚信建设长效机制的指导意见（国办发〔2020〕49号）",
            "《信用修复管理办法》（国家发展和改革委员会令第36号，2026年4月1日起施行）",
            "《中华人民共和国行政复议法》《中华人民共和国行政诉讼法》",
        ),
    ),
    Guide(
        "repair",
        "我要修复：怎样申请信用修复",
        "什么时候可以申请、要交哪些材料、多少个工作日答复、到哪里申请。",
        (
            "《信用修复管理办法》（国家发展和改革委员会令第36号，2026年4月1日起施行）",
            "国务院办公厅关于进一步完善信用修复制度的实施方案（国办发〔2025〕22号）",
        ),
    ),
    Guide(
        "objection",
        "我有异议：怎样提出异议",
        "公示的信息有错误、超过期限、不是我，怎样提出，多久答复，不服怎么办。",
        (
            "国务院办公厅关于进一步完善失信约束制度构建诚信建设长效机制的指导意见（国办发〔2020〕49号）",
            "《浙江省公共信用信息管理条例》",
            "《河南省社会信用条例》",
            "《中华人民共和国个人信息保护法》第四十六条",
        ),
    ),
    Guide(
        "publicity",
        "公示什么、不公示什么",
        "哪些信息向社会公开，公示到什么时候，为什么查不到个人。",
        (
            "《中华人民共和国个人信息保护法》第二十五条",
            "《浙江省公共信用信息管理条例》第十五条",
            "《山东省社会信用条例》第二十条",
            "《信用修复管理办法》（国家发展和改革委员会令第36号，2026年4月1日起施行）",
        ),
    ),
)


def guide(slug: str) -> Guide | None:
    return next((one for one in GUIDES if one.slug == slug), None)
