"""Every text of law that this app rests on, named once."""

from kernel.law import Source

COMPLAINTS = Source("《企业信用行为联合奖惩办法（试行）》", "第二十八条")
PERSONAL_INFORMATION = Source("《中华人民共和国个人信息保护法》", "第五十一条")
RETENTION = Source("《中华人民共和国个人信息保护法》", "第十九条、第四十七条")
