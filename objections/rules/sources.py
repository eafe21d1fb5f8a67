"""The articles that the rules of objections rest on."""

from kernel.law import Source

HENAN = Source("河南省社会信用条例", "第四十一条")
SHANGHAI = Source("上海市社会信用条例", "第三十六条")
SHANDONG = Source("山东省社会信用条例", "第三十九条")
ZHEJIANG = Source("浙江省公共信用信息管理条例", "第三十条、第三十一条")
SHENZHEN = Source("深圳经济特区社会信用条例", "第四十八条至第五十一条")
CREDIT_AGENCIES = Source("征信业管理条例", "第二十五条")
COUNTY_PLAN = Source("社会信用体系建设县级实施方案", "（二十一）信息异议、投诉制度")
HUNAN_PLAN = Source("湖南省信用联合奖惩实施方案", "信用主体权益保护机制")
XINZHOU = Source("忻州市企业信用行为联合奖惩办法（试行）", "第二十六条、第二十七条")
NINGJIN = Source("宁津县信用联合奖惩实施意见", "（十七）异议处理")
MARK = Source("河南省社会信用条例", "第四十一条（异议标注）")
FIRST_DAY = Source("中华人民共和国民事诉讼法", "第八十五条")
WORKING_DAYS = Source("中华人民共和国行政处罚法", "第八十五条")
LISTS = Source("国办发〔2020〕49号", "严重失信主体名单：错误列入的纠正")
REMEDIES = Source("中华人民共和国行政复议法", "第二条、第二十条")
LITIGATION = Source("中华人民共和国行政诉讼法", "第四十六条")
COURT = Source("法释〔2017〕7号", "第十一条、第十二条")
SECOND_PERSON = Source("国办发〔2020〕49号", "谁认定、谁负责")
PERSONAL = Source("中华人民共和国个人信息保护法", "第四十六条")
PROVIDER = Source("河南省社会信用条例", "第四十一条（提供单位核查）")
