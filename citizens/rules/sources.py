"""Every text of law that this app rests on, named once."""

from kernel.law import Source

NEED_AND_PURPOSE = Source("《中华人民共和国个人信息保护法》", "第六条")
OWN_RECORDS = Source("《中华人民共和国个人信息保护法》", "第四十五条")
ASKER_SHOWS_WHO_HE_IS = Source("《浙江省公共信用信息管理条例》", "第十九条")
