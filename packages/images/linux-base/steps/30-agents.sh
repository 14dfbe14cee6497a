#!/usr/bin/env bash
# The agents of agents.conf.
set -euo pipefail

# Ubuntu's images for EC2 bring it as a snap, which updates itself; two agents would be one machine twice.
if command -v snap >/dev/null && snap list amazon-ssm-agent >/dev/null 2>&1; then
  snap remove --purge amazon-ssm-agent
fi
install-signed-packages agents.conf
