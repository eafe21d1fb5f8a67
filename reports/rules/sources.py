"""Every text of law that this app rests on, named once."""

from kernel.law import Source

REPORT_STANDARD = Source("《公共信用信息报告标准（2021年版）》（国家发展改革委、人民银行）", "")
FREE_REPORTS = Source("《上海市社会信用条例》《河南省社会信用条例》", "每年免费获取两次信用报告")
NO_PERSONS_IN_PUBLIC = Source("《浙江省公共信用信息管理条例》", "第十五条")
PERSONS_SHOW_THEIR_ID = Source("《浙江省公共信用信息管理条例》", "第十九条")
QUERIES_ARE_KEPT = Source("《浙江省公共信用信息管理条例》", "第二十条")
OPERATORS_OWN = Source("《中华人民共和国个人信息保护法》", "第二十五条")
ENDS_WITH_REPAIR = Source("《信用修复管理办法》（国家发展改革委令第36号）", "")
