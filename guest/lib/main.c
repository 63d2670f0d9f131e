// SPDX-License-Identifier: MIT
/*
 * main.c - the first C function: is this a hypervisor that we can work with?
 *
 * [GEN-13]: the magic number and the version are checked before anything else
 * of the info page is used.
 */
#include "print.h"
#include "hypercall.h"

void guest_start(void); /* from start.S */
void guest_main(void);  /* the guest's own */

static bool groups_known(void)
{
	static const uint32_t wanted[SILK_NR_GROUPS] = {
#define X(nr, name, major, minor) [nr] = (major) << 16 | (minor),
		SILK_GROUPS(X)
#undef X
	};

	for (unsigned int i = 0; i < SILK_NR_GROUPS; i++) {
		uint32_t version = info()->group_version[i];

		if (i == SILK_GROUP_BLOCK || i == SILK_GROUP_NET)
			continue; /* [GEN-10]: may be missing */
		if (version >> 16 != wanted[i] >> 16 || version < wanted[i])
			return false;
	}
	return true;
}

void guest_start(void)
{
	static const char message[] = "this guest wants SILK ABI 1.x";

	if (info()->magic == SILK_MAGIC && info()->version >> 16 == SILK_ABI_MAJOR &&
	    groups_known())
		guest_main();
	else
		hv_shutdown(SILK_SHUTDOWN_CRASH, message, sizeof(message) - 1);
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}
