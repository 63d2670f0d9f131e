// SPDX-License-Identifier: GPL-2.0-only
/*
 * mood.c - chance, and rubbish that can be told again.
 *
 * Where a mood fills in what is *undefined*, it uses values that mean nothing
 * anywhere else (tags). Invariant: a tag that comes back, as an argument, an
 * entry or an address, was used by the guest as if it had been promised.
 */
#include "stub.h"

enum mood mood;
struct options options = { .mem = 8, .limit = 60, .seed = 1, .cmdline = "" };

u32 random(void)
{
	static u32 state;

	if (!state)
		state = options.seed * 2654435761u | 1;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

bool chance(u32 one_in)
{
	return random() % one_in == 0;
}

/* Low bits clear: as an entry it is not present, as a length it is large. */
u32 tag(u32 kind)
{
	return kind | (random() & 0x00ffff00);
}

static bool is_tag(u32 value, u32 kind)
{
	return value >= kind && value < kind + 0x01000000;
}

void look_for_tags(u32 value, const char *what)
{
	if (is_tag(value, TAG_REGISTER))
		broke(CL(CALL, 10), "no use of an argument register's value after a call",
			"%s is %x, which an earlier call left in such a register", what,
			value);
	else if (is_tag(value, TAG_MEMORY))
		broke(CL(GEN, 6), "no use of an undefined or unknown value",
			"%s is %x, which the stub had put into memory that is undefined",
			what, value);
}

void fill_rubbish(void *p, u32 bytes)
{
	for (u32 *at = p; bytes >= 4; bytes -= 4)
		*at++ = tag(TAG_MEMORY);
}
