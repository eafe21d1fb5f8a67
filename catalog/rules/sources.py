"""The articles that the catalogue rests on, named once."""

from kernel.law import Source

CATALOGUE_ONLY = Source("国办发〔2020〕49号", "公共信用信息目录管理")
