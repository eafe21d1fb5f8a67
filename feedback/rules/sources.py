"""The articles that feedback rests on, named once."""

from kernel.law import Source

FEEDBACK_DUTY = Source("国发〔2016〕33号", "联合惩戒反馈机制")
