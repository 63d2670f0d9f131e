// SPDX-License-Identifier: GPL-2.0-only
/*
 * state.c - all that a guest can see and that a refused call must leave alone
 * [CALL-4]: the window, the vCPU page, table frames with their states, memory,
 * descriptors.
 *
 * Left out is what the spec lets change: the diagnostics slot, time, accessed
 * and dirty bits, the hypervisor's part of directories, twins, and events that
 * devices raise meanwhile.
 */
#include "suite.h"

#define FRAMES_LOW  64u   /* frames of chunk 0 that the tests use: */
#define FRAMES_HIGH 1000u /* below the first, from the second on */

uint32_t arena[2048] __attribute__((aligned(4096)));

static uint32_t hash(uint32_t h, const volatile void *from, uint32_t words,
		     uint32_t bits)
{
	const volatile uint32_t *at = from;

	while (words-- > 0)
		h = (h << 5 | h >> 27) * 0x9e3779b1u ^ (*at++ & bits);
	return h;
}

static uint32_t hash_vcpu(void)
{
	struct silk_vcpu copy = *(volatile struct silk_vcpu *)SILK_I386_VCPU;
	uint32_t h;

	copy.pending &= ~(1u << SILK_EVENT_CONSOLE | 1u << SILK_EVENT_BLOCK);
	memset(&copy.diag, 0, sizeof(copy.diag));
	memset(&copy.time, 0, sizeof(copy.time));
	copy.stolen_ns = 0;
	h = hash(0, &copy, sizeof(copy) / 4, ~0u);
	return hash(h, (uint8_t *)SILK_I386_VCPU + sizeof(copy),
		    (PAGE_SIZE - sizeof(copy)) / 4, ~0u);
}

static uint32_t hash_frame(uint32_t h, uint32_t gpa)
{
	const uint32_t bits = ~(uint32_t)(SILK_I386_ACCESSED | SILK_I386_DIRTY);
	uint32_t words = 1024;

	if (gpa == BOOT + PAGE_SIZE || gpa == scene.parent + PAGE_SIZE ||
	    gpa == scene.childless + PAGE_SIZE)
		return h;
	if (gpa == loaded)
		words = 959;
	else if (gpa == BOOT || gpa == scene.parent || gpa == scene.childless)
		words = 768;
	return hash(h, gpa_to_va(gpa), words, bits);
}

static uint32_t hash_tables(void)
{
	uint32_t h = 0;

	for (uint32_t i = 0; i < FRAMES_LOW; i++)
		h = hash_frame(h, i * PAGE_SIZE);
	for (uint32_t i = FRAMES_HIGH; i < 1024; i++)
		h = hash_frame(h, i * PAGE_SIZE);
	return h;
}

/* Limits and rights of the four descriptors that a guest may write. */
static uint32_t hash_segments(void)
{
	static const uint32_t selector[] = { 0x33, 0x3b, 0x43, 0xdb };
	uint32_t h = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(selector); i++) {
		uint32_t limit = 0, rights = 0;

		__asm__ volatile("lsll %1, %0"
				 : "+r"(limit)
				 : "r"(selector[i])
				 : "cc");
		__asm__ volatile("larl %1, %0"
				 : "+r"(rights)
				 : "r"(selector[i])
				 : "cc");
		h = h * 31 + limit * 7 + (rights & ~0x100u);
	}
	return h;
}

static void frame_states(char *to)
{
	const uint32_t frames[] = {
		scene.linked,
		scene.unlinked,
		scene.parent,
		scene.parent + PAGE_SIZE,
		scene.child,
		scene.free,
		BOOT,
	};

	memset(to, 0, 8);
	if (!scene.linked)
		return;
	for (uint32_t i = 0; i < ARRAY_SIZE(frames); i++)
		to[i] = frame_state(frames[i]);
}

static void hashes(struct state *s)
{
	s->window = hash(0, (void *)SILK_I386_INFO, 3 * 1024, ~0u);
	s->window = hash(s->window, (void *)SILK_I386_CHUNK_KIND, 1024, ~0u);
	s->vcpu = hash_vcpu();
	s->queue = hash(0, (void *)SILK_I386_QUEUE, 1024, ~0u);
	s->ring = 0;
	if (info()->group_version[SILK_GROUP_BLOCK])
		s->ring = hash(0, (void *)SILK_I386_BLK_RING, 32, ~0u);
	s->tables = hash_tables();
	s->memory = hash(hash(0, arena, ARRAY_SIZE(arena), ~0u),
			 gpa_to_va(SPARE_GPA), 8 * 1024, ~0u);
	s->segments = hash_segments();
}

/* States first: asking for them fills the diagnostics, no more. */
void state_take(struct state *s)
{
	frame_states(s->frames);
	hashes(s);
}

void state_compare(const struct state *before)
{
	struct state now;

	hashes(&now);
	expect_that(now.window == before->window,
		    "the window: expected the same, seen a change");
	expect_that(now.vcpu == before->vcpu,
		    "the vCPU page: expected the same, seen a change");
	expect_that(now.queue == before->queue,
		    "the queue's page: expected the same, seen a change");
	expect_that(now.ring == before->ring,
		    "the ring's indexes: expected the same, seen a change");
	expect_that(now.tables == before->tables,
		    "the page tables: expected the same, seen a change");
	expect_that(now.memory == before->memory,
		    "memory: expected the same, seen a change");
	expect_that(now.segments == before->segments,
		    "the descriptors: expected the same, seen a change");
	frame_states(now.frames);
	expect_that(!strcmp(now.frames, before->frames),
		    "states of table frames: expected %s, seen %s", before->frames,
		    now.frames);
}
