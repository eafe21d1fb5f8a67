"""The workbook that a department fills in: one sheet of data, one that explains the information items, the stamp."""

from catalog.rules.definition import Definition


def template(definition: Definition) -> bytes:
    """An xlsx of one version of an item: headings with notes, drop-downs, codes and numbers as text, the stamp."""
    raise NotImplementedError
