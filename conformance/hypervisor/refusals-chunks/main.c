// SPDX-License-Identifier: GPL-2.0-only
/*
 * refusals-chunks - each way in which chunk_convert, chunk_give and chunk_take
 * can be refused, and which one counts where two hold. Refusals for I/O in
 * flight are in refusals-block, those at the limits in chunk-limits.
 *
 * guest: mem=24M maxmem=28M
 * covers: CALL-4 CALL-7 CALL-8 MEM-3 MEM-4 MEM-9 MEM-11 MEM-12 MEM-50 MEM-51
 * covers: MEM-52 MEM-54 MEM-55 MEM-58 MEM-59 MEM-61 MEM-63 MEM-64 MEM-65 MEM-66
 */
#include "suite.h"

#define RAM   SILK_CHUNK_RAM
#define TABLE SILK_CHUNK_TABLE
#define LAST  (SILK_CHUNKS - 1)

static void converts(void)
{
	const uint32_t chunk = SPARE_CHUNK;
	const struct refusal rows[] = {
		R(CONVERT_OWNER, chunk_convert, LAST, TABLE, 0, LAST),
		R(CONVERT_OWNER, chunk_convert, LAST + 1, TABLE, 0, LAST + 1),
		R(CONVERT_OWNER, chunk_convert, ~0u, RAM, 0, ~0u),
		R(CONVERT_OWNER, chunk_convert, 1u << 22, RAM, 0, 1u << 22),
		R(CONVERT_KIND, chunk_convert, chunk, SILK_CHUNK_ABSENT, 0, 0),
		R(CONVERT_KIND, chunk_convert, chunk, SILK_CHUNK_CHANGING, 0, 3),
		R(CONVERT_KIND, chunk_convert, chunk, 0x102, 0, 0x102),
		R(CONVERT_SAME, chunk_convert, chunk, RAM, 0, chunk),
		R(CONVERT_TABLES, chunk_convert, 0, RAM, 0, 0),
		R(CONVERT_MAPPED, chunk_convert, chunk, TABLE, 0, chunk),
		PAIR(CONVERT_OWNER, CONVERT_KIND, chunk_convert, LAST, 3, 0, LAST),
		PAIR(CONVERT_KIND, CONVERT_TABLES, chunk_convert, 0, 3, 0, 3),
		PAIR(CONVERT_KIND, CONVERT_MAPPED, chunk_convert, chunk, 7, 0, 7),
		PAIR(CONVERT_SAME, CONVERT_TABLES, chunk_convert, 0, TABLE, 0, 0),
		PAIR(CONVERT_SAME, CONVERT_MAPPED, chunk_convert, chunk, RAM, 0,
		     chunk),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

static void gives(void)
{
	const uint32_t chunk = SPARE_CHUNK;
	const struct refusal rows[] = {
		R(GIVE_OWNER, chunk_give, LAST, 0, 0, LAST),
		R(GIVE_OWNER, chunk_give, LAST + 1, 0, 0, LAST + 1),
		R(GIVE_OWNER, chunk_give, ~0u, 0, 0, ~0u),
		R(GIVE_KIND, chunk_give, 0, 0, 0, 0),
		R(GIVE_MAPPED, chunk_give, chunk, 0, 0, chunk),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

/* Each kind of mapping that must be found: the only one of chunk 3. */
static void every_mapping(void)
{
	const uint32_t chunk = 3, table = table_alloc(SILK_PT_TABLE),
		       base = gpa_to_machine(chunk << 22);
	const struct {
		uint32_t at, value;
		bool writable;
		const char *note;
	} maps[] = {
		{ scene.linked + 4092, base | 0x3ff007, true, "a page" },
		{ scene.linked, base | 0x5, false, "a read-only page" },
		{ table + 2048, base | 0x1007, true,
		  "a page of a table that isn't linked" },
		{ scene.child + 8, base | 0x7, true,
		  "a page in a directory that isn't loaded" },
		{ BOOT + 45 * 4, base | 0x87, true, "4 MB" },
		{ scene.parent + 767 * 4, base | 0x87, true,
		  "4 MB in a directory that isn't loaded" },
		{ BOOT + 958 * 4, base | 0x87, true, "4 MB of the kernel range" },
		{ scene.childless, base | 0x85, false, "4 MB read-only" },
	};
	const uint32_t direct = BOOT + (768 + chunk) * 4, old = entry_at(direct);

	set_entry(direct, 0);
	hv_pt_flush(NULL, 0);
	for (uint32_t i = 0; i < ARRAY_SIZE(maps); i++) {
		struct refusal give = R(GIVE_MAPPED, chunk_give, chunk, 0, 0, chunk);
		struct refusal convert = R(CONVERT_MAPPED, chunk_convert, chunk,
					   TABLE, 0, chunk);

		if (set_entry(maps[i].at, maps[i].value)) {
			refuse_title(&give);
			error("%s was refused", maps[i].note);
			continue;
		}
		give.note = convert.note = maps[i].note;
		refuse(&give);
		if (maps[i].writable)
			refuse(&convert);
		set_entry(maps[i].at, 0);
	}
	set_entry(direct, old & ~0x60u);
	table_free(table, SILK_PT_TABLE);
}

/* MEM-61 before it is known may be MEM-62; the tables' states in the way. */
static void every_state(void)
{
	const uint32_t chunk = 4, base = chunk << 22;
	const uint32_t direct = BOOT + (768 + chunk) * 4, old = entry_at(direct);
	struct refusal tables = R(CONVERT_TABLES, chunk_convert, chunk, RAM, 0,
				  chunk);
	int32_t result;

	set_entry(direct, gpa_to_machine(base) | 0x85);
	hv_pt_flush(NULL, 0);
	do {
		result = hv_chunk_convert(chunk, TABLE);
	} while (result == -SILK_EAGAIN);
	test("MEM-4 PT-3", "a RAM chunk becomes a TABLE chunk");
	expect(0, (uint32_t)result, "result");
	expect(TABLE, chunk_kind(chunk), "its kind");
	expect('F', (uint32_t)frame_state(base + 1023 * PAGE_SIZE), "a frame");
	end();
	hv_pt_alloc(base + 1023 * PAGE_SIZE, SILK_PT_TABLE);
	tables.note = "an UNLINKED table in the last frame";
	refuse(&tables);
	set_entry(BOOT + 46 * 4, link_to(base + 1023 * PAGE_SIZE));
	tables.note = "a LINKED table";
	refuse(&tables);
	set_entry(BOOT + 46 * 4, 0);
	hv_pt_flush(NULL, 0);
	hv_pt_free(base + 1023 * PAGE_SIZE);
	hv_pt_alloc(base, SILK_PT_DIRECTORY);
	tables.note = "a directory";
	refuse(&tables);
	hv_pt_free(base);
	test("MEM-4 PT-3", "a TABLE chunk becomes a RAM chunk");
	do {
		result = hv_chunk_convert(chunk, RAM);
	} while (result == -SILK_EAGAIN);
	expect(0, (uint32_t)result, "result");
	expect(RAM, chunk_kind(chunk), "its kind");
	expect(ERRNO(EKIND), (uint32_t)hv_pt_alloc(base, SILK_PT_TABLE),
	       "pt_alloc in it");
	end();
	set_entry(direct, old & ~0x60u);
}

static uint32_t give(uint32_t chunk)
{
	int32_t result;

	do {
		result = hv_chunk_give(chunk);
	} while (result == -SILK_EAGAIN);
	return (uint32_t)result;
}

static void takes(void)
{
	const uint32_t absent = info()->chunks, bad = SILK_CHUNKS;
	const struct refusal rows[] = {
		R(TAKE_RANGE, chunk_take, bad, RAM, 0, bad),
		R(TAKE_RANGE, chunk_take, ~0u, RAM, 0, ~0u),
		R(TAKE_KIND, chunk_take, absent, 0, 0, 0),
		R(TAKE_KIND, chunk_take, absent, 3, 0, 3),
		R(TAKE_KIND, chunk_take, absent, 0x101, 0, 0x101),
		R(TAKE_PRESENT, chunk_take, 0, RAM, 0, 0),
		R(TAKE_PRESENT, chunk_take, SPARE_CHUNK, TABLE, 0, SPARE_CHUNK),
		PAIR(TAKE_RANGE, TAKE_KIND, chunk_take, bad, 3, 0, bad),
		PAIR(TAKE_KIND, TAKE_PRESENT, chunk_take, 0, 3, 0, 3),
	};
	const struct refusal full[] = {
		R(TAKE_MEMORY, chunk_take, LAST, RAM, 0, LAST),
		R(TAKE_MEMORY, chunk_take, LAST, TABLE, 0, LAST),
		PAIR(TAKE_RANGE, TAKE_MEMORY, chunk_take, bad, RAM, 0, bad),
		PAIR(TAKE_KIND, TAKE_MEMORY, chunk_take, LAST, 3, 0, 3),
		PAIR(TAKE_PRESENT, TAKE_MEMORY, chunk_take, 0, RAM, 0, 0),
	};
	uint32_t owned = info()->chunks;

	refuse_all(rows, ARRAY_SIZE(rows));
	while (owned <= info()->chunk_limit && !hv_chunk_take(owned, RAM))
		owned++;
	test("MEM-12", "no more chunks than chunk_limit");
	expect_that(owned <= info()->chunk_limit, "chunks: expected %u, seen %u",
		    info()->chunk_limit, owned);
	end();
	refuse_all(full, ARRAY_SIZE(full));
	/* One given back makes room for another. */
	if (owned == info()->chunks)
		return;
	test("MEM-11 MEM-12", "a chunk given back can be taken again");
	expect(0, give(owned - 1), "given");
	expect(SILK_CHUNK_ABSENT, chunk_kind(owned - 1), "its kind");
	expect(0, (uint32_t)hv_chunk_take(LAST, RAM), "taken as the last number");
	expect(RAM, chunk_kind(LAST), "its kind");
	expect(0, give(LAST), "and given");
	end();
}

void hostile_main(void)
{
	scene_set();
	converts();
	gives();
	every_mapping();
	every_state();
	takes();
}
