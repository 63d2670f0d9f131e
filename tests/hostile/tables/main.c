// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables - attacks on page tables: entries that name what is not ours or would
 * make a table writable, by each operation and each way to write one; links
 * that would alias tables; frames freed while in use; chunks that change while
 * mapped, or while a translation cache still holds the mapping.
 *
 * A refused write must leave the entry. At the end all tables are walked: each
 * present entry must obey the rule.
 *
 * covers: PT-2 PT-3 PT-4 PT-5 PT-6 PT-7 PT-8 PT-9 PT-12 PT-14 PT-15 PT-16 PT-20
 * covers: PT-21 PT-24 PT-26 MEM-4 MEM-5 MEM-7 MEM-9 MEM-11 MEM-12 GEN-7 CALL-4
 */
#include "attack.h"

uint32_t table, spare_table, directory, free_frame;

/* ---- ways to write one entry ---- */

static uint32_t diag_error(int32_t result)
{
	return result < 0 ? (uint32_t)-result : 0;
}

static uint32_t by_set(uint32_t entry, uint32_t value)
{
	struct silk_mmu_op op = { entry | SILK_OP_SET, value };

	return diag_error(hv_pt_batch(&op, 1));
}

static uint32_t by_keep(uint32_t entry, uint32_t value)
{
	struct silk_mmu_op op = { entry | SILK_OP_SET_KEEP, value };

	return diag_error(hv_pt_batch(&op, 1));
}

static uint32_t by_run(uint32_t entry, uint32_t value)
{
	return diag_error(hv_pt_run(entry, 1, &value));
}

static uint32_t by_queue(uint32_t entry, uint32_t value)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	queue[0].target = entry | SILK_OP_SET;
	queue[0].value = value;
	vcpu()->queue_error = 0;
	vcpu()->queue_count = 1;
	hv_deliver_events();
	return vcpu()->queue_error;
}

const struct way ways[WAYS] = {
	{ "set", by_set },
	{ "keep", by_keep },
	{ "run", by_run },
	{ "queue", by_queue },
};

uint32_t and_entry(uint32_t entry, uint32_t value, uint32_t *old)
{
	struct silk_mmu_op op = { entry | SILK_OP_AND, value };
	uint32_t error = diag_error(hv_pt_batch(&op, 1));

	*old = op.value;
	return error;
}

/* ---- the entry predicate ---- */

/* What an entry of the lowest level with these bits must give. */
static uint32_t page_verdict(uint32_t entry)
{
	uint32_t gpa = ((uint32_t *)SILK_I386_MACHINE_CHUNK)[entry >> 22];

	if (!(entry & SILK_I386_PRESENT))
		return 0;
	if (entry & 0xfff & ~SILK_I386_ENTRY_BITS)
		return SILK_EENTRY;
	if (gpa == SILK_I386_NO_CHUNK)
		return SILK_EOWNER;
	if (entry & SILK_I386_WRITABLE && chunk_kind(gpa >> 22) != SILK_CHUNK_RAM)
		return SILK_EKIND;
	return 0;
}

static uint32_t large_verdict(uint32_t entry)
{
	if (entry & ~(SILK_I386_LARGE_FRAME | SILK_I386_LARGE_BITS))
		return SILK_EENTRY;
	return page_verdict(entry & ~(uint32_t)SILK_I386_LARGE);
}

static void expect_entry(const struct way *way, uint32_t at, uint32_t value,
			 uint32_t verdict)
{
	uint32_t before = entry_at(at), now;

	expect(verdict, way->write(at, value), "%s %x to %x", way->name, value, at);
	now = verdict ? before : value | (value & 1 ? SILK_I386_USER : 0);
	expect(now, entry_at(at) & ~0x60u, "%s %x to %x: the entry", way->name,
	       value, at);
}

