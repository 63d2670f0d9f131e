// SPDX-License-Identifier: GPL-2.0-only
/*
 * values.c - random numbers, and values that mean something to a hypervisor.
 *
 * Each step has random numbers of its own, made of the seed and its number: what
 * one step consumed changes no other.
 */
#include "fuzz.h"

static uint32_t state;

/* A bijection that spreads each bit of n. */
uint32_t mix(uint32_t n)
{
	n ^= n >> 16;
	n *= 0x7feb352d;
	n ^= n >> 15;
	n *= 0x846ca68b;
	return n ^ n >> 16;
}

void random_step(uint32_t seed, uint32_t step)
{
	state = mix(mix(seed) + step);
	if (!state)
		state = 1;
}

uint32_t random32(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

uint32_t below(uint32_t n)
{
	return (uint32_t)((uint64_t)random32() * n >> 32);
}

bool one_in(uint32_t n)
{
	return below(n) == 0;
}

uint32_t any(const uint32_t *from, uint32_t n)
{
	return from[below(n)];
}

/* Around every limit of the ABI. */
uint32_t a_word(void)
{
	static const uint32_t limits[] = {
		0,
		SILK_NR_CALLS,
		SILK_MESSAGE_MAX,
		SILK_KERNEL_MAX,
		SILK_TRAPS_MAX,
		SILK_BATCH_MAX,
		SILK_QUEUE_MAX,
		SILK_CHUNKS,
		SILK_BLK_SUBMIT_MAX,
		SILK_BLK_SECTOR,
		SILK_RING_ENTRIES,
		PAGE_SIZE,
		CHUNK_SIZE,
		SILK_I386_KERNEL_BASE,
		SILK_I386_WINDOW,
		SILK_I386_HYPERVISOR,
		0x80000000,
	};

	if (one_in(4))
		return random32();
	return ANY(limits) + below(3) - 1;
}

uint32_t a_chunk(enum wanted wanted)
{
	uint32_t chunk, tries;

	if (one_in(40))
		return a_word();
	if (one_in(60))
		return below(FIRST_LOOSE);
	for (tries = 0; tries < 8; tries++) {
		chunk = LAST_LOOSE - below(one_in(3) ? LAST_LOOSE - FIRST_LOOSE + 1 : 4);
		if (wanted == WHATEVER ||
		    (chunk_kind(chunk) == SILK_CHUNK_ABSENT) == (wanted == ABSENT))
			break;
	}
	return chunk;
}

uint8_t level_of[FRAMES];

uint32_t a_frame(uint32_t level)
{
	uint32_t frame, tries;

	if (one_in(40))
		return a_word();
	if (one_in(40))
		return USER_TABLE;
	if (one_in(6))
		return a_chunk(PRESENT) << 22 | below(12) * PAGE_SIZE;
	for (tries = 0; tries < 8; tries++) {
		frame = BOOT / PAGE_SIZE + below(30);
		if (level == ANY_LEVEL || level_of[frame] == level)
			break;
	}
	return frame * PAGE_SIZE;
}

/* Seldom the entries by which this program runs. */
static uint32_t an_index(uint32_t level)
{
	static const uint32_t some[] = { 8, 40, 500, 767, 780, 900, 957, 958, 959, 960, 1023 };
	uint32_t kernel = SILK_I386_KERNEL_BASE >> 22;

	if (level == SILK_PT_TABLE && !one_in(8))
		return one_in(2) ? below(8) : below(1024);
	if (one_in(3))
		return below(8);
	if (one_in(800))
		return kernel + below(FIRST_LOOSE);
	if (!one_in(4))
		return kernel + FIRST_LOOSE + below(LAST_LOOSE - FIRST_LOOSE + 3);
	return ANY(some);
}

uint32_t an_entry(uint32_t *level)
{
	uint32_t at;

	*level = 1 + below(2);
	at = a_frame(one_in(16) ? ANY_LEVEL : *level) + an_index(*level) * 4;
	return one_in(60) ? at + below(4) : at;
}

/* This program's own memory is never mapped writable for others to write. */
static uint32_t harmless(uint32_t value)
{
	uint32_t chunk = ((const uint32_t *)SILK_I386_MACHINE_CHUNK)[value >> 22] >> 22;

	return chunk == KERNEL_CHUNK ? value & ~(uint32_t)SILK_I386_WRITABLE : value;
}

/* Anything, of anybody. */
static uint32_t wild_value(void)
{
	static const uint32_t flags[] = { 1, 3, 5, 7, 7, 7, 0x67, 0x87, 0x83, 0x85, 0xe7, 0xe07, 0x107, 0x1f };
	uint32_t gpa = one_in(2) ? a_frame(ANY_LEVEL) : a_chunk(WHATEVER) << 22, machine = gpa;

	if (one_in(3))
		return random32();
	if (one_in(2)) /* of somebody else, perhaps */
		machine = below(64) << 22 | (gpa & (CHUNK_SIZE - 1));
	else if (gpa >> 22 < SILK_CHUNKS)
		machine = gpa_to_machine(gpa);
	return (machine & ~0xfffu) | ANY(flags);
}

static uint32_t a_machine_chunk(uint32_t *flags)
{
	/* Mostly two of the loose ones: the others can be given and converted. */
	uint32_t chunk = one_in(8) ? below(FIRST_LOOSE) : FIRST_LOOSE + below(2);

	if (one_in(24))
		chunk = a_chunk(PRESENT);

	chunk &= SILK_CHUNKS - 1;
	if (chunk_kind(chunk) != SILK_CHUNK_RAM && !one_in(4))
		*flags &= ~(uint32_t)SILK_I386_WRITABLE;
	return gpa_to_machine(chunk << 22);
}

uint32_t a_value(uint32_t level)
{
	uint32_t flags = SILK_I386_PRESENT | (random32() & (SILK_I386_ENTRY_BITS & 0xe67)), machine;

	if (one_in(6))
		return one_in(2) ? 0 : random32() & ~1u;
	if (one_in(12))
		return harmless(wild_value());
	if (level == SILK_PT_TABLE) {
		machine = a_machine_chunk(&flags) + below(1024) * PAGE_SIZE;
	} else if (one_in(2)) {
		machine = a_machine_chunk(&flags);
		flags |= SILK_I386_LARGE;
	} else {
		uint32_t table = a_frame(SILK_PT_TABLE);

		machine = table >> 22 < SILK_CHUNKS ? gpa_to_machine(table & ~0xfffu) : table;
	}
	return harmless(machine | flags);
}

uint32_t an_address(void)
{
	static const uint32_t places[] = {
		0,
		USER_TEXT,
		USER_DATA,
		USER_STACK,
		0xbffffffc,
		SILK_I386_KERNEL_BASE,
		SILK_I386_KERNEL_BASE + BOOT,
		BUFFER,
		BUFFER_END - 4,
		SILK_I386_INFO,
		SILK_I386_CHUNK_MACHINE,
		SILK_I386_MACHINE_CHUNK,
		SILK_I386_CHUNK_KIND,
		SILK_I386_VCPU,
		SILK_I386_VCPU + PAGE_SIZE - 4,
		SILK_I386_QUEUE,
		SILK_I386_QUEUE + PAGE_SIZE - 4,
		SILK_I386_BLK_RING,
		SILK_I386_NET_RING,
		0xeffffffc,
		SILK_I386_HYPERVISOR,
		0xf0100000,
		0xf4000000,
		0xfc000000,
		0xfffffffc,
	};

	if (one_in(8))
		return CHUNK_VA(a_chunk(WHATEVER) & 1023) + below(CHUNK_SIZE);
	return ANY(places) + (one_in(2) ? 0 : below(64) - 32);
}

uint32_t a_descriptor(void)
{
	uint32_t good = 0x00cff200 | below(256) << 24 | below(256);

	if (one_in(4))
		return 0;
	if (one_in(8))
		return random32();
	return one_in(3) ? good ^ 1u << below(32) : good;
}

static void an_op(struct silk_mmu_op *op)
{
	uint32_t level;

	if (one_in(12)) {
		static const uint32_t codes[] = { 0, 1, 2, 3, 15, 16, 21, 22, 23, 24, 25, 43, 44 };

		op->target = SILK_CONTROL(ANY(codes));
		op->value = one_in(2) ? a_descriptor() : an_address();
		return;
	}
	op->target = (an_entry(&level) & ~3u) | (one_in(3) ? below(3) : 0);
	op->value = (op->target & 3) == SILK_OP_AND && one_in(2) ? ~(1u << below(32)) : a_value(level);
}

uint32_t some_ops(struct silk_mmu_op *ops, uint32_t most)
{
	uint32_t given = 1 + below(8), n = given, i;

	if (one_in(12))
		n = 1 + below(most);
	for (i = 0; i < n; i++) {
		if (i < given) {
			an_op(&ops[i]);
		} else { /* the last one, entry by entry */
			ops[i] = ops[i - 1];
			if ((ops[i].target & SILK_OP_MASK) != SILK_OP_CONTROL && (ops[i].target & 4095) < 3060)
				ops[i].target += 4;
		}
	}
	return n;
}

uint32_t placed_at;

uint32_t place(const void *from, uint32_t bytes)
{
	uint32_t at = BUFFER + below(16) * 4;

	placed_at = 0;
	if (one_in(20))
		return an_address();
	if (one_in(8))
		at = BUFFER_END - bytes;
	else if (one_in(12))
		at = BUFFER_END - (bytes / 2 & ~3u);
	placed_at = at + bytes > BUFFER_END ? 0 : at;
	memcpy((void *)at, from, at + bytes > BUFFER_END ? BUFFER_END - at : bytes);
	return at;
}
