"""The articles this app rests on, named once."""

from kernel.law import Source

SHARING = Source("国办发〔2020〕49号", "名单共享和更新")
RESPONSE = Source("国发〔2016〕33号", "发起与响应机制")
SECOND_PERSON = Source("国办发〔2020〕49号", "信用信息共享范围和程序")
EXIT_STOPS_MEASURES = Source("河南省社会信用条例", "第三十七条")
CORRECTION_IS_TOLD = Source("河南省社会信用条例", "第四十一条")
NO_MORE_THAN_NEEDED = Source("个人信息保护法", "第六条、第三十四条")
