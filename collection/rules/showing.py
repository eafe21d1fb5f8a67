"""How the cells of a row are shown to somebody who only has to see that they are in the right column."""

from collections.abc import Mapping

from catalog.rules.definition import Definition, Field, FieldType, Masking
from kernel.identifiers import holds_citizen_id, mask
from kernel.names import masked_person

HIDDEN = "******"


def is_sealed(field: Field) -> bool:
    """Kept encrypted, never shown: a person's document number, or what the catalogue seals."""
    return field.type is FieldType.ID_NUMBER or field.masking is Masking.SEALED


def shown_cells(definition: Definition, cells: Mapping[str, str]) -> dict[str, str]:
    """Cells by field code, masked by the catalogue; a name without a unified code may be a person's.

    《中华人民共和国个人信息保护法》 第六条: no more than the purpose needs.
    """
    roles = definition.roles
    names = {roles.responsible_name}
    if not cells.get(roles.uscc, ""):
        names.add(roles.name)
    return {
        code: _shown(definition.by_code[code], str(text), as_person=code in names)  # a record taken may hold numbers
        for code, text in cells.items()
        if code in definition.by_code
    }


def _shown(field: Field, text: str, *, as_person: bool) -> str:
    if not text:
        return ""
    if is_sealed(field) or holds_citizen_id(text):
        return HIDDEN
    if as_person or field.masking is Masking.NAME:
        return masked_person(text)
    return mask(text) if field.masking is Masking.PARTIAL else text
