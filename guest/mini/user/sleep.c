// SPDX-License-Identifier: GPL-2.0-only
/* sleep.c - sleep SECONDS. */
#include "mini.h"

int main(int argc, char **argv)
{
	if (argc != 2) {
		print_error("sleep SECONDS\n");
		return 2;
	}
	return sleep_ms(number(argv[1], 0) * 1000) < 0;
}
