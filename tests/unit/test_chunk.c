// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_chunk.c - the machine's chunks (dealt zeroed, each to one owner, never
 * while I/O is in flight) and a guest's chunk tables.
 */
#include "tables.h"
#include "unit.h"

static bool is_zero(u32 machine)
{
	const u32 *p = (const u32 *)(fake.memory + machine);
	u32 i;

	for (i = 0; i < CHUNK_SIZE / 4; i++)
		if (p[i])
			return false;
	return true;
}

/* covers: MEM-5 MEM-3 */
START_TEST(dealt_once)
{
	bool seen[CHUNKS] = { false };
	u32 n = 0, machine;
	char why[160];

	fake_start(40);
	g = fake_guest(0, 4, 1); /* somebody must be attached */
	machine_attach(g);
	ck_assert_uint_eq(chunks_free(), 40 - FAKE_HV_CHUNKS - 4);
	while ((machine = chunk_alloc()) != SILK_I386_NO_CHUNK) {
		u32 nr = machine >> CHUNK_SHIFT;

		ck_assert_uint_eq(machine % CHUNK_SIZE, 0);
		ck_assert_uint_ge(nr, FAKE_HV_CHUNKS);
		ck_assert(!seen[nr]);
		ck_assert_int_eq(chunk_owner(nr), CHUNK_HELD);
		seen[nr] = true;
		n++;
	}
	ck_assert_uint_eq(n, 40 - FAKE_HV_CHUNKS - 4);
	ck_assert_uint_eq(chunks_free(), 0);
	ck_assert_msg(!audit_machine(why, sizeof(why)), "%s", why);
	for (machine = 0; machine < CHUNKS; machine++)
		if (seen[machine])
			chunk_release(machine << CHUNK_SHIFT);
	ck_assert_uint_eq(chunks_free(), n);
	ck_assert_msg(!audit_machine(why, sizeof(why)), "%s", why);
}
END_TEST

/* covers: MEM-5 */
START_TEST(dealt_zeroed)
{
	u32 a, b;

	fake_start(10);
	/* What was in memory at boot is nobody's business either. */
	memset(fake.memory + FAKE_HV_CHUNKS * CHUNK_SIZE, 0xa5, 2 * CHUNK_SIZE);
	fake.attached = &guests[0];
	a = chunk_alloc();
	b = chunk_alloc();
	ck_assert(is_zero(a) && is_zero(b));
	memset(fake.memory + a, 0x5a, CHUNK_SIZE);
	chunk_release(a);
	ck_assert_uint_eq(chunk_alloc(), a);
	ck_assert(is_zero(a));
	memset(fake.memory + a, 0x5a, CHUNK_SIZE);
	chunk_release(a);
	chunk_release(b);
	/* In idle time */
	ck_assert(chunk_clear_one());
	ck_assert(chunk_clear_one());
	ck_assert(!chunk_clear_one());
	ck_assert(is_zero(a) && is_zero(b));
	ck_assert_uint_eq(chunks_free(), 2);
	ck_assert_uint_ne(chunk_alloc(), SILK_I386_NO_CHUNK);
}
END_TEST

/* The guest is gone, its I/O isn't: the chunk is nobody's until then, and the
 * data that comes in last isn't the next owner's. covers: MEM-10 MEM-5 */
START_TEST(orphan)
{
	u32 a, nr;
	char why[160];

	fake_start(9);
	fake.attached = &guests[0];
	a = chunk_alloc();
	nr = a >> CHUNK_SHIFT;
	chunk_pin(nr);
	chunk_pin(nr);
	chunk_release(a);
	ck_assert_int_eq(chunk_owner(nr), CHUNK_ORPHAN);
	ck_assert_msg(!audit_machine(why, sizeof(why)), "%s", why);
	ck_assert_uint_eq(chunks_free(), 0);
	ck_assert(!chunk_clear_one());
	ck_assert_uint_eq(chunk_alloc(), SILK_I386_NO_CHUNK);
	chunk_unpin_machine(nr);
	ck_assert_uint_eq(chunk_alloc(), SILK_I386_NO_CHUNK);
	memset(fake.memory + a, 0x77, CHUNK_SIZE);
	chunk_unpin_machine(nr);
	ck_assert_uint_eq(chunks_free(), 1);
	ck_assert_uint_eq(chunk_alloc(), a);
	ck_assert(is_zero(a));
}
END_TEST

