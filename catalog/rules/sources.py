"""The articles that the catalogue rests on, named once."""

from kernel.law import Source
from kernel.workdays import Term

CATALOGUE_ONLY = Source("国办发〔2020〕49号", "公共信用信息目录管理")
ELEMENTS = Source("河南省社会信用条例", "第十一条")  # what an item must state
IDENTIFIED = Source("河南省社会信用条例", "第十六条")  # by which code a subject is known
NEVER_COLLECTED = Source("浙江省公共信用信息管理条例", "第十四条")
NOT_PUBLISHED = Source("浙江省公共信用信息管理条例", "第十五条")  # natural persons
NECESSARY_ONLY = Source("个人信息保护法", "第六条")
CONSENT_TO_PUBLISH = Source("个人信息保护法", "第二十五条")
NO_RATING_OF_PERSONS = Source("个人信息保护法", "第七十三条")  # a rating by machine is 自动化决策
# fifteen working days from a change of law or functions to the updated list; 篇七 of the source documents
UPKEEP = Term(15, Source("湖南省加快推进社会诚信建设的实施意见", "二、（一）1"))
