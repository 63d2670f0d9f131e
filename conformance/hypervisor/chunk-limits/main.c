// SPDX-License-Identifier: GPL-2.0-only
/*
 * chunk-limits - refusals for want of memory, and searches for mappings that
 * take more than one call: a guest with as many TABLE chunks as there may be,
 * and thousands of page tables.
 *
 * guest: mem=144M maxmem=152M alone
 * covers: LIFE-5 LIFE-56 MEM-4 MEM-9 MEM-12 MEM-14 MEM-55 MEM-56 MEM-57 MEM-62
 * covers: MEM-66 CALL-7 PT-74 PT-75
 */
#include "image.h"
#include "suite.h"

#define FIRST 3u /* the first chunk to be converted */
#define AT    (scene.linked + 52)

static uint32_t direct(uint32_t chunk)
{
	return BOOT + (768 + chunk) * 4;
}

static uint32_t convert(uint32_t chunk, uint32_t kind)
{
	int32_t result;

	do {
		result = hv_chunk_convert(chunk, kind);
	} while (result == -SILK_EAGAIN);
	return (uint32_t)result;
}

/* ---- set_kernel ---- */

static void kernels(void)
{
	const uint32_t gpa = 4u << 22;
	struct refusal memory = R(KERNEL_MEMORY, set_kernel, gpa, SILK_KERNEL_MAX,
				  0, SILK_KERNEL_MAX);
	int32_t result;

	smallest_image(gpa_to_va(gpa), false);
	test("LIFE-5", "set_kernel with a small image, and forgetting it");
	if (!feature(SILK_GROUP_CORE, SILK_F_CORE_KERNEL)) {
		expect(ERRNO(ENOMEM), (uint32_t)hv_set_kernel(gpa, 84),
		       "without the feature");
		skip("feature CORE_KERNEL");
		return;
	}
	expect(0, (uint32_t)hv_set_kernel(gpa, 84), "result");
	expect(0, (uint32_t)hv_set_kernel(ABSENT_GPA, 0), "length 0");
	end();
	result = hv_set_kernel(gpa, SILK_KERNEL_MAX);
	if (result == -SILK_ENOMEM) {
		refuse(&memory);
		return;
	}
	test("LIFE-5", "set_kernel with an image of the longest length");
	expect(0, (uint32_t)result, "result");
	expect(0, (uint32_t)hv_set_kernel(0, 0), "forgotten");
	end();
	test("LIFE-56", "KERNEL_MEMORY");
	skip("the subject had memory for 32 MB");
}

/* ---- 32 TABLE chunks ---- */

static void tables(void)
{
	uint32_t n = info()->table_chunks, c = FIRST, last;
	uint32_t result = 0;

	test("MEM-4 MEM-12", "as many TABLE chunks as there may be");
	for (; n < SILK_TABLE_CHUNKS_MAX && c < info()->low_chunks; n++, c++) {
		set_entry(direct(c), gpa_to_machine(c << 22) | 0x85);
		hv_pt_flush(NULL, 0);
		result = convert(c, SILK_CHUNK_TABLE);
		if (result)
			break;
	}
	expect_that(!result || result == ERRNO(ENOMEM),
		    "result: expected 0 or no memory, seen %d", (int)result);
	end();
	last = c;
	if (!result)
		set_entry(direct(last), gpa_to_machine(last << 22) | 0x85);
	hv_pt_flush(NULL, 0);
	const struct refusal rows[] = {
		R(CONVERT_MEMORY, chunk_convert, last, SILK_CHUNK_TABLE, 0, last),
		PAIR(CONVERT_MAPPED, CONVERT_MEMORY, chunk_convert, last + 1,
		     SILK_CHUNK_TABLE, 0, last + 1),
		PAIR(CONVERT_SAME, CONVERT_MEMORY, chunk_convert, FIRST,
		     SILK_CHUNK_TABLE, 0, FIRST),
		PAIR(CONVERT_KIND, CONVERT_MEMORY, chunk_convert, last, 3, 0, 3),
		R(TAKE_MEMORY, chunk_take, info()->chunks, SILK_CHUNK_TABLE, 0,
		  info()->chunks),
	};

	refuse_all(rows, ARRAY_SIZE(rows));
}

/* ---- long searches ---- */

static uint32_t many_tables(void)
{
	uint32_t n = 0;

	for (uint32_t c = FIRST; c < FIRST + 20; c++)
		for (uint32_t f = 0; f < 1024; f += 2)
			n += !hv_pt_alloc((c << 22) + f * PAGE_SIZE, SILK_PT_TABLE);
	return n;
}

static void search(bool give)
{
	const uint32_t chunk = info()->low_chunks - info()->table_chunks;
	const uint32_t machine = gpa_to_machine(chunk << 22);
	struct refusal again = R(CONVERT_AGAIN, chunk_convert, chunk, 0, 0, chunk);
	uint32_t calls = 1;
	int32_t result;

	if (give)
		again = (struct refusal)R(GIVE_AGAIN, chunk_give, chunk, 0, 0, chunk);
	set_entry(direct(chunk), 0);
	hv_pt_flush(NULL, 0);
	/* A TABLE chunk less, so that there is room for this one. */
	result = give ? hv_chunk_give(chunk) : hv_chunk_convert(chunk, SILK_CHUNK_TABLE);
	refuse_title(&again);
	if (result != -SILK_EAGAIN) {
		skip("the subject's search ended in one call, with %d", (int)result);
		return;
	}
	refuse_check(&again, again.call, 0);
	expect(SILK_CHUNK_CHANGING, chunk_kind(chunk), "kind");
	expect(give ? ERRNO(EOWNER) : ERRNO(EKIND), set_entry(AT, machine | 7),
	       "a writable entry meanwhile");
	expect(give ? ERRNO(EOWNER) : 0, set_entry(AT, machine | 5),
	       "a read-only entry meanwhile");
	set_entry(AT, 0);
	end();
	test("MEM-9", "another %s gives it up", give ? "chunk_give" : "chunk_convert");
	if (give)
		hv_chunk_give(SILK_CHUNKS);
	else
		hv_chunk_convert(SILK_CHUNKS, 0);
	expect(SILK_CHUNK_RAM, chunk_kind(chunk), "kind");
	expect(0, set_entry(AT, machine | 7), "a writable entry");
	set_entry(AT, 0);
	hv_pt_flush(NULL, 0);
	end();
	test("MEM-9", "the search of a %s ends", give ? "chunk_give" : "chunk_convert");
	do {
		result = give ? hv_chunk_give(chunk) : hv_chunk_convert(chunk, SILK_CHUNK_TABLE);
	} while (result == -SILK_EAGAIN && ++calls < 100000);
	expect(0, (uint32_t)result, "result");
	expect(give ? SILK_CHUNK_ABSENT : SILK_CHUNK_TABLE, chunk_kind(chunk), "kind");
	end();
	if (!give)
		convert(chunk, SILK_CHUNK_RAM);
}

void hostile_main(void)
{
	scene_set();
	kernels();
	tables();
	/* One of them back, for the search's sake. */
	convert(FIRST + 25, SILK_CHUNK_RAM);
	test("PT-11", "thousands of page tables");
	expect(20 * 512, many_tables(), "tables");
	end();
	search(false);
	search(true);
}
