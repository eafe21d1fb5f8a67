"""Every text of law that this app rests on, named once."""

from kernel.law import Source

USCC_STANDARD = Source("GB 32100-2015《法人和其他组织统一社会信用代码编码规则》", "第5条")
CITIZEN_NUMBER_STANDARD = Source("GB 11643-1999《公民身份号码》", "第4条")
PERSON_KEY = Source("《河南省社会信用条例》", "第十六条")
NEED_AND_PURPOSE = Source("《中华人民共和国个人信息保护法》", "第六条")
STATE_ORGANS = Source("《中华人民共和国个人信息保护法》", "第三十四条")
ERASURE = Source("《中华人民共和国个人信息保护法》", "第四十七条")
ENCRYPTION = Source("《中华人民共和国个人信息保护法》", "第五十一条")
