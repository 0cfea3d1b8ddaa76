# Puts the new installation in the place of the old one, and starts it. Sourced by the init script.
# shellcheck shell=bash disable=SC2154,SC2034,SC2164

readonly UNITS=/etc/systemd/system
readonly SERVICES=(rookery-sidecar.service rookery-sidecar-watch.service)
readonly PROGRAMS=(rookery-sidecar-supervise rookery-sidecar-watch rookery-sidecar-flush)
readonly PID_FILE=/run/rookery-sidecar.pid
readonly SIDECAR_PID_FILE=/run/rookery-sidecar.sidecar.pid
readonly RESTARTS_FILE=/run/rookery-sidecar.restarts
readonly READY_SECONDS=30
readonly MOST_RESTARTS=2

# What starts the sidecar again when it ends: systemd, or where there is none the supervisor.
keeper=supervisor
[[ ! -d /run/systemd/system ]] || ! command -v systemctl >/dev/null || keeper=systemd

is_ready() {
  local probes
  probes=$(sed -n 's/^ROOKERY_METRICS=//p' "$INSTALLED/etc/sidecar.env")
  curl -sf --noproxy '*' --max-time 2 -o /dev/null "http://$probes/readyz"
}

# Whether somebody starts it again when it ends.
is_kept() {
  [[ ! -s $PID_FILE ]] || ! grep -qs rookery-sidecar-supervise "/proc/$(<"$PID_FILE")/cmdline" || return 0
  [[ $keeper == systemd ]] && systemctl --quiet is-active rookery-sidecar.service
}

swap() {
  doing="installing in $INSTALLED"
  cd "$NEW/upload/node"
  install -m 755 "${PROGRAMS[@]}" "$NEW"
  install -m 644 "${SERVICES[@]}" "$NEW"
  cd /
  rm -rf "$NEW/upload" "$OLD"
  swapped=yes
  stop
  [[ ! -e $INSTALLED ]] || mv "$INSTALLED" "$OLD"
  mv "$NEW" "$INSTALLED"
  ln -sf "$INSTALLED/rookery-sidecar" "$INSTALLED/rookery-sidecar-flush" /usr/local/bin/
}

# Back to what was there before this script.
undo() {
  stop
  if [[ -e $OLD ]]; then
    rm -rf "$INSTALLED"
    mv "$OLD" "$INSTALLED"
    start
    for _ in {1..50}; do
      ! is_ready || break
      sleep 0.2
    done
    return
  fi
  rm -rf "$INSTALLED" /usr/local/bin/rookery-sidecar /usr/local/bin/rookery-sidecar-flush
  [[ $keeper != systemd ]] || remove_units
}

start() {
  doing="starting the sidecar"
  touch "$LOGS/sidecar.log"
  take_first_token
  if [[ $keeper == systemd ]]; then
    start_units
    return
  fi
  # Databricks waits for whoever holds the output of its init script.
  setsid nohup "$INSTALLED/rookery-sidecar-supervise" </dev/null >>"$LOGS/sidecar.log" 2>&1 &
  echo $! >"$PID_FILE"
}

# Without one the sidecar does not start; with one that nobody takes it serves, and waits for another.
take_first_token() {
  local token=$INSTALLED/etc/token
  [[ -n ${settings[ROOKERY_SIDECAR_TOKEN_COMMAND]} ]] || return 0
  "$INSTALLED/rookery-sidecar-watch" --renew-token >>"$LOGS/sidecar.log" 2>&1 || true
  [[ ! -s $token ]] || return 0
  say "WARNING: ${settings[ROOKERY_SIDECAR_TOKEN_COMMAND]} gives no token; the server will refuse this node until it does"
  install -o "$user" -m 400 /dev/stdin "$token" <<<no-token-yet
}

start_units() {
  local drain_seconds=${settings[ROOKERY_DRAIN_SECONDS]}
  install -m 644 "${SERVICES[@]/#/$INSTALLED/}" "$UNITS"
  mkdir -p "$UNITS/rookery-sidecar.service.d"
  cat >"$UNITS/rookery-sidecar.service.d/node.conf" <<TEXT
[Service]
User=$user
ReadWritePaths=${settings[ROOKERY_SPOOL]}
TimeoutStopSec=$((drain_seconds + 10))
TEXT
  systemctl daemon-reload
  systemctl restart "${SERVICES[@]}"
}

# Ends what this script, or an earlier run of it, has started, which drains for as long as it was told to.
stop() {
  local drain_seconds
  drain_seconds=$(sed -n 's/^ROOKERY_DRAIN_SECONDS=//p' "$INSTALLED/etc/sidecar.env" 2>/dev/null) || true
  [[ $keeper != systemd ]] || systemctl stop "${SERVICES[@]}" 2>/dev/null || true
  end_process "$PID_FILE" rookery-sidecar-supervise $((${drain_seconds:-0} + 20))
  # If somebody has killed its supervisor.
  end_process "$SIDECAR_PID_FILE" rookery-sidecar/rookery-sidecar $((${drain_seconds:-0} + 20))
}

# end_process FILE COMMAND SECONDS: the process whose id is in the file, if it is this command.
end_process() {
  local pid
  [[ -s $1 ]] || return 0
  pid=$(<"$1")
  rm -f "$1"
  # The number may be somebody else's by now.
  grep -qs "$2" "/proc/$pid/cmdline" || return 0
  kill -TERM "$pid" || return 0
  timeout "$3" tail --pid="$pid" -f /dev/null || kill -KILL "$pid" || true
}

wait_until_ready() {
  local end=$((SECONDS + READY_SECONDS))
  doing="waiting for the sidecar"
  until is_ready; do
    ((SECONDS < end)) || die "it does not become ready in $READY_SECONDS s: $(last_words)"
    if [[ $keeper == systemd ]] && cannot_confine; then
      say "WARNING: systemd cannot confine the sidecar on this node, so it runs under its own supervisor"
      remove_units
      keeper=supervisor
      start
      end=$((SECONDS + READY_SECONDS))
    fi
    (($(restarts) <= MOST_RESTARTS)) || die "it ends again and again: $(last_words)"
    sleep 0.2
  done
}

# Whether it was not even started: these are the exit codes by which systemd says that a setting of the unit, such as
# namespaces inside a container, cannot be had.
cannot_confine() {
  local status
  status=$(systemctl show --value --property ExecMainStatus rookery-sidecar.service)
  ((status >= 200 && status <= 245))
}

remove_units() {
  systemctl stop "${SERVICES[@]}" 2>/dev/null || true
  # One that ends by itself while it is stopped has failed, and would be remembered so without its unit.
  systemctl reset-failed "${SERVICES[@]}" 2>/dev/null || true
  rm -rf "${SERVICES[@]/#/$UNITS/}" "$UNITS/rookery-sidecar.service.d"
  systemctl daemon-reload
}

restarts() {
  if [[ $keeper == systemd ]]; then
    systemctl show --value --property NRestarts rookery-sidecar.service
  else
    cat "$RESTARTS_FILE" 2>/dev/null || echo 0
  fi
}

last_words() {
  if [[ $keeper == systemd ]]; then
    journalctl --sync || true
    journalctl --unit rookery-sidecar.service --identifier rookery-sidecar --lines 1 --output cat
  else
    grep '^rookery-sidecar: ' "$LOGS/sidecar.log" | tail -n 1
  fi
}
