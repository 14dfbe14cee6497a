#!/usr/bin/env bash
# Puts files/ in place, as root's. What a file says is said beside its lines.
set -euo pipefail

while IFS= read -r -d '' file; do
  path="/${file#files/}"
  mode=0644
  [[ -x $file ]] && mode=0755
  [[ $path == /etc/audit/rules.d/* ]] && mode=0640
  install -D --owner root --group root --mode "$mode" --compare "$file" "$path"
done < <(find files -type f -print0 | sort --zero-terminated)

# Ubuntu's pools of time servers are on the internet; Amazon's is inside of every VPC.
for list in /etc/chrony/chrony.conf /etc/chrony/sources.d/*.sources; do
  grep --quiet --no-messages --extended-regexp '^[[:space:]]*(pool|server)[[:space:]]' "$list" || continue
  sed --in-place --regexp-extended 's/^[[:space:]]*(pool|server)[[:space:]]/# &/' "$list"
done

# No password opens anything: of the users that came with the base neither.
while IFS=: read -r user password _; do
  [[ $password == '' || $password == \$* ]] && passwd --lock "$user" >/dev/null
done </etc/shadow

# Only root reads the schedules.
for path in /etc/crontab /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/cron.monthly; do
  [[ -e $path ]] && chmod go-rwx "$path"
done
true
