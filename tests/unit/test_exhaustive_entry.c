// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_exhaustive_entry.c - entry.h against an oracle written from the rules
 * alone, for every one of the 2^32 values of an entry and every kind of chunk.
 *
 * The work is dealt in blocks to as many threads as there are CPUs; the inner
 * loop only adds up differences, and a block that has one is gone through again
 * to name it.
 */
#include <check.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "hypervisor/core/entry.h"

#define BLOCK_BITS 24
#define BLOCKS     (1u << (32 - BLOCK_BITS))
#define KINDS      4u

static const char *const kind_name[KINDS] = { "ABSENT", "RAM", "TABLE", "CHANGING" };

/* Bit by bit, with no constant of the header: Intel SDM volume 3, 4.3, tables
 * 4-4 to 4-6, and the rules of PT-5, PT-7 and PT-21. */
#define BIT(e, n) ((e) >> (n)&1)

static inline enum silk_refusal oracle_mapping(uint32_t e, uint32_t kind, int wrong)
{
	if (!BIT(e, 0))
		return SILK_R_NONE;
	if (wrong)
		return SILK_R_ENTRY_BITS;
	if (kind == SILK_CHUNK_ABSENT)
		return SILK_R_ENTRY_OWNER;
	if (kind != SILK_CHUNK_RAM && BIT(e, 1))
		return SILK_R_ENTRY_WRITABLE;
	return SILK_R_NONE;
}

static inline enum silk_refusal oracle_leaf(uint32_t e, uint32_t kind)
{
	/* write-through, cache disable, PAT, global */
	return oracle_mapping(e, kind, BIT(e, 3) | BIT(e, 4) | BIT(e, 7) | BIT(e, 8));
}

static inline enum silk_refusal oracle_large(uint32_t e, uint32_t kind)
{
	int wrong = BIT(e, 3) | BIT(e, 4) | BIT(e, 8);

	/* PAT, and the physical address's high part, which is not ours */
	wrong |= BIT(e, 12) | BIT(e, 13) | BIT(e, 14) | BIT(e, 15) | BIT(e, 16) |
		 BIT(e, 17) | BIT(e, 18) | BIT(e, 19) | BIT(e, 20) | BIT(e, 21);
	return oracle_mapping(e, kind, wrong);
}

static inline enum silk_refusal oracle_link(uint32_t e, uint32_t kind)
{
	if (!BIT(e, 0))
		return SILK_R_NONE;
	if (BIT(e, 3) | BIT(e, 4) | BIT(e, 7) | BIT(e, 8))
		return SILK_R_ENTRY_BITS;
	if (kind == SILK_CHUNK_ABSENT)
		return SILK_R_ENTRY_OWNER;
	return kind == SILK_CHUNK_RAM ? SILK_R_LINK_KIND : SILK_R_NONE;
}

/* ---- one block of one (form, kind) ---- */

/*
 * The block loops take the time: a loop for each kind, so that the kind is a
 * constant there, in wide vectors on a processor that has them.
 */
#if defined(__x86_64__) && defined(__gnu_linux__)
#define BLOCK_LOOP __attribute__((noinline, target_clones("avx2", "default")))
#else
#define BLOCK_LOOP __attribute__((noinline))
#endif

#define DIFFER(form, check) \
	static inline __attribute__((always_inline)) \
	uint32_t form##_loop(uint32_t first, uint32_t kind) \
	{ \
		uint32_t i, bad = 0; \
		for (i = 0; i < 1u << BLOCK_BITS; i++) \
			bad |= (uint32_t)check(first + i, kind) ^ \
			       (uint32_t)oracle_##form(first + i, kind); \
		return bad; \
	} \
	static BLOCK_LOOP uint32_t form##_block(uint32_t first, uint32_t kind) \
	{ \
		switch (kind) { \
		case SILK_CHUNK_ABSENT: \
			return form##_loop(first, SILK_CHUNK_ABSENT); \
		case SILK_CHUNK_RAM: \
			return form##_loop(first, SILK_CHUNK_RAM); \
		case SILK_CHUNK_TABLE: \
			return form##_loop(first, SILK_CHUNK_TABLE); \
		default: \
			return form##_loop(first, SILK_CHUNK_CHANGING); \
		} \
	} \
	static void form##_report(uint32_t first, uint32_t kind) \
	{ \
		uint32_t i; \
		for (i = 0; i < 1u << BLOCK_BITS; i++) { \
			int got = (int)check(first + i, kind); \
			int want = (int)oracle_##form(first + i, kind); \
			if (got != want) { \
				fprintf(stderr, #form " entry %08" PRIx32 ", chunk %s: " \
						      "refusal %d expected, got %d\n", \
					first + i, kind_name[kind], want, got); \
				return; \
			} \
		} \
	}

