#!/bin/bash
# Prints a token of Microsoft Entra for an application's own secret: fill in the lines below, put the file into files/
# of the upload, and name it by ROOKERY_SIDECAR_TOKEN_COMMAND. Who may read the upload can read the secret.
set -euo pipefail

TENANT=00000000-0000-0000-0000-000000000000
CLIENT=00000000-0000-0000-0000-000000000000
SECRET=
# The server's --token-audience.
AUDIENCE=api://rookery
LOGIN=https://login.microsoftonline.com

# The secret goes by a pipe, and so into no process list.
answer=$(curl --silent --fail --max-time 30 "$LOGIN/$TENANT/oauth2/v2.0/token" \
  --data grant_type=client_credentials --data-urlencode "client_id=$CLIENT" \
  --data-urlencode "scope=$AUDIENCE/.default" --data-urlencode client_secret@<(printf %s "$SECRET"))
sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p' <<<"$answer"
