// SPDX-License-Identifier: GPL-2.0-only
/* memhog.c - touches more and more memory until the kernel has no more. */
#include "mini.h"

int main(void)
{
	for (;;) {
		char *p = allocate(1024 * 1024);

		if (!p)
			return 1;
		for (unsigned int at = 0; at < 1024 * 1024; at += 4096)
			p[at] = 1;
	}
}
