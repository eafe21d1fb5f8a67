"""The articles this app rests on, named once."""

from kernel.law import Source

SHARING = Source("国办发〔2020〕49号", "名单共享和更新")
SECOND_PERSON = Source("浙江省公共信用信息管理条例", "第二十四条")
NO_MORE_THAN_NEEDED = Source("个人信息保护法", "第六条、第三十四条")
