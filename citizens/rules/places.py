"""The places that sealed columns are bound to (toolkit.sealing), as formats over a row's own columns. Pure."""

IDENTITY = "citizens_identity:value_ct:{id}"
REPRESENTATION = "citizens_representation:claim_ct:{id}"
