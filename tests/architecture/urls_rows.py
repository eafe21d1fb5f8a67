"""The columns of the tables of URLs, and the sets of roles that they name."""

from dataclasses import dataclass

from kernel.actor import Role

ALL = frozenset(Role)
BUSINESS = frozenset({Role.CLERK, Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
OFFICE = frozenset({Role.CREDIT_OFFICE})
UPLOADER = frozenset({Role.UPLOADER})
REVIEWER = frozenset({Role.REVIEWER})
REPORTING = frozenset({Role.UPLOADER, Role.REVIEWER, Role.CREDIT_OFFICE})
SYSTEM, SECURITY, AUDIT = (
    frozenset({Role.SYSTEM_ADMIN}),
    frozenset({Role.SECURITY_ADMIN}),
    frozenset({Role.AUDIT_ADMIN}),
)
DRAFTERS = UPLOADER | OFFICE
NOBODY: frozenset[Role] = frozenset()
OPEN = "open"  # needs no log-in
VISITORS = NOBODY  # of the public portal: everybody else, staff too, is sent to its own door


@dataclass(frozen=True)
class Row:
    """`who`: roles that are not refused, or OPEN. `elsewhere`: those of them that another department's has, too."""

    method: str
    who: frozenset[Role] | str
    elsewhere: frozenset[Role] | None = None  # None: the same, the page belongs to no department

    @property
    def of_others(self) -> frozenset[Role]:
        assert not isinstance(self.who, str)
        return self.who if self.elsewhere is None else self.elsewhere
