"""Personal data that no item may collect, or none without consent, and what of a person is never made public. Pure.

What an information item would collect is read from its words: name, other headings, code list and note. Clauses of a
note that forbid something (不得填写…) collect nothing and are not read.
"""

import re
import unicodedata
from collections.abc import Iterator

from catalog.rules.content import Content
from catalog.rules.definition import Field, FieldType, Masking
from catalog.rules.sources import (
    CONSENT_TO_PUBLISH,
    NECESSARY_ONLY,
    NEVER_COLLECTED,
    NO_RATING_OF_PERSONS,
    NOT_PUBLISHED,
)
from kernel.law import Reason, Source, Verdict
from subjects.rules.kinds import Kind

PUBLIC = "社会公开"
ON_AUTHORISATION = "授权查询"
RATINGS = "信用评价结果信息"
CONSENT = "书面同意"
NEGATED = ("不得", "不含", "不要", "不应", "不填", "请勿", "禁止", "无需")
# a word and what may stand behind it where it is no person's: 宗教活动场所 is a kind of organisation
NEVER = {
    "宗教信仰": re.compile("宗教(?!活动场所|院校|团体|事务|教职人员备案)|信仰"),
    "基因": re.compile("基因(?!工程|检测机构|技术)|(?<![A-Z])DNA(?![A-Z])"),
    "指纹": re.compile("指纹"),
    "血型": re.compile("血型"),
    "疾病和病史": re.compile("疾病(?!预防|防治|防控)|病史|病历|病情|患病"),
}
PRIVATE_LIFE = {
    "生物识别信息": re.compile("人脸|虹膜|声纹|掌纹|生物识别"),
    "健康状况": re.compile("健康状况|健康信息|体检(?!机构)|残疾(?!人证书|人联合会)"),
    "婚姻家庭和私人生活": re.compile("婚姻|婚史|配偶|子女|性取向|私生活|生育(?!保险)"),
    "政治立场": re.compile("政治(?:立场|观点|面貌)"),
}
WITH_CONSENT = {
    "收入": re.compile("收入(?!不实|罚没)"),
    "存款": re.compile("存款"),
    "有价证券": re.compile("有价证券|持有证券|股票|基金份额|证券(?:账户|资产|持仓)"),
    "商业保险": re.compile("商业保险|保险(?:单|金额|保单)|投保"),
    "不动产": re.compile("不动产|房产|房屋(?:产权|套数)"),
    "纳税数额": re.compile("(?:纳税|税收|缴税|个税|所得税)(?:数额|金额|额)|税额"),
}


def forbidden_kinds(content: Content) -> Verdict:
    """Whether the item would collect what may never, or not without consent, be collected of a person.

    浙江省公共信用信息管理条例 第十四条 (as 上海 第十四条, 河南 第四十五条, 山东 第四十二条): never religion, genes,
    fingerprints, blood type, disease and medical history; income, deposits, securities, insurance, real estate and
    amounts of tax only with written consent: then shared on authorisation only, and the note says 书面同意.
    个人信息保护法 第六条: nothing of private life that the purpose does not need. 个人信息保护法 第七十三条: the
    platform rates enterprises, never persons.
    """
    against = []
    if hit := _first(NEVER, content.name):
        against.append(_never(f"条目“{content.name}”", hit, NEVER_COLLECTED))
    if hit := _first(PRIVATE_LIFE, content.name):
        against.append(_never(f"条目“{content.name}”", hit, NECESSARY_ONLY))
    for field in content.fields:
        place = f"信息项“{field.name or field.code}”"
        said = list(_words(field))
        if hit := _first(NEVER, *said):
            against.append(_never(place, hit, NEVER_COLLECTED))
        if hit := _first(PRIVATE_LIFE, *said):
            against.append(_never(place, hit, NECESSARY_ONLY))
        if _of_persons(content) and (hit := _first(WITH_CONSENT, *said)) and not _consented(content, field):
            message = (
                f"{place}涉及自然人的{hit}，未经本人书面同意不得采集。请删除该信息项；"
                f"确经书面同意的，把共享范围改为“{ON_AUTHORISATION}”，并在说明中写明“经本人{CONSENT}”。"
            )
            against.append(Reason("needs_consent", NEVER_COLLECTED, message))
    if content.information_class == RATINGS and Kind.NATURAL_PERSON in content.subject_kinds:
        message = "不得对自然人进行信用评价。请从主体类型中去掉“自然人”，只归集经营主体的评价结果。"
        against.append(Reason("rates_persons", NO_RATING_OF_PERSONS, message))
    return Verdict(tuple(against))


def hidden_from_the_public(content: Content) -> Verdict:
    """Whether what is of a person stays hidden from the public.

    浙江省公共信用信息管理条例 第十五条: information on natural persons is shared among government or on
    authorisation, never published. 个人信息保护法 第二十五条: personal information is not made public without
    consent. An item that serves organisations and persons may be public: the public pages leave every person out,
    and of an organisation they show only the information items whose own scope is public.
    """
    against = []
    roles = content.roles
    if set(content.subject_kinds) == {Kind.NATURAL_PERSON} and content.sharing_scope == PUBLIC:
        message = "只归集自然人信息的条目不得向社会公开。请把条目的共享范围改为“政务共享”或“授权查询”。"
        against.append(Reason("persons_public", NOT_PUBLISHED, message))
    persons_own = {code for code in (roles.person_id_kind, roles.responsible_id_kind, roles.responsible_name) if code}
    if set(content.subject_kinds) == {Kind.NATURAL_PERSON} and roles.name:
        persons_own.add(roles.name)
    for field in content.fields:
        public = (field.sharing or content.sharing_scope) == PUBLIC
        if field.type is FieldType.ID_NUMBER:
            if field.masking is not Masking.SEALED:
                message = (
                    f"信息项“{field.name}”是自然人证件号码，必须加密保存。请把脱敏方式改为“{Masking.SEALED.label}”。"
                )
                against.append(Reason("id_number_not_sealed", CONSENT_TO_PUBLISH, message))
            if public:
                message = (
                    f"信息项“{field.name}”是自然人证件号码，不得向社会公开。请把该信息项的共享范围改为“不予共享”。"
                )
                against.append(Reason("id_number_public", CONSENT_TO_PUBLISH, message))
        elif field.code in persons_own and public:
            message = f"信息项“{field.name}”是自然人的姓名或证件信息，不得向社会公开。请改为“政务共享”或更小的范围。"
            against.append(Reason("person_public", NOT_PUBLISHED, message))
    return Verdict(tuple(against))


def _never(place: str, kind: str, source: Source) -> Reason:
    return Reason("never_collected", source, f"{place}涉及{kind}，法律禁止采集，不得列入目录。请删除。")


def _of_persons(content: Content) -> bool:
    return bool({Kind.NATURAL_PERSON, Kind.SOLE_TRADER} & set(content.subject_kinds))


def _consented(content: Content, field: Field) -> bool:
    return (field.sharing or content.sharing_scope) == ON_AUTHORISATION and CONSENT in field.note


def _words(field: Field) -> Iterator[str]:
    yield field.name
    yield from field.synonyms
    yield from field.codes
    for clause in re.split("[。；;，,\n]", field.note):
        if not any(word in clause for word in NEGATED):
            yield clause


def _first(kinds: dict[str, re.Pattern[str]], *texts: str) -> str:
    for text in texts:
        plain = re.sub(r"[\s·\-_/、]", "", unicodedata.normalize("NFKC", text)).upper()
        for kind, pattern in kinds.items():
            if pattern.search(plain):
                return kind
    return ""
