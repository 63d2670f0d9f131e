// SPDX-License-Identifier: GPL-2.0-only
/*
 * chunks.c - chunks that change their kind or their owner while something maps
 * them: in the user range, in the kernel range, in a table that is linked
 * nowhere, in a directory that is not loaded, in the queue, or in a translation
 * cache that nobody flushed.
 */
#include "attack.h"

#define VICTIM       3u /* guest chunk */
#define VICTIM_GPA   (VICTIM << 22)
#define DIRECT       (SILK_I386_KERNEL_BASE + VICTIM_GPA)
#define DIRECT_ENTRY (BOOT + (DIRECT >> 22) * 4)
#define VA           0x30000000u /* where it is mapped otherwise */
#define VA_ENTRY     (BOOT + (VA >> 22) * 4)

static uint32_t write(uint32_t entry, uint32_t value)
{
	return ways[0].write(entry, value);
}

static uint32_t again(int32_t (*call)(uint32_t chunk, uint32_t kind),
		      uint32_t kind)
{
	int32_t result;

	for (uint32_t i = 0; i < 10000; i++) {
		result = call(VICTIM, kind);
		if (result != -SILK_EAGAIN)
			break;
	}
	return result < 0 ? (uint32_t)-result : 0;
}

static int32_t give_call(uint32_t chunk, uint32_t kind)
{
	(void)kind;
	return hv_chunk_give(chunk);
}

static uint32_t convert(uint32_t kind)
{
	return again(hv_chunk_convert, kind);
}

static uint32_t give(void)
{
	return again(give_call, 0);
}

static uint32_t take(uint32_t kind)
{
	return again(hv_chunk_take, kind);
}

static void read_at(uint32_t at)
{
	*(volatile uint32_t *)at;
}

static void write_at(uint32_t at)
{
	*(volatile uint32_t *)at = 0xbad;
}

/* Entries that keep the chunk from changing: where, and what. */
static uint32_t page(uint32_t flags)
{
	return gpa_to_machine(VICTIM_GPA + 0x7000) | flags;
}

static uint32_t whole(uint32_t flags)
{
	return gpa_to_machine(VICTIM_GPA) | SILK_I386_LARGE | flags;
}

static void still_mapped(uint32_t entry, uint32_t value, const char *where)
{
	bool writable = value & SILK_I386_WRITABLE;

	expect(0, write(entry, value), "%s: mapped", where);
	if (writable)
		expect(SILK_EBUSY, convert(SILK_CHUNK_TABLE), "%s: converted", where);
	expect(SILK_CHUNK_RAM, chunk_kind(VICTIM), "%s: kind", where);
	expect(SILK_EBUSY, give(), "%s: given", where);
	expect(SILK_CHUNK_RAM, chunk_kind(VICTIM), "%s: kind", where);
	expect(0, write(entry, 0), "%s: unmapped", where);
}

static void mapped(void)
{
	begin("changed-while-mapped");
	expect(0, write(DIRECT_ENTRY, 0), "out of the direct map");
	for (uint32_t flags = 5; flags <= 7; flags += 2) {
		still_mapped(VA_ENTRY, whole(flags), "user range, 4 MB");
		still_mapped(table + 0x3fc, page(flags), "a linked table");
		still_mapped(spare_table + 0xffc, page(flags), "an unlinked table");
		still_mapped(directory + 4, whole(flags), "another directory");
		still_mapped(DIRECT_ENTRY, whole(flags), "kernel range");
		still_mapped(directory + 955 * 4, whole(flags),
			     "kernel range by another directory");
	}
	end();
}

/* An operation in the queue comes before the call that finds it there. */
static void queued(void)
{
	struct silk_mmu_op *q = (struct silk_mmu_op *)SILK_I386_QUEUE;

	begin("changed-while-queued");
	q[0].target = table + 0x3fc;
	q[0].value = page(7);
	vcpu()->queue_count = 1;
	expect(SILK_EBUSY, convert(SILK_CHUNK_TABLE),
	       "converted");
	expect(0, vcpu()->queue_error, "the queue's error");
	expect(0, write(table + 0x3fc, 0), "unmapped");
	end();
}

