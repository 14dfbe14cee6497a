#!/usr/bin/env bash
# Makes a container instance of a machine of linux-base. Run as root; a second run changes nothing.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v install-signed-packages >/dev/null; then
  echo 'provision.sh: this is no machine of linux-base' >&2
  exit 1
fi
while IFS= read -r -d '' file; do
  mode=0644
  [[ -x $file ]] && mode=0755
  # What the package would ask about is there before it.
  install -D --owner root --group root --mode "$mode" --compare "$file" "/${file#files/}"
done < <(find files -type f -print0 | sort --zero-terminated)

install-signed-packages agents.conf

systemctl daemon-reload
# The package may have enabled it in its own way.
rm -f /etc/systemd/system/multi-user.target.wants/ecs.service
[[ -e /etc/systemd/system/cloud-init.target.wants/ecs.service ]] ||
  systemctl add-wants --quiet cloud-init.target ecs.service
