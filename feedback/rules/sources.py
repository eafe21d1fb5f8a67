"""The articles that feedback rests on, named once."""

from kernel.law import Source

FEEDBACK_DUTY = Source("国发〔2016〕33号", "联合惩戒反馈机制")
TELL_THE_FIRM = Source("企业信用行为联合奖惩办法（试行）", "第十九条")
STATE_REASONS_AND_REMEDIES = Source("浙江省公共信用信息管理条例", "第二十八条")
OBJECTION_SUSPENDS = Source("河南省社会信用条例", "第四十一条")