/* Warm the translation cache, take the entry away without a flush, convert. */
static void stale_convert(void)
{
	begin("stale-after-convert");
	for (uint32_t round = 0; round < 20; round++) {
		bool large = round & 1;
		uint32_t entry = large ? VA_ENTRY : table + 0x7c;
		uint32_t at = large ? VA + 0x7000 : (39u << 22) + 0x1f000;

		expect(0, write(entry, large ? whole(7) : page(7)), "mapped");
		*(volatile uint32_t *)at = round;
		expect(0, write(entry, 0), "unmapped");
		expect(0, convert(SILK_CHUNK_TABLE), "converted");
		attempt(write_at, at);
		expect(V_PF, trap.vector, "written by a stale mapping");
		expect(SILK_EKIND, write(entry, large ? whole(7) : page(7)),
		       "mapped writable as a table");
		expect(0, write(entry, large ? whole(5) : page(5)),
		       "mapped readable as a table");
		expect(round, *(volatile uint32_t *)at, "its contents");
		attempt(write_at, at);
		expect(V_PF, trap.vector, "written");
		expect(PF_PRESENT | PF_WRITE, trap.error, "written: error code");
		expect(0, write(entry, 0), "unmapped");
		/* A frame in use keeps it from coming back. */
		expect(0, (uint32_t)-hv_pt_alloc(VICTIM_GPA + 0x7000, SILK_PT_TABLE),
		       "a table in it");
		expect(SILK_EBUSY, convert(SILK_CHUNK_RAM), "back with a table in it");
		expect(0, (uint32_t)-hv_pt_free(VICTIM_GPA + 0x7000), "freed");
		expect(0, convert(SILK_CHUNK_RAM), "back");
	}
	end();
}

/* Read-only, the mapping may stay; the cache must not let it be written. */
static void stale_rights(void)
{
	begin("stale-rights");
	for (uint32_t round = 0; round < 20; round++) {
		expect(0, write(VA_ENTRY, whole(7)), "mapped");
		*(volatile uint32_t *)VA = round;
		expect(0, write(VA_ENTRY, whole(5)), "read-only, not flushed");
		expect(0, convert(SILK_CHUNK_TABLE), "converted");
		attempt(write_at, VA);
		expect(V_PF, trap.vector, "written by a stale right");
		expect(round, *(volatile uint32_t *)VA, "its contents");
		expect(0, convert(SILK_CHUNK_RAM), "back");
		expect(0, write(VA_ENTRY, 0), "unmapped");
	}
	end();
}

static void stale_give(void)
{
	begin("stale-after-give");
	for (uint32_t round = 0; round < 10; round++) {
		uint32_t machine = gpa_to_machine(VICTIM_GPA);

		expect(0, write(VA_ENTRY, whole(7)), "mapped");
		*(volatile uint32_t *)(VA + 0x9000) = 0x5ec8e7;
		expect(0, write(VA_ENTRY, 0), "unmapped");
		expect(0, give(), "given");
		attempt(read_at, VA + 0x9000);
		expect(V_PF, trap.vector, "read by a stale mapping");
		expect(SILK_EOWNER, write(VA_ENTRY, machine | 0x87), "mapped: it is gone");
		expect(SILK_EOWNER, write(table + 8, machine | 5), "a page of it");
		expect(SILK_EOWNER, give(), "given twice");
		expect(SILK_I386_NO_CHUNK,
		       ((uint32_t *)SILK_I386_CHUNK_MACHINE)[VICTIM], "CHUNK_MACHINE");
		expect(SILK_I386_NO_CHUNK,
		       ((uint32_t *)SILK_I386_MACHINE_CHUNK)[machine >> 22],
		       "MACHINE_CHUNK");
		expect(0, take(SILK_CHUNK_RAM), "taken again");
		expect(SILK_ESTATE, take(SILK_CHUNK_RAM), "taken twice");
		expect(0, write(VA_ENTRY, whole(7)), "mapped");
		for (uint32_t i = 0; i < CHUNK_SIZE; i += 4)
			if (*(volatile uint32_t *)(VA + i))
				expect(0, *(volatile uint32_t *)(VA + i),
				       "what it holds at %x", i);
		expect(0, write(VA_ENTRY, 0), "unmapped");
	}
	end();
}

