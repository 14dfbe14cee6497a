#!/usr/bin/env bash
# What runs on every machine, and what does not.
set -euo pipefail

systemctl daemon-reload
enable() {
  systemctl is-enabled --quiet "$1" || systemctl enable --quiet "$1"
}
for unit in amazon-ssm-agent amazon-cloudwatch-agent auditd chrony docker unattended-upgrades; do
  enable "$unit.service"
done
# Where these are, they open doors or send reports that nobody asked for.
for unit in apport.service whoopsie.service motd-news.timer; do
  if systemctl list-unit-files --no-legend "$unit" | grep -q .; then
    systemctl disable --quiet --now "$unit"
  fi
done
# sshd does not judge without it; its service makes it.
install --directory --mode 0755 /run/sshd
sshd -t
