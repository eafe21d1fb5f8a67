#!/usr/bin/env bash
# A client system of the platform with curl and openssl.
#   CREDIT_BASE=https://credit.example CREDIT_CLIENT=hall CREDIT_SECRET=... ./client.sh POST /api/v1/checks < body.json
# CREDIT_NONCE: the same again after a time-out. CREDIT_ALGORITHM=HMAC-SM3: where openssl knows SM3.
set -euo pipefail

method=$1 path=${2%%\?*} query=""
[[ $2 == *\?* ]] && query=$(tr '&' '\n' <<<"${2#*\?}" | LC_ALL=C sort | paste -sd '&')
body=$(mktemp)
trap 'rm -f "$body"' EXIT
[[ $method == GET ]] || cat >"$body"

timestamp=$(date +%s)
nonce=${CREDIT_NONCE:-$(openssl rand -hex 24)}
algorithm=${CREDIT_ALGORITHM:-HMAC-SHA256}
digest=$(openssl dgst -sha256 -r "$body" | cut -d' ' -f1)
# the secret goes to openssl by its hex form: a secret that begins with a dash or holds a colon stays itself
key=$(printf %s "$CREDIT_SECRET" | od -An -v -tx1 | tr -d ' \n')
kind=${algorithm#HMAC-}
signature=$(printf '%s\n%s\n%s\n%s\n%s\n%s' "$method" "$path" "$query" "$digest" "$timestamp" "$nonce" |
    openssl dgst "-${kind,,}" -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1)

send=(--silent --show-error --max-time 30 --fail-with-body --request "$method")
[[ $method == GET ]] || send+=(--data-binary "@$body")
curl "${send[@]}" "$CREDIT_BASE$path${query:+?$query}" \
    -H 'Content-Type: application/json' -H "X-Client: $CREDIT_CLIENT" -H "X-Algorithm: $algorithm" \
    -H "X-Timestamp: $timestamp" -H "X-Nonce: $nonce" -H "X-Signature: $signature"
