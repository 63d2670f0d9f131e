// SPDX-License-Identifier: GPL-2.0-only
/* crash.c - has the kernel panic, which crashes this guest and no other. */
#include "mini.h"

int main(void)
{
	print_error("crash: %s\n", error_text(shutdown(2)));
	return 1;
}
