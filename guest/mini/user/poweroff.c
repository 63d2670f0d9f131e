// SPDX-License-Identifier: GPL-2.0-only
/* poweroff.c - switches the guest off. */
#include "mini.h"

int main(void)
{
	print_error("poweroff: %s\n", error_text(shutdown(0)));
	return 1;
}
