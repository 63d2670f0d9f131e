// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_random.c - random sequences of calls by three guests, half sense and half
 * malice, with the audit after every one, and an oracle of its own beside it.
 *
 * The oracle is translation_cache.h.
 *
 * UNIT_SEED=n and UNIT_STEPS=n choose a sequence; a failure says which it was.
 */
#include <stdio.h>

#include "tables.h"
#include "translation_cache.h"
#include "unit.h"

#define NGUESTS    3u
#define POOL       16u /* frames that calls name, at the start of each chunk */
#define SAFE_CHUNK 7u  /* holds BUFFER: stays mapped */
#define SEEDS      6
#define STEPS      12000u

static u32 seed, state, step;

static u32 any(u32 n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (u32)(((u64)state * n) >> 32);
}

static bool chance(u32 percent)
{
	return any(100) < percent;
}

/* ---- random arguments ---- */

static u32 pick_chunk(void)
{
	return chance(95) ? any(12) : any(2000);
}

/* The guest-physical address of a frame of the pool in a given state, if there is
 * one after some random frame. */
static bool find_frame(enum table_state want, u32 *gpa)
{
	u32 first = any(4 * POOL), i;

	for (i = 0; i < 4 * POOL; i++) {
		u32 n = (first + i) % (4 * POOL);
		const struct table_chunk *t = g->chunks.slot[n / POOL];

		if (t && t->state[n % POOL] == want) {
			*gpa = MEMORY(t->chunk, FRAME(n % POOL));
			return true;
		}
	}
	return false;
}

/* Any table frame, mostly of the pool; often one of use. */
static u32 pick_frame(void)
{
	static const u8 likely_states[] = { TABLE_DIRECTORY, TABLE_UNLINKED, TABLE_LINKED };
	u32 gpa;

	if (chance(60) && find_frame(likely_states[any(3)], &gpa))
		return gpa;
	gpa = MEMORY(chance(80) ? any(2) : pick_chunk(), FRAME(any(POOL)));
	return chance(2) ? gpa + any(PAGE_SIZE) : gpa;
}

static u32 pick_index(void)
{
	switch (any(8)) {
	case 0:
		return any(1024);
	case 1:
		return KERNEL_FIRST + any(SAFE_CHUNK);
	case 2:
	case 3:
		return KERNEL_FIRST + 20 + any(20);
	case 4:
		return KERNEL_END - 2 + any(4);
	default:
		return any(8);
	}
}

static u32 machine_or_any(u32 gpa)
{
	if (!chunk_present(g, gpa >> CHUNK_SHIFT))
		return any(64) << CHUNK_SHIFT;
	return fake_machine_of(g, gpa);
}

static u32 pick_value(void)
{
	u32 flags = P | (chance(60) ? W : 0) | (any(8) << 9) | (chance(30) ? A | D : 0);

	if (chance(3))
		flags |= 1u << any(12);
	switch (any(8)) {
	case 0:
		return any(~0u) & ~P;
	case 1:
		return 0;
	case 2:
		return any(64) << CHUNK_SHIFT | FRAME(any(1024)) | flags;
	case 3:
		return machine_or_any(MEMORY(pick_chunk(), 0)) | flags | PS;
	case 4:
	case 5:
		return machine_or_any(pick_frame()) | flags;
	default:
		return machine_or_any(MEMORY(pick_chunk(), FRAME(any(1024)))) | flags;
	}
}

static struct silk_mmu_op pick_op(void)
{
	struct silk_mmu_op o = { (pick_frame() & ~3u & ~0xffcu) | pick_index() << 2, pick_value() };

	switch (any(10)) {
	case 0:
	case 1:
		o.target |= SILK_OP_AND;
		o.value = chance(50) ? W : P;
		if (chance(50))
			o.value = any(1u << 31) & any(1u << 31);
		o.value = ~o.value;
		break;
	case 2:
		o.target |= SILK_OP_SET_KEEP;
		break;
	case 3:
		if (chance(20))
			o.target = SILK_CONTROL(any(50));
		break;
	}
	return o;
}

/* ---- one step ---- */

static u32 successes[SILK_NR_CALLS], refused[SILK_R_COUNT];

static void note(u32 call, u32 result)
{
	if (result < 0xfffff000) {
		successes[call]++;
		return;
	}
	refused[fake_why(v)]++;
	ck_assert_uint_eq(result, fake_error(fake_why(v)));
}

