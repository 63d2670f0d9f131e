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
struct options options = { .mem = 8, .limit = 60, .seed = 1, .cards = 1, .earlier = 8, .weight = 100, .name = "guest", .cmdline = "" };

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

#define KEPT 64u /* of each kind: the last ones */

static struct tags {
	u32 kind, count, value[KEPT];
} registers = { .kind = TAG_REGISTER }, memory = { .kind = TAG_MEMORY };

/* Low bits clear: as an entry it is not present, as a length it is large. */
static u32 new_tag(struct tags *t)
{
	u32 value = t->kind | (random() & 0x00ffff00);

	t->value[t->count++ % KEPT] = value;
	return value;
}

u32 tag(u32 kind)
{
	if (kind == TAG_REGISTER)
		return new_tag(&registers);
	return memory.count < KEPT ? new_tag(&memory) : memory.value[random() % KEPT];
}

static bool is_tag(const struct tags *t, u32 value, u32 mask)
{
	for (u32 i = 0; i < KEPT && i < t->count; i++)
		if (!((t->value[i] ^ value) & mask))
			return true;
	return false;
}

static void look(u32 value, u32 mask, const char *what)
{
	if (is_tag(&registers, value, mask))
		broke(CL(CALL, 10), "no use of an argument register's value after a call",
		      "%s is %x, which an earlier call left in such a register", what,
		      value);
	else if (is_tag(&memory, value, mask))
		broke(CL(GEN, 6), "no use of an undefined or unknown value",
		      "%s is %x, which the stub had put into memory that is undefined",
		      what, value);
}

void look_for_tags(u32 value, const char *what)
{
	look(value, ~0u, what);
}

void look_for_tagged_page(u32 va, const char *what)
{
	look(va, ~(PAGE - 1), what);
}

static u32 done[NASTY_COUNT];

void nasty(enum nasty what)
{
	done[what]++;
}

void fill_rubbish(void *p, u32 bytes)
{
	for (u32 *at = p; bytes >= 4; bytes -= 4) {
		*at++ = tag(TAG_MEMORY);
		nasty(NASTY_MEMORY);
	}
}

void nasty_report(void)
{
	static const char *const texts[] = {
#define X(id, text) [NASTY_##id] = #id ": %u " text,
		NASTY(X)
#undef X
	};

	for (u32 i = 0; i < NASTY_COUNT; i++)
		if (done[i])
			note(texts[i], done[i]);
}
