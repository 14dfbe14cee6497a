#!/usr/bin/env bash
# Makes a machine of a fresh Ubuntu. Run as root, in the folder that holds it; a second run changes nothing.
set -euo pipefail
cd "$(dirname "$0")"

if [[ $EUID -ne 0 ]]; then
  echo 'provision.sh: run it as root' >&2
  exit 1
fi
# shellcheck source=/dev/null
. /etc/os-release
case "${ID:-}-${VERSION_ID:-}" in
  ubuntu-22.04 | ubuntu-24.04 | ubuntu-26.04) ;;
  *)
    echo "provision.sh: made for Ubuntu 22.04, 24.04 and 26.04, and this is ${PRETTY_NAME:-unknown}" >&2
    exit 1
    ;;
esac

# cloud-init writes lists of package repositories, users and keys: not while apt works.
if command -v cloud-init >/dev/null && systemctl is-active --quiet cloud-init.target; then
  cloud-init status --wait || true
fi

for step in steps/*.sh; do
  echo "== $step"
  bash "$step"
done
