"""The articles that feedback rests on, named once."""

from kernel.law import Source

FEEDBACK_DUTY = Source("国发〔2016〕33号", "联合惩戒反馈机制")
TELL_THE_FIRM = Source("企业信用行为联合奖惩办法（试行）", "第十九条")
STATE_REASONS_AND_REMEDIES = Source("浙江省公共信用信息管理条例", "第二十八条")
OBJECTION_SUSPENDS = Source("河南省社会信用条例", "第四十一条")
HELD_TO_ACCOUNT = Source("关于建立完善守信联合激励和失信联合惩戒制度加快推进社会诚信建设的实施意见", "实行跟踪问效")
TYPICAL_CASES = Source("万秀区发改局关于城市信用联合奖惩创新做法及信用创新做法", "明确职责分工")
NO_PERSONS_IN_PUBLIC = Source("《中华人民共和国个人信息保护法》", "第二十五条")
CASES_GO_UP = Source("发改办财金〔2017〕1629号", "成效反馈")
