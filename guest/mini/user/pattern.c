// SPDX-License-Identifier: GPL-2.0-only
/*
 * pattern.c - pattern SECONDS [MB]: fills memory with a pattern and verifies it
 * over and over. Whoever else writes to this guest's memory is found out.
 */
#include "mini.h"

#define MB (1024u * 1024)

/* A word that tells its own place and the round: xorshift of both. */
static uint32_t word(uint32_t index, uint32_t round)
{
	uint32_t x = index * 2654435761u ^ round * 40503u ^ 0x5117u;

	x ^= x << 13;
	x ^= x >> 17;
	return x ^ x << 5;
}

static int verify(const uint32_t *p, uint32_t words, uint32_t round)
{
	for (uint32_t i = 0; i < words; i++) {
		if (p[i] == word(i, round))
			continue;
		print("pattern: WRONG at 0x%x in round %u: 0x%08x instead of 0x%08x\n",
		      (uint32_t)&p[i], round, p[i], word(i, round));
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t seconds = argc > 1 ? number(argv[1], 0) : 0;
	uint32_t words = number(argc > 2 ? argv[2] : NULL, 4) * (MB / 4);
	uint64_t end = now_ns() + (uint64_t)seconds * NS_PER_S;
	uint32_t *p = seconds && words ? allocate(words * 4) : NULL;
	uint32_t round = 0;

	if (!p) {
		print_error("pattern SECONDS [MB]\n");
		return 2;
	}
	do {
		for (uint32_t i = 0; i < words; i++)
			p[i] = word(i, round);
		sleep_ms(1);
		if (verify(p, words, round))
			return 1;
		round++;
	} while (now_ns() < end);
	print("pattern: %u rounds, all as written\n", round);
	return 0;
}
