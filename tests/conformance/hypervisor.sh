#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# hypervisor.sh - our hypervisor passes the conformance suite.
#
# timeout: 400
set -u
cd "$(dirname "$0")/../.." || exit 1

# DEBUG=1: the checking hypervisor.
subject=build/hypervisor/silk.elf
[ "${DEBUG:-}" != 1 ] || subject=build/debug/hypervisor/silk.elf
./silk conformance hypervisor --subject "$subject"
