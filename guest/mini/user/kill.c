// SPDX-License-Identifier: GPL-2.0-only
/* kill.c - kill PID: ends a process. */
#include "mini.h"

int main(int argc, char **argv)
{
	int error = argc == 2 ? kill((int)number(argv[1], 0)) : -EINVAL;

	if (error)
		print_error("kill: %s\n", error_text(error));
	return error != 0;
}
