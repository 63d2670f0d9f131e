// SPDX-License-Identifier: MIT
/*
 * net-11-post.c - looks at a buffer in which nothing has come.
 *
 * covers: NET-11
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	struct silk_net_buffer buffer = { 0, page_gpa(0), 2048, 0 };

	hv_net_post(0, &buffer, 1);
	if (READ_ONCE(pages[0][3]) == 1)
		print("early\n");
	power_off();
}
