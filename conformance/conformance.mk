# SPDX-License-Identifier: GPL-2.0-only
#
# Both sides of the conformance suite at once, and the account of both.

.PHONY: conformance
#: conformance: both sides against a stubbed peer; build/conformance/report.html
conformance: hypervisor guests conformance-hypervisor-guests conformance-guest-build
	@conformance/run
