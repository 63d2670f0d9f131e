// SPDX-License-Identifier: GPL-2.0-only
/* burn.c - uses up what it is told to: burn cpu SECONDS, burn mem MB. */
#include "mini.h"

#define PAGE 4096u
#define MB   (1024u * 1024)

static int burn_cpu(uint32_t seconds)
{
	uint64_t end = now_ns() + (uint64_t)seconds * NS_PER_S;
	uint32_t rounds = 0;

	while (now_ns() < end) {
		for (volatile int i = 0; i < 100000; i++)
			continue;
		rounds++;
	}
	print("burn: %u rounds in %u s\n", rounds, seconds);
	return 0;
}

static int burn_memory(uint32_t mb)
{
	for (uint32_t i = 0; i < mb; i++) {
		char *p = allocate(MB);

		if (!p) {
			print_error("burn: no more than %u MB\n", i);
			return 1;
		}
		for (uint32_t at = 0; at < MB; at += PAGE)
			p[at] = (char)i;
	}
	print("burn: %u MB are in use\n", mb);
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t n = argc == 3 ? number(argv[2], 0) : 0;

	if (n && !strcmp(argv[1], "cpu"))
		return burn_cpu(n);
	if (n && !strcmp(argv[1], "mem"))
		return burn_memory(n);
	print_error("burn cpu SECONDS | burn mem MB\n");
	return 2;
}