static void unpin(void *nr)
{
	chunk_unpin_machine(*(u32 *)nr);
}

static void release(void *machine)
{
	chunk_release(*(u32 *)machine);
}

/* covers: MEM-10 */
START_TEST(misuse)
{
	u32 nr = 9, a;

	fake_start(10);
	fake.attached = &guests[0];
	ck_assert(fake_panics(unpin, &nr));
	a = chunk_alloc();
	chunk_release(a);
	ck_assert(fake_panics(release, &a));
	a = 0;
	ck_assert(fake_panics(release, &a));
}
END_TEST

/* covers: MEM-6 MEM-7 MEM-3 */
START_TEST(guest_tables)
{
	u32 i, machine;

	start();
	for (i = 0; i < CHUNKS; i++) {
		machine = g->chunks.machine[i];
		if (i >= GUEST_CHUNKS) {
			ck_assert_uint_eq(machine, SILK_I386_NO_CHUNK);
			ck_assert_uint_eq(g->chunks.kind[i], SILK_CHUNK_ABSENT);
			continue;
		}
		ck_assert_uint_eq(g->chunks.reverse[machine >> CHUNK_SHIFT], i << CHUNK_SHIFT);
		ck_assert_uint_eq(g->chunks.kind[i], i < 2 ? SILK_CHUNK_TABLE : SILK_CHUNK_RAM);
	}
	audit_all();
}
END_TEST

/* All of it comes back when a guest ends. covers: LIFE-6 */
START_TEST(guest_ends)
{
	u32 pages, chunks;
	char why[160];

	fake_start(64);
	chunks = chunks_free();
	g = fake_guest(0, GUEST_CHUNKS, 3);
	pages = fake.hv_pages_used;
	machine_attach(g);
	tables_reset(g);
	chunks_remove_all(g);
	ck_assert_uint_eq(chunks_free(), chunks);
	ck_assert_uint_eq(g->chunks.owned, 0);
	/* Three TABLE chunks had two pages each. */
	ck_assert_uint_eq(fake.hv_pages_used, pages - 6);
	ck_assert_msg(!audit_guest(g, why, sizeof(why)), "%s", why);
	ck_assert_msg(!audit_machine(why, sizeof(why)), "%s", why);
}
END_TEST

/* covers: LIFE-8 */
START_TEST(no_memory)
{
	struct guest *h = &guests[5];
	u32 used, n;

	fake_start(12);
	used = fake.hv_pages_used;
	for (n = 0; n < 3; n++) {
		fake.hv_fail_after = n;
		ck_assert_int_eq(chunks_init(h, 4), -1);
		ck_assert_uint_eq(fake.hv_pages_used, used);
	}
	fake.hv_fail_after = ~0u;
	OK(chunks_init(h, 4));
	OK(machine_guest_init(h));
	machine_attach(h);
	fake.hv_fail_after = 0;
	n = chunk_alloc();
	ck_assert_int_eq(chunk_add(h, 3, SILK_CHUNK_TABLE, n), -1);
	ck_assert_int_eq(chunk_owner(n >> CHUNK_SHIFT), CHUNK_HELD);
	ck_assert_uint_eq(h->chunks.owned, 0);
	ck_assert_uint_eq(h->chunks.kind[3], SILK_CHUNK_ABSENT);
	OK(chunk_add(h, 3, SILK_CHUNK_RAM, n));
	ck_assert_uint_eq(h->chunks.owned, 1);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, dealt_once);
	tcase_add_test(c, dealt_zeroed);
	tcase_add_test(c, orphan);
	tcase_add_test(c, misuse);
	tcase_add_test(c, guest_tables);
	tcase_add_test(c, guest_ends);
	tcase_add_test(c, no_memory);
}

UNIT_MAIN("chunk", tests)
