// SPDX-License-Identifier: GPL-2.0-only
/* reboot.c - boots the guest again. */
#include "mini.h"

int main(void)
{
	print_error("reboot: %s\n", error_text(shutdown(1)));
	return 1;
}