/* Each machine chunk, each of the twelve low bits, in a table's entry. */
static void every_chunk(void)
{
	static const uint32_t low[] = {
		0x001,
		0x003,
		0x005,
		0x007,
		0x006,
		0x002,
		0xe07,
		0x009,
		0x011,
		0x081,
		0x101,
		0x187,
	};

	for (uint32_t w = 0; w < WAYS; w++) {
		begin(ways[w].name);
		for (uint32_t chunk = 0; chunk < SILK_CHUNKS; chunk++)
			for (uint32_t i = 0; i < ARRAY_SIZE(low); i++) {
				uint32_t value = chunk << 22 | (chunk * 7 & 1023) << 12 |
						 low[i];

				ways[w].write(table + 8, 0);
				expect_entry(&ways[w], table + 8, value,
					     page_verdict(value));
			}
		ways[w].write(table + 8, 0);
		end();
	}
}

/* The same as 4 MB pages: in the user range and in the kernel's. */
static void every_large(void)
{
	static const uint32_t low[] = {
		0x081,
		0x083,
		0x087,
		0xe87,
		0x085,
		0x181,
		0x1081,
		0x2083,
		0x200087,
		0x3ff083,
		0x089,
		0x091,
	};
	static const uint32_t index[] = { 40, 950 };

	begin("large-pages");
	for (uint32_t chunk = 0; chunk < SILK_CHUNKS; chunk++)
		for (uint32_t i = 0; i < ARRAY_SIZE(low); i++)
			for (uint32_t k = 0; k < 2; k++) {
				const struct way *way = &ways[(chunk + i) % WAYS];
				uint32_t at = BOOT + index[k] * 4;
				uint32_t value = chunk << 22 | low[i];

				by_set(at, 0);
				expect_entry(way, at, value, large_verdict(value));
				by_set(at, 0);
			}
	end();
}

/* AND can only take bits away, and so make another frame of one. */
static void and_tricks(void)
{
	uint32_t page = spare_page(1023) | 7, old, rights = 0x003;

	begin("and");
	for (uint32_t bit = 12; bit < 32; bit++)
		for (uint32_t kept = 12; kept <= 32; kept++) {
			uint32_t mask = ~(1u << bit);

			if (kept < 32)
				mask &= 0xfff | ((1u << kept) - 1) << 0;
			by_set(table + 8, page);
			expect(page_verdict(page & mask),
			       and_entry(table + 8, mask, &old),
			       "and %x", mask);
			expect(page_verdict(page & mask) ? page : page & mask,
			       entry_at(table + 8) & ~0x60u, "and %x: the entry", mask);
		}
	/* Bits that are not present can't be made so, nor writable. */
	by_set(table + 8, gpa_to_machine(BOOT) | rights << 1);
	and_entry(table + 8, ~0u, &old);
	expect(0, entry_at(table + 8) & 1, "and of an absent entry");
	by_set(table + 8, gpa_to_machine(BOOT) | 5);
	and_entry(table + 8, ~0u, &old);
	expect(gpa_to_machine(BOOT) | 5, entry_at(table + 8) & ~0x60u, "and all");
	expect(SILK_EKIND, by_keep(table + 8, gpa_to_machine(BOOT) | 0x67),
	       "keep that adds W");
	by_set(table + 8, 0);
	expect(0, by_keep(table + 8, 0xfffffffe), "keep of an absent value");
	expect(0xfffffffe, entry_at(table + 8), "and it is there");
	by_set(table + 8, 0);
	end();
}

/* ---- links ---- */

