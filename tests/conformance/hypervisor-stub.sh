#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# hypervisor-stub.sh - the suite on another hypervisor, the stub of the guests' side. It
# offers the network, so that the tests of it are proven.
#
# timeout: 600
set -u
cd "$(dirname "$0")/../.." || exit 1
CONF_LIMIT=450 ./silk conformance hypervisor --subject build/conformance/guest/stub.elf \
	--serial --net --disk-module --words limit=600
