"""The articles that response tasks rest on, named once."""

from kernel.law import Source

RESPONSE_DUTY = Source("国发〔2016〕33号", "守信联合激励和失信联合惩戒的发起与响应机制")
EXIT_STOPS_MEASURES = Source("河南省社会信用条例", "第三十七条")
OBJECTION_SUSPENDS = Source("河南省社会信用条例", "第四十一条")