static void links(void)
{
	const uint32_t at = BOOT + 41 * 4, other = BOOT + 42 * 4;
	uint32_t old;

	begin("links");
	for (uint32_t w = 0; w < WAYS; w++) {
		uint32_t (*set)(uint32_t, uint32_t) = ways[w].write;

		expect(SILK_ESTATE, set(at, link_to(BOOT)), "a directory as a table");
		expect(SILK_ESTATE, set(at, link_to(BOOT + 4096)), "a twin");
		expect(SILK_ESTATE, set(at, link_to(directory)), "another directory");
		expect(SILK_ESTATE, set(at, link_to(free_frame)), "a free frame");
		expect(SILK_ESTATE, set(at, link_to(table)), "a linked table");
		expect(SILK_ESTATE, set(directory + 16, link_to(table)),
		       "a linked table in another directory");
		expect(SILK_ESTATE, set(BOOT + 900 * 4, link_to(table)),
		       "a linked table in the kernel range");
		expect(SILK_EKIND, set(at, gpa_to_machine(SPARE_GPA) | 7), "RAM");
		expect(SILK_EOWNER, set(at, foreign() | 7), "foreign memory");
		expect(SILK_EENTRY, set(at, link_to(spare_table) | 0x100), "bit 8");
		expect(0, entry_at(at), "nothing was written");
		expect(0, set(at, link_to(spare_table)), "an unlinked table");
		expect(0, set(at, link_to(spare_table)), "again in its place");
		expect(SILK_ESTATE, set(other, link_to(spare_table)), "twice");
		expect(SILK_ESTATE, set(directory + 41 * 4, link_to(spare_table)),
		       "twice, another directory");
		expect(SILK_EBUSY, diag_error(hv_pt_free(spare_table)), "freed");
		expect(0, set(at, 0), "unlinked");
		expect(0, set(directory + 956 * 4, link_to(spare_table)),
		       "in the kernel range");
		expect(SILK_ESTATE, set(BOOT + 957 * 4, link_to(spare_table)),
		       "twice in the kernel range");
		expect(link_to(spare_table), entry_at(BOOT + 956 * 4) & ~0x60u,
		       "seen in the loaded directory");
		expect(0, set(BOOT + 956 * 4, 0), "unlinked by another directory");
		for (uint32_t index = 959; index < 1024; index++) {
			expect(SILK_ERANGE, set(BOOT + index * 4, 0), "index %u", index);
			expect(SILK_ERANGE, set(directory + index * 4, link_to(spare_table)),
			       "index %u", index);
		}
		expect(SILK_ESTATE, set(BOOT + 4096, 0), "into a twin");
		expect(SILK_ESTATE, set(free_frame, 7), "into a free frame");
		expect(SILK_EKIND, set(SPARE_GPA, 7), "into RAM");
		expect(SILK_EOWNER, set(0xffc00000, 7), "into nowhere");
	}
	/* AND on a link: to absent, and to another frame's number. */
	by_set(at, link_to(spare_table));
	for (uint32_t bit = 12; bit < 22; bit++) {
		uint32_t error = and_entry(at, ~(1u << bit), &old);

		if (spare_table & 1u << bit)
			expect(SILK_ESTATE, error, "and without bit %u", bit);
		expect(link_to(spare_table), entry_at(at) & ~0x60u, "bit %u", bit);
	}
	expect(0, and_entry(at, ~1u, &old), "and without P");
	expect(0, diag_error(hv_pt_free(spare_table)), "and so unlinked");
	expect(0, diag_error(hv_pt_alloc(spare_table, SILK_PT_TABLE)), "back");
	by_set(at, 0);
	end();
}

