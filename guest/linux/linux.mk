# SPDX-License-Identifier: GPL-2.0-only
#
# The Linux guest. Nothing here is done unless it is asked for: `make linux`
# takes some ten minutes and 2 GB the first time, seconds when nothing changed.

LINUX := $(BUILD)/linux

.PHONY: linux
#: linux: build the Linux guest kernel from Debian's package (10 minutes)
linux:
	@scripts/packages run linux
	@guest/linux/build $(LINUX)
