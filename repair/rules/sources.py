"""The articles that credit repair rests on, named once. What is not known article by article names its heading."""

from kernel.law import Source

SCOPE = Source("信用修复管理办法", "第二条")
MEANING = Source("信用修复管理办法", "第三条")
GRADES = Source("信用修复管理办法", "第四条")
CONDITIONS = Source("国办发〔2025〕22号", "信用修复条件和材料")
DEADLINES = Source("国办发〔2025〕22号", "信用修复办理期限")
WHO_DECIDES = Source("国办发〔2025〕22号", "谁认定、谁修复")
BOTH_PAPERS = Source("国办发〔2025〕22号", "两书同达")
REORGANISATION = Source("国办发〔2025〕22号", "破产重整企业信用修复")
ORDER_58 = Source("失信行为纠正后的信用信息修复管理办法（试行）", "")
NOTICE_527 = Source("发改办财金〔2019〕527号", "")
SAMR_107 = Source("市场监督管理信用修复管理办法", "")
HENAN_43 = Source("河南省社会信用条例", "第四十三条")
SHANGHAI_38 = Source("上海市社会信用条例", "第三十八条")
SHENZHEN_81 = Source("深圳经济特区社会信用条例", "第八十一条、第八十二条")
ZHEJIANG_32 = Source("浙江省公共信用信息管理条例", "第三十二条")
XINZHOU = Source("忻政办发〔2015〕153号", "信用修复")
SECOND_PERSON = Source("浙江省公共信用信息管理条例", "第二十四条")
WORKING_DAYS = Source("行政处罚法", "第八十五条")