static void frames(void)
{
	begin("frames");
	expect(SILK_ESTATE, diag_error(hv_pt_alloc(BOOT, SILK_PT_TABLE)), "taken");
	expect(SILK_ESTATE, diag_error(hv_pt_alloc(BOOT + 4096, SILK_PT_TABLE)),
	       "a twin taken");
	expect(SILK_ESTATE, diag_error(hv_pt_alloc(table, SILK_PT_TABLE)), "linked");
	expect(SILK_EINVAL, diag_error(hv_pt_alloc(free_frame + 4096, SILK_PT_DIRECTORY)), "odd");
	expect(SILK_EINVAL, diag_error(hv_pt_alloc(free_frame, 3)), "level");
	expect(0, diag_error(hv_pt_alloc(free_frame + 4096, SILK_PT_TABLE)), "odd");
	expect(SILK_ESTATE, diag_error(hv_pt_alloc(free_frame, SILK_PT_DIRECTORY)),
	       "the second frame is taken");
	expect(0, diag_error(hv_pt_free(free_frame + 4096)), "freed");
	expect(SILK_ESTATE, diag_error(hv_pt_free(free_frame)), "freed twice");
	expect(SILK_ESTATE, diag_error(hv_pt_free(BOOT + 4096)), "a twin freed");
	expect(SILK_EBUSY, diag_error(hv_pt_free(BOOT)), "the loaded one freed");
	expect(SILK_EKIND, diag_error(hv_pt_alloc(SPARE_GPA, SILK_PT_TABLE)), "RAM");
	expect(SILK_EOWNER, diag_error(hv_pt_alloc(0xffc00000, SILK_PT_TABLE)),
	       "nowhere");
	by_set(directory + 16, link_to(spare_table));
	expect(SILK_EBUSY, diag_error(hv_pt_free(directory)), "with a child");
	by_set(directory + 16, 0);
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t bad[] = {
			BOOT + 4096,
			table,
			spare_table,
			free_frame,
			SPARE_GPA,
			0xffc00000,
			BOOT + 4,
		};
		uint32_t error[] = {
			SILK_ESTATE,
			SILK_ESTATE,
			SILK_ESTATE,
			SILK_ESTATE,
			SILK_EKIND,
			SILK_EOWNER,
			SILK_EINVAL,
		};

		for (uint32_t k = 0; k < ARRAY_SIZE(bad); k++)
			expect(error[k], diag_error(hv_pt_switch(bad[k])),
			       "switch to %x", bad[k]);
		expect(0, diag_error(hv_pt_switch(i ? BOOT : directory)), "switch");
	}
	end();
}

/* ---- the queue ---- */

static void queue(void)
{
	struct silk_mmu_op *q = (struct silk_mmu_op *)SILK_I386_QUEUE;

	begin("queue");
	for (uint32_t i = 0; i < 400; i++) {
		uint32_t count = i < 32 ? 1u << i : i < 100 ? 500 + i
							    : random32();

		for (uint32_t k = 0; k < SILK_QUEUE_MAX; k++) {
			/* Not our kernel's own chunk, nor our user pages. */
			q[k].target = random32() | (k & 1 ? 0xff000000 : 3);
			q[k].value = random32();
		}
		vcpu()->queue_error = 0;
		vcpu()->queue_count = count;
		if (i & 1)
			hv_deliver_events();
		else
			__asm__ volatile("pushfl\n\tpushl $0x60\n\tpushl $1f\n\t"
					 "int $0x82\n1:"
					 :
					 :
					 : "memory");
		irq_disable();
		expect(0, vcpu()->queue_count, "count %x", count);
		expect(count != 0, vcpu()->queue_error != 0, "count %x: error", count);
	}
	vcpu()->queue_error = 0;
	end();
}

/* ---- all that is there must obey ---- */

static void walk_table(uint32_t gpa)
{
	for (uint32_t i = 0; i < 1024; i++) {
		uint32_t entry = entry_at(gpa + i * 4);

		if (entry & 1)
			expect(0, page_verdict(entry & ~0x60u), "%x at %x", entry,
			       gpa + i * 4);
	}
}

static void walk(void)
{
	begin("walk");
	for (uint32_t i = 0; i < 959; i++) {
		uint32_t entry = entry_at(BOOT + i * 4);

		if (!(entry & 1))
			continue;
		expect(SILK_I386_USER, entry & SILK_I386_USER, "entry %u: user", i);
		if (entry & SILK_I386_LARGE)
			expect(0, large_verdict(entry & ~0x60u), "entry %u: %x", i, entry);
		else
			walk_table(entry_gpa(entry));
	}
	end();
}

void hostile_main(void)
{
	table = table_alloc(SILK_PT_TABLE);
	spare_table = table_alloc(SILK_PT_TABLE);
	directory = table_alloc(SILK_PT_DIRECTORY);
	free_frame = 0x100000;
	by_set(BOOT + 39 * 4, link_to(table));
	every_chunk();
	every_large();
	and_tricks();
	links();
	frames();
	queue();
	chunk_attacks();
	walk();
}
