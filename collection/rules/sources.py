"""The articles that collection rests on, named once."""

from kernel.law import Source

DOUBLE_PUBLICITY = Source("发改办财金〔2018〕424号", "双公示七个工作日")
FRESHNESS = Source("国办发〔2020〕49号", "名单共享和更新")
