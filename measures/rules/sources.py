"""The articles that measures rest on, named once."""

from kernel.law import Source

DIRECT_BASIS = Source("国办发〔2020〕49号", "失信惩戒措施清单管理")
UNPUBLISHED_NOT_APPLIED = Source("上海市社会信用条例", "第三十二条")
EXIT_STOPS_MEASURES = Source("河南省社会信用条例", "第三十七条")
REPAIR_ENDS = Source("信用修复管理办法", "（国家发展改革委令第36号）")
