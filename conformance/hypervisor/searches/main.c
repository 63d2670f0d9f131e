// SPDX-License-Identifier: GPL-2.0-only
/*
 * searches - a search for mappings looks at every table, in however many calls it
 * is done, and a change that another takes the place of leaves nothing behind.
 *
 * A thousand page tables, all unlinked. A search may stop anywhere: so the one
 * mapping that it must find stands in each of many tables in turn.
 *
 * guest: mem=32M alone
 * covers: MEM-9 MEM-55 MEM-61 MEM-57 MEM-62 PT-74 PT-75
 */
#include "suite.h"

#define TABLES 3u /* the chunk of the tables */
#define VICTIM 5u
#define LOOKED 520u /* tables in which a mapping is hidden */
#define TRIES  10000u

static uint32_t direct(uint32_t chunk)
{
	return BOOT + (768 + chunk) * 4;
}

static int32_t change(bool give)
{
	return give ? hv_chunk_give(VICTIM) : hv_chunk_convert(VICTIM, SILK_CHUNK_TABLE);
}

/* Until it is decided. */
static uint32_t finish_change(bool give)
{
	int32_t result;
	uint32_t n = 0;

	do {
		result = change(give);
	} while (result == -SILK_EAGAIN && ++n < TRIES);
	return (uint32_t)result;
}

static bool make_tables(void)
{
	uint32_t n = 0;

	set_entry(direct(TABLES), gpa_to_machine(TABLES << 22) | 5 | SILK_I386_LARGE);
	set_entry(direct(VICTIM), 0);
	hv_pt_flush(NULL, 0);
	while (hv_chunk_convert(TABLES, SILK_CHUNK_TABLE) == -SILK_EAGAIN)
		;
	for (uint32_t f = 0; f < 1024; f++)
		n += !hv_pt_alloc((TABLES << 22) + f * PAGE_SIZE, SILK_PT_TABLE);
	return n == 1024;
}

static uint32_t entry_of(uint32_t table)
{
	return (TABLES << 22) + table * PAGE_SIZE + (table * 37 % 1024) * 4;
}

/* Writable for a conversion, read-only for giving back. */
static void every_table(bool give)
{
	uint32_t missed = 0, first = 0;

	test(give ? "MEM-9 MEM-61" : "MEM-9 MEM-55", "a mapping in any table is found, %s",
	     give ? "giving back" : "conversion");
	for (uint32_t table = 0; table < LOOKED && missed < 3; table++) {
		uint32_t at = entry_of(table);

		set_entry(at, gpa_to_machine(VICTIM << 22) | (give ? 5 : 7));
		if (finish_change(give) != ERRNO(EBUSY)) {
			first = missed++ ? first : table;
			/* Make it RAM again, for the rest. */
			while (hv_chunk_convert(VICTIM, SILK_CHUNK_RAM) == -SILK_EAGAIN)
				;
			hv_chunk_take(VICTIM, SILK_CHUNK_RAM);
		}
		set_entry(at, 0);
	}
	expect_that(!missed, "mappings that were missed: expected 0, seen %u, one in table %u",
		    missed, first);
	end();
}

/* The second change must begin anew: what the first looked at was another thing. */
static void instead(bool give)
{
	const uint32_t machine = gpa_to_machine(VICTIM << 22), at = entry_of(2);
	const char *what = give ? "giving back in the place of a conversion"
				: "a conversion in the place of giving back";

	test("MEM-9 MEM-61 PT-74 PT-75", "%s", what);
	if (change(!give) != -SILK_EAGAIN) {
		skip("the search ended in one call");
		return;
	}
	/* Behind the first search; legal meanwhile if that is a conversion. */
	if (give)
		expect(0, set_entry(at, machine | 5), "a read-only entry in a conversion");
	if (change(give) == -SILK_EAGAIN) {
		expect(SILK_CHUNK_CHANGING, chunk_kind(VICTIM), "kind");
		expect(give ? ERRNO(EOWNER) : 0, set_entry(entry_of(0), machine | 5),
		       "a read-only entry in the second change");
		expect(give ? ERRNO(EOWNER) : ERRNO(EKIND),
		       set_entry(entry_of(1), machine | 7), "a writable entry");
	}
	expect(give ? ERRNO(EBUSY) : 0, finish_change(give), "the second change's result");
	set_entry(at, 0);
	set_entry(entry_of(0), 0);
	if (!give)
		while (hv_chunk_convert(VICTIM, SILK_CHUNK_RAM) == -SILK_EAGAIN)
			;
	end();
}

void hostile_main(void)
{
	scene_set();
	if (!make_tables())
		panic("no tables");
	every_table(false);
	every_table(true);
	instead(true);
	instead(false);
}
