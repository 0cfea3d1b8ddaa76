# What the sidecar stands on: a user, a folder for its spool, a certificate. Sourced by the init script.
# shellcheck shell=bash disable=SC2154,SC2034

readonly LOCAL_DISK=/local_disk0
readonly LEAST_SPOOL_BYTES=$((64 << 20))

make_user() {
  doing="making the user rookery"
  user=rookery
  id -u "$user" >/dev/null 2>&1 || useradd --system --user-group --no-create-home --home-dir /nonexistent \
    --shell /usr/sbin/nologin "$user" >/dev/null 2>&1 || true
  if ! setpriv --reuid="$user" --regid="$user" --clear-groups true 2>/dev/null; then
    user=root
    say "WARNING: there can be no user of its own here; the sidecar runs as root"
  fi
}

as_user() { setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs "$@"; }

# The local disk, or with a warning another one.
choose_spool() {
  local folder why_not refused=""
  local folders=("${settings[ROOKERY_SPOOL]:-$LOCAL_DISK/rookery-sidecar/spool}" /var/lib/rookery-sidecar/spool)
  doing="finding room for the spool"
  for folder in "${folders[@]}"; do
    if why_not=$(fits "$folder"); then
      [[ -z $refused ]] || say "WARNING: the spool is in $folder, since$refused"
      settings[ROOKERY_SPOOL]=$folder
      bound_spool "$folder"
      return
    fi
    rmdir "$folder" 2>/dev/null || true
    refused+=" $folder: $why_not;"
  done
  die "${refused# }"
}

# Whether there can be a spool; prints why not.
fits() {
  local made
  [[ $1 != "$LOCAL_DISK"/* || -d $LOCAL_DISK ]] || {
    echo "there is no $LOCAL_DISK"
    return 1
  }
  made=$({ mkdir -p "$1" && install -d -o "$user" -m 700 "$1" && as_user mkdir "$1/.try" && rmdir "$1/.try"; } 2>&1) || {
    echo "${made##*$'\n'}"
    return 1
  }
  (($(room_in "$1") >= LEAST_SPOOL_BYTES)) || {
    echo "less than 128 MiB are free"
    return 1
  }
}

# Half of what is free, counting what the spool has already.
room_in() {
  local free used
  free=$(df --output=avail -B1 "$1" | tail -n 1)
  used=$(du -sB1 "$1" | cut -f1)
  echo $(((free + used) / 2))
}

bound_spool() {
  local wanted room
  wanted=$(numfmt --from=auto "${settings[ROOKERY_SPOOL_MAX]%B}" 2>/dev/null) ||
    die "ROOKERY_SPOOL_MAX=${settings[ROOKERY_SPOOL_MAX]} is no size such as 1GiB"
  room=$(room_in "$1")
  if ((wanted > room)); then
    say "WARNING: the spool is bounded to $room bytes, half of what is free, instead of $wanted"
    wanted=$room
  fi
  settings[ROOKERY_SPOOL_MAX]=$wanted
}

# With ROOKERY_SIDECAR_AZURE=1: a certificate of this node for Azure's clients, which speak nothing but https, by an
# authority whose key is not kept, so that nobody can sign for another name.
make_certificate() {
  [[ ${settings[ROOKERY_SIDECAR_AZURE]} == 1 ]] || return 0
  settings[ROOKERY_HTTPS]=${settings[ROOKERY_HTTPS]:-127.0.0.1:5598}
  settings[ROOKERY_IDENTITY]=${settings[ROOKERY_IDENTITY]:-127.0.0.1:9442}
  [[ -z ${settings[ROOKERY_HTTPS_CERT]:-} ]] || return 0
  attempt "making a certificate" sign_certificate "$NEW/etc"
  settings[ROOKERY_HTTPS_CERT]=$INSTALLED/etc/https.pem
  settings[ROOKERY_HTTPS_KEY]=$INSTALLED/etc/https-key.pem
  doing="writing $BUNDLE"
  # Renamed over the former, so that nobody reads half of one.
  { cat "$SYSTEM_BUNDLE" 2>/dev/null || true; } | cat - "$NEW/etc/ca.pem" >"$BUNDLE.new"
  mv "$BUNDLE.new" "$BUNDLE"
}

sign_certificate() (
  set -e
  cd "$1"
  key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  cat >openssl.conf <<'TEXT'
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
authorityKeyIdentifier = keyid
TEXT
  openssl req -x509 "${key[@]}" -config openssl.conf -extensions authority -days 825 -subj "/CN=Rookery on $(hostname)" \
    -keyout ca-key.pem -out ca.pem
  openssl req -new "${key[@]}" -config openssl.conf -subj /CN=localhost -keyout https-key.pem -out https.csr
  openssl x509 -req -in https.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 825 -extfile openssl.conf \
    -extensions server -out https.pem
  rm -f ca-key.pem https.csr openssl.conf ca.srl
  chmod 444 ca.pem https.pem
  chown "$user" https-key.pem
  chmod 400 https-key.pem
)
