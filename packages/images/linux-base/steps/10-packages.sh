#!/usr/bin/env bash
# Everything that Ubuntu's own repositories carry: apt checks their signatures, and unattended upgrades keep it fresh.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a

apt_get() {
  # An upgrade by itself may hold the lock just after a boot.
  apt-get --quiet=2 --option DPkg::Lock::Timeout=300 --option Dpkg::Options::=--force-confold "$@"
}

apt_get update
apt_get --yes dist-upgrade
apt_get --yes install --no-install-recommends \
  apparmor auditd ca-certificates chrony curl docker.io gpg gpgv jq kmod openssh-server unattended-upgrades
apt_get --yes autoremove --purge