DIFFER(leaf, entry_check)
DIFFER(large, entry_check_large)
DIFFER(link, entry_check_link)

/* Stored: the USER bit and nothing else, in a present entry; a link is told
 * from a 4 MB entry by bit 7. */
static BLOCK_LOOP uint32_t stored_block(uint32_t first, uint32_t kind)
{
	uint32_t i, bad = 0;

	(void)kind;
	for (i = 0; i < 1u << BLOCK_BITS; i++) {
		uint32_t e = first + i;
		uint32_t want = e | (BIT(e, 0) ? 4u : 0u);
		uint32_t link = BIT(e, 0) & (BIT(e, 7) ^ 1);

		bad |= (entry_stored(e) ^ want) | ((uint32_t)entry_is_link(e) ^ link);
	}
	return bad;
}

static void stored_report(uint32_t first, uint32_t kind)
{
	(void)kind;
	fprintf(stderr, "entry_stored or entry_is_link differs from %08" PRIx32 " on\n", first);
}

struct job {
	uint32_t (*block)(uint32_t first, uint32_t kind);
	void (*report)(uint32_t first, uint32_t kind);
	uint32_t kind;
	atomic_uint next, bad;
};

static void *worker(void *arg)
{
	struct job *j = arg;
	uint32_t n;

	while ((n = atomic_fetch_add(&j->next, 1)) < BLOCKS) {
		if (!j->block(n << BLOCK_BITS, j->kind))
			continue;
		if (!atomic_fetch_add(&j->bad, 1))
			j->report(n << BLOCK_BITS, j->kind);
	}
	return NULL;
}

static void all_entries(struct job *j)
{
	long i, threads = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t thread[64];

	if (threads < 1 || threads > 64)
		threads = 2;
	for (i = 0; i < threads; i++)
		ck_assert(!pthread_create(&thread[i], NULL, worker, j));
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	ck_assert_msg(!j->bad, "%u blocks differ", j->bad);
}

static void timed(const char *what, struct job *j)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	all_entries(j);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("2^32 %s, chunk %s: %.1f s\n", what, kind_name[j->kind],
	       (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
	fflush(stdout);
}

/* covers: PT-1 PT-5 PT-7 PT-15 PT-73 PT-74 PT-75 MEM-3 */
START_TEST(leaf_entries)
{
	struct job j = { leaf_block, leaf_report, (uint32_t)_i, 0, 0 };

	timed("page-table entries", &j);
}
END_TEST

/* covers: PT-5 PT-7 PT-15 PT-21 PT-73 PT-74 PT-75 MEM-3 */
START_TEST(large_entries)
{
	struct job j = { large_block, large_report, (uint32_t)_i, 0, 0 };

	timed("4 MB entries", &j);
}
END_TEST

/* covers: PT-5 PT-15 PT-73 PT-74 PT-76 MEM-3 */
START_TEST(link_entries)
{
	struct job j = { link_block, link_report, (uint32_t)_i, 0, 0 };

	timed("links", &j);
}
END_TEST

/* covers: PT-6 PT-15 */
START_TEST(stored_entries)
{
	struct job j = { stored_block, stored_report, 0, 0, 0 };

	timed("stored entries", &j);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("exhaustive_entry");
	TCase *c = tcase_create("entries");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c);
	tcase_set_timeout(c, 300);
	tcase_add_loop_test(c, leaf_entries, 0, KINDS);
	tcase_add_loop_test(c, large_entries, 0, KINDS);
	tcase_add_loop_test(c, link_entries, 0, KINDS);
	tcase_add_test(c, stored_entries);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
