// SPDX-License-Identifier: MIT
/*
 * call-12.c - counts what console_write returns, errors too.
 *
 * covers: CALL-12
 * run: mood=scarce
 */
#include "wrong.h"

void guest_main(void)
{
	static const char text[] = "hello\n";
	const char *at = text;
	uint32_t left = sizeof(text) - 1;

	for (int i = 0; i < 100; i++) {
		int32_t n = hv_console_write(at, left);

		at += n;
		left -= (uint32_t)n;
		if (left == 0) {
			at = text;
			left = sizeof(text) - 1;
		}
	}
	power_off();
}
