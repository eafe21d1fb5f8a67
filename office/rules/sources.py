"""Every text of law that this app rests on, named once."""

from kernel.law import Source

HOLIDAYS = Source("《全国年节及纪念日放假办法》（2024年修订）", "第二条")
PENALTY_TERMS = Source("《中华人民共和国行政处罚法》", "第八十五条")
PERMIT_TERMS = Source("《中华人民共和国行政许可法》", "第八十二条")