#define CALL(name, a, b, c) \
	note(SILK_CALL_##name, FAKE_CALL(v, name, a, b, c))

static u32 buffer(void)
{
	return chance(97) ? FAKE_GVA(BUFFER) : any(~0u);
}

/* Frames keep their level mostly: a change of level flushes everything. */
static void step_alloc(void)
{
	u32 gpa, level;

	if (chance(20) || !find_frame(TABLE_FREE, &gpa))
		gpa = pick_frame();
	level = gpa >> PAGE_SHIFT & 8 ? SILK_PT_DIRECTORY : SILK_PT_TABLE;
	if (chance(20))
		level = any(5);
	CALL(pt_alloc, gpa, level, 0);
}

static void step_batch(void)
{
	struct silk_mmu_op *ops = fake_gpa(g, BUFFER);
	u32 n = chance(50) ? 1 : 1 + any(100), i;

	for (i = 0; i < n; i++)
		ops[i] = pick_op();
	CALL(pt_batch, buffer(), chance(98) ? n : any(~0u), 0);
}

static void step_run(void)
{
	u32 *values = fake_gpa(g, BUFFER);
	u32 n = 1 + any(80), i;

	for (i = 0; i < n; i++)
		values[i] = pick_value();
	CALL(pt_run, (pick_frame() & ~0xffcu) | pick_index() << 2, chance(95) ? n : any(~0u),
	     chance(80) ? buffer() : 0);
}

static void step_queue(void)
{
	u32 n = any(40), i;

	for (i = 0; i < n; i++)
		v->queue[i] = pick_op();
	v->page->queue_count = chance(98) ? n : any(~0u);
	v->page->queue_error = 0;
}

static void step_chunk(void)
{
	u32 chunk = pick_chunk();

	if (chunk == SAFE_CHUNK)
		return;
	switch (any(6)) {
	case 0:
		CALL(chunk_take, chunk, any(4), 0);
		break;
	case 1:
		CALL(chunk_give, chunk, 0, 0);
		break;
	case 2:
		CALL(chunk_convert, chunk, any(5), 0);
		break;
	default:
		/* What changes, goes on. */
		if (g->chunks.change.chunk == NO_FRAME)
			CALL(chunk_convert, chunk, SILK_CHUNK_TABLE, 0);
		else if (g->chunks.change.giving)
			CALL(chunk_give, g->chunks.change.chunk, 0, 0);
		else
			CALL(chunk_convert, g->chunks.change.chunk, SILK_CHUNK_TABLE, 0);
	}
}

/* A guest that wants a TABLE chunk's memory back: unlinks, frees, converts. */
static void step_empty(void)
{
	struct table_chunk *t = g->chunks.slot[any(4)];
	u32 f, place;

	if (!t || !t->chunk)
		return;
	for (f = 0; f < POOL; f++) {
		place = t->link[f];
		if (place & LINK_KERNEL)
			place = FRAME(BOOT) | (place & 0xffc);
		if (t->state[f] == TABLE_LINKED)
			CALL(pt_run, place, 1, 0);
	}
	for (f = 0; f < POOL; f++)
		CALL(pt_free, MEMORY(t->chunk, FRAME(f)), 0, 0);
	CALL(chunk_convert, t->chunk, SILK_CHUNK_RAM, 0);
}

/* I/O: pinned for a while. A guest's pins outlive it. */
static u32 pinned[16], pins;

static void step_pin(void)
{
	u32 chunk = pick_chunk();

	if (pins && chance(60)) {
		u32 i = any(pins);

		chunk_unpin_machine(pinned[i]);
		pinned[i] = pinned[--pins];
	} else if (pins < ARRAY_SIZE(pinned) && chunk < CHUNKS &&
		   g->chunks.kind[chunk] == SILK_CHUNK_RAM) {
		pinned[pins] = g->chunks.machine[chunk] >> CHUNK_SHIFT;
		chunk_pin(pinned[pins++]);
	}
}

/* What a guest writes where it may write; half of it looks like entries. */
static void step_touch(void)
{
	u32 gva = MEMORY(any(8), any(CHUNK_SIZE)) & ~3u;
	bool user = chance(50), write = chance(70);
	u32 machine = SILK_I386_NO_CHUNK;

	if (chance(50))
		gva = FAKE_GVA(MEMORY(any(SAFE_CHUNK), FRAME(any(POOL)) | any(1024) << 2));
	if (v->directory != NO_FRAME)
		machine = fake_access(v, gva, write, user);
	if (machine != SILK_I386_NO_CHUNK && write)
		*(u32 *)(fake.memory + machine) = pick_value() | U;
}

static void reboot(bool memory_too)
{
	u32 i;

	machine_attach(g);
	tables_reset(g);
	if (memory_too) {
		chunks_remove_all(g);
		for (i = 0; i < GUEST_CHUNKS; i++) {
			u32 machine = chunk_alloc();

			ck_assert_uint_ne(machine, SILK_I386_NO_CHUNK);
			OK(chunk_add(g, i, i < 2 ? SILK_CHUNK_TABLE : SILK_CHUNK_RAM, machine));
		}
	}
	/* Without its memory anew, it boots only if chunk 0 is still what it was. */
	if (g->chunks.table[0] && g->chunks.kind[SAFE_CHUNK] == SILK_CHUNK_RAM)
		tables_boot(g);
	fake_run(v);
}

static void one_step(void)
{
	u32 what = any(1000);

	fake.hv_fail_after = chance(3) ? any(2) : ~0u;
	fake.preempt_after = chance(30) ? any(4) : ~0u;
	if (what < 300) {
		step_batch();
	} else if (what < 400) {
		step_run();
	} else if (what < 500) {
		step_queue();
	} else if (what < 620) {
		step_alloc();
	} else if (what < 700) {
		CALL(pt_free, pick_frame(), 0, 0);
	} else if (what < 780) {
		CALL(pt_switch, pick_frame(), 0, 0);
	} else if (what < 790) {
		CALL(pt_flush, any(~0u), chance(90) ? any(100) : any(~0u), 0);
	} else if (what < 880) {
		step_chunk();
	} else if (what < 885) {
		step_empty();
	} else if (what < 920) {
		step_pin();
	} else if (what < 997) {
		step_touch();
	} else {
		fake.hv_fail_after = ~0u;
		reboot(what == 999 || g->chunks.kind[0] != SILK_CHUNK_TABLE);
	}
}

static void check_all(void)
{
	char why[160];
	const char *wrong;

	fake_run(v);
	ck_assert_msg(!audit_guest(g, why, sizeof(why)), "seed %u step %u: %s", seed, step, why);
	ck_assert_msg(!audit_machine(why, sizeof(why)), "seed %u step %u: %s", seed, step, why);
	wrong = cache_wrong(g);
	ck_assert_msg(!wrong, "seed %u step %u: a translation cache: %s", seed, step, wrong);
	cache_fill(g);
}

static void begin(void)
{
	u32 i, j;

	fake_start(64);
	fake.on_flush_all = cache_flush;
	for (i = 0; i < NGUESTS; i++) {
		g = fake_guest(i, GUEST_CHUNKS, 2);
		fake_vcpu(g);
		/* Memory that may become tables holds the worst. */
		for (j = 2; j < SAFE_CHUNK; j++)
			memset(fake_gpa(g, MEMORY(j, 0)), 0x07, POOL * PAGE_SIZE);
	}
}

static u32 number_of(const char *name, u32 otherwise)
{
	const char *text = getenv(name);

	return text ? (u32)strtoul(text, NULL, 0) : otherwise;
}

/* A call that never succeeds, or a refusal never met, tests nothing. */
static void check_coverage(void)
{
	static const u32 calls[] = {
		SILK_CALL_pt_alloc,
		SILK_CALL_pt_free,
		SILK_CALL_pt_batch,
		SILK_CALL_pt_run,
		SILK_CALL_pt_switch,
		SILK_CALL_pt_flush,
		SILK_CALL_chunk_convert,
		SILK_CALL_chunk_give,
		SILK_CALL_chunk_take,
	};
	u32 i, met = 0;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		ck_assert_msg(successes[calls[i]], "call %u never succeeded", calls[i]);
	for (i = SILK_R_ALLOC_ALIGN; i <= SILK_R_TAKE_MEMORY; i++)
		met += refused[i] != 0;
	printf("seed %u: %u steps, %u of %u refusals met\n", seed, step, met,
	       SILK_R_TAKE_MEMORY - SILK_R_ALLOC_ALIGN + 1);
	ck_assert_uint_ge(met, 40);
}

/* covers: PT-3 PT-4 PT-7 PT-8 PT-9 PT-10 PT-74 PT-75 MEM-3 MEM-4 MEM-7 MEM-9 MEM-10 MEM-11 */
START_TEST(random_calls)
{
	u32 steps = number_of("UNIT_STEPS", STEPS);

	seed = number_of("UNIT_SEED", 1000u + (u32)_i);
	state = seed * 2654435761u | 1;
	begin();
	for (step = 0; step < steps; step++) {
		g = &guests[any(NGUESTS)];
		v = g->vcpu[any(g->vcpus)];
		fake_run(v);
		if (v->directory == NO_FRAME && chance(50))
			CALL(pt_switch, FRAME(BOOT), 0, 0);
		one_step();
		check_all();
	}
	check_coverage();
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_loop_test(c, random_calls, 0, getenv("UNIT_SEED") ? 1 : SEEDS);
}

UNIT_MAIN("random", tests)
