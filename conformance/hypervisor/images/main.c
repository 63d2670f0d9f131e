// SPDX-License-Identifier: GPL-2.0-only
/*
 * images - guests that are not booted at all, for their images are no kernels: the operator
 * is told in one line of each, and this one, which is a kernel, runs. The script "image"
 * makes the others, "look" reads the log; kernel-images has what is a kernel in all detail.
 *
 * guest: mem=16M
 * guest: mem=12M image=magic
 * guest: mem=12M image=low
 * guest: mem=12M image=cut
 * guest: mem=12M image=empty
 * covers: BOOT-1 BOOT-8
 */
#include "suite.h"

void hostile_main(void)
{
	test("BOOT-8", "a kernel beside images that are none runs");
	expect_that(!strcmp(info()->name, "images"), "name: expected images, seen %s",
		    info()->name);
	end();
}
