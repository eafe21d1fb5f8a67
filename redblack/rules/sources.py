"""The articles that red and black lists rest on, named once."""

from kernel.law import Source

LIST_MANAGEMENT = Source("国办发〔2020〕49号", "严重失信主体名单认定标准和程序")
PRIOR_NOTICE = Source("国办发〔2020〕49号", "列入前告知")
DECISION_STATES = Source("国办发〔2020〕49号", "列入决定书应载明的内容")
PUBLICITY_FIRST = Source("河南省社会信用条例", "第二十八条")
EXIT_STOPS_MEASURES = Source("河南省社会信用条例", "第三十七条")
OBJECTION_MARK = Source("河南省社会信用条例", "第四十一条")
CORRECTION = Source("国办发〔2020〕49号", "纠正错误列入")
PERSONS_NOT_PUBLISHED = Source("山东省社会信用条例", "第二十条")
ONE_STANDING = Source("国办发〔2020〕49号", "过惩相当")  # one standing on a list at a time, not the same twice
RED_AND_CLEAN = Source("企业信用行为联合奖惩办法（试行）", "第十四条")
RED_LEAVES_ON_BREACH = Source("关于建立信用联合奖惩机制的通知", "第四部分第2项")
RECORD_OF_BREACH = Source("国办发〔2020〕49号", "失信行为认定依据")
STATEMENT = Source("行政处罚法", "第四十五条、第六十四条、第八十五条")
SECOND_PERSON = Source("浙江省公共信用信息管理条例", "第二十四条")
SHARING = Source("国办发〔2020〕49号", "名单共享和更新")
CITY_GENERAL = Source("忻政办发〔2015〕153号", "第十一条")
CITY_HEAVIER = Source("忻政办发〔2015〕153号", "第十二条")
CITY_SERIOUS = Source("忻政办发〔2015〕153号", "第十三条")
