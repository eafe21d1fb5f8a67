"""The places that sealed columns are bound to (toolkit.sealing), as formats over a row's own columns. Pure."""

AUTHENTICATOR = "accounts_authenticator:key_ct:{user_id}"
CLIENT_SECRET = "accounts_clientsecret:secret_ct:{client_id}:{slot}"
