"""Whether a version may be published: its basis, its class, what it would collect, whether it can be used. Pure.

Every reason at once, each with the law it comes from and what to mend.
"""

from collections.abc import Container, Mapping
from datetime import date
from typing import Protocol

from catalog.rules.classes import Edition, editions
from catalog.rules.content import Content
from catalog.rules.personal import forbidden_kinds, hidden_from_the_public
from catalog.rules.sources import CATALOGUE_ONLY, ELEMENTS
from catalog.rules.structure import well_formed
from kernel.law import Rank, Reason, Verdict


class Document(Protocol):
    """A registered legal document, as office.selectors.DocumentValue is one."""

    @property
    def short(self) -> str: ...
    @property
    def rank(self) -> Rank: ...
    def in_force(self, on: date) -> bool: ...


def may_publish(
    content: Content,
    documents: Mapping[str, Document],
    *,
    on: date,
    sources: Container[str] | None = None,
    known: Mapping[str, Edition] | None = None,
) -> Verdict:
    """Whether information may be collected under this content from that day on.

    国办发〔2020〕49号 公共信用信息目录管理: only items of the national basic or a local supplementary catalogue, each
    with its legal basis in force; the local one rests on a 地方性法规 or above. 河南省社会信用条例 第十一条: what an
    item states. `documents`: the registered ones it cites, by code. `sources`: codes of what a record may raise,
    None: not asked. `known`: the editions, None: those that ship.
    """
    editions_known = editions() if known is None else known
    against = [
        *_basis(content, documents, editions_known.get(content.class_edition), on),
        *_class(content, editions_known),
    ]
    if not content.name:
        against.append(Reason("no_name", ELEMENTS, "条目没有名称，请填写条目名称。"))
    if not content.subject_kinds:
        against.append(Reason("no_subject_kind", ELEMENTS, "没有选择主体类型，请至少选择一种。"))
    for verdict in (forbidden_kinds(content), hidden_from_the_public(content), well_formed(content, sources)):
        against += verdict.against
    return Verdict(tuple(against))


def _basis(content: Content, documents: Mapping[str, Document], edition: Edition | None, on: date) -> list[Reason]:
    if not content.legal_basis or not content.bases:
        message = "目录条目没有法律依据，不能发布。请填写纳入依据，并选择已登记的依据文件和条款。"
        return [Reason("no_basis", CATALOGUE_ONLY, message)]
    found = []
    for basis in content.bases:
        document = documents.get(basis.document)
        if document is None:
            message = f"依据文件“{basis.document}”没有登记。请先在法律依据文件中登记，或改选已登记的文件。"
            found.append(Reason("basis_unregistered", CATALOGUE_ONLY, message))
        elif not document.in_force(on):
            message = f"依据《{document.short}》在 {on.isoformat()} 不是现行有效的文件。请改选现行有效的依据。"
            found.append(Reason("basis_not_in_force", CATALOGUE_ONLY, message))
    cited = [documents[basis.document] for basis in content.bases if basis.document in documents]
    if edition and edition.local and cited and min(d.rank for d in cited) > Rank.LOCAL_REGULATION:
        best = min(d.rank for d in cited)
        message = (
            f"列入地方补充目录的条目须以地方性法规以上的文件为依据，现有依据的层级最高为{best.label}。"
            "请补充地方性法规、行政法规或法律依据，或改列国家目录中的类别。"
        )
        found.append(Reason("basis_rank_too_low", CATALOGUE_ONLY, message))
    return found


def _class(content: Content, known: Mapping[str, Edition]) -> list[Reason]:
    edition = known.get(content.class_edition)
    if edition is None:
        message = f"没有“{content.class_edition}”版的目录。请改为：{'、'.join(known)}。"
        return [Reason("unknown_edition", CATALOGUE_ONLY, message)]
    if content.information_class in edition.classes:
        return []
    message = (
        f"信息类别“{content.information_class}”不在《{edition.title}》中，不得归集。"
        "请改为该目录所列的类别；目录以外的信息不得记入信用记录。"
    )
    return [Reason("unknown_class", CATALOGUE_ONLY, message)]
