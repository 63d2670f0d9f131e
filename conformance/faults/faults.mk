# SPDX-License-Identifier: GPL-2.0-only
#
# Seeded faults: which of them do the conformance suites see? (README.md here)

.PHONY: mutation
#: mutation: put each seeded fault in, and see that a test kills it; FAULTS="name..."
mutation:
	@+$(AGAIN) all conformance-guest-build $(if $(UNIT_TESTS),unit-build)
	@conformance/faults/run $(FAULTS) || $(QUIETLY_FAIL)