/* A frame that was a directory and becomes a table, or the other way round:
 * caches of the way to it must be gone. */
static void stale_level(void)
{
	const uint32_t at = BOOT + 43 * 4, va = 43u << 22;

	begin("stale-level");
	for (uint32_t round = 0; round < 20; round++) {
		expect(0, (uint32_t)-hv_pt_alloc(free_frame, SILK_PT_TABLE), "table");
		expect(0, write(free_frame, spare_page(9) | 7), "its page");
		expect(0, write(at, link_to(free_frame)), "linked");
		*(volatile uint32_t *)va = round;
		expect(0, write(at, 0), "unlinked, not flushed");
		expect(0, (uint32_t)-hv_pt_free(free_frame), "freed");
		expect(0, (uint32_t)-hv_pt_alloc(free_frame, SILK_PT_DIRECTORY),
		       "a directory now");
		expect(0, write(free_frame, whole(5)), "with a page");
		attempt(write_at, va);
		expect(V_PF, trap.vector, "used as a table still");
		expect(0, (uint32_t)-hv_pt_free(free_frame), "freed");
		expect(0, (uint32_t)-hv_pt_alloc(free_frame, SILK_PT_TABLE), "table");
		for (uint32_t i = 0; i < 1024; i++)
			if (entry_at(free_frame + i * 4))
				expect(0, entry_at(free_frame + i * 4), "fresh: %u", i);
		expect(0, (uint32_t)-hv_pt_free(free_frame), "freed");
	}
	end();
}

static void kinds(void)
{
	begin("kinds-and-numbers");
	expect(SILK_EBUSY, (uint32_t)-hv_chunk_convert(0, SILK_CHUNK_RAM),
	       "the boot directory's chunk");
	expect(SILK_EKIND, (uint32_t)-hv_chunk_give(0), "given");
	expect(SILK_EBUSY, (uint32_t)-hv_chunk_convert(1, SILK_CHUNK_TABLE),
	       "the kernel's own");
	expect(SILK_EBUSY, (uint32_t)-hv_chunk_give(1), "given");
	for (uint32_t chunk = 4; chunk < 0x10000; chunk += chunk < 1100 ? 1 : 997) {
		expect(SILK_EOWNER, (uint32_t)-hv_chunk_convert(chunk, SILK_CHUNK_TABLE),
		       "chunk %x converted", chunk);
		expect(SILK_EOWNER, (uint32_t)-hv_chunk_give(chunk), "given");
		if (chunk >= SILK_CHUNKS)
			expect(SILK_ERANGE, (uint32_t)-hv_chunk_take(chunk, SILK_CHUNK_RAM),
			       "chunk %x taken", chunk);
	}
	for (uint32_t kind = 3; kind < 40; kind++)
		expect(SILK_EINVAL, (uint32_t)-hv_chunk_convert(VICTIM, kind),
		       "kind %u", kind);
	expect(SILK_ENOMEM, (uint32_t)-hv_chunk_take(500, SILK_CHUNK_RAM),
	       "more than the limit");
	end();
}

void chunk_attacks(void)
{
	mapped();
	queued();
	stale_convert();
	stale_rights();
	stale_give();
	stale_level();
	kinds();
}
