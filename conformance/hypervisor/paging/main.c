// SPDX-License-Identifier: GPL-2.0-only
/*
 * paging - what an entry lets a guest do is what the processor makes of it: every
 * combination of present and writable in both levels, in both modes; and every
 * machine chunk, of which only the guest's own can be mapped.
 *
 * guest: mem=16M
 * covers: GEN-7 PT-1 PT-5 PT-6 PT-74 TRAP-9
 */
#include "suite.h"

#define INDEX 39u /* LINKED_AT */
#define VA    (INDEX << 22 | 5u << 12)
#define AT    (scene.linked + 5 * 4)
#define VALUE 0x1234567u

static void access_at(uint32_t write)
{
	volatile uint32_t *at = (uint32_t *)VA;

	if (write)
		*at = VALUE;
	else
		(void)*at;
}

/* movl (%ebx), %eax; int $0x80 / movl %eax, (%ebx); int $0x80 */
static bool user_faults(uint32_t va, bool write)
{
	static const uint8_t load[] = { 0x8b, 0x03, 0xcd, 0x80 };
	static const uint8_t store[] = { 0x89, 0x03, 0xcd, 0x80 };
	struct entry e = user_entry();

	memcpy((void *)USER_TEXT, write ? store : load, sizeof(load));
	e.ebx = va;
	enter(&e);
	return trap.vector != V_CALL;
}

static void fault_is(bool faulted, bool user, bool write, bool present, const char *what)
{
	uint32_t error = (uint32_t)(present ? PF_PRESENT : 0) | (write ? PF_WRITE : 0) |
			 (user ? PF_USER : 0);

	if (!faulted)
		return;
	expect(V_PF, trap.vector, "%s: vector", what);
	expect(error, trap.error, "%s: error code", what);
	expect(VA, trap_address, "%s: fault_address", what);
}

/* Bits 0 to 3 of a combination: writable and present in the entry and the link. */
static void small_pages(void)
{
	test("PT-1 PT-6 TRAP-9", "4 KB pages: present and writable, in both levels and modes");
	for (uint32_t c = 0; c < 16; c++) {
		uint32_t entry = (spare_page(9) | 4 | (c & 3));
		uint32_t link = c & 4 ? gpa_to_machine(scene.linked) | 5 | (c & 8 ? 2 : 0) : 0;
		bool there = (c & 1) && (c & 4), writable = there && (c & 2) && (c & 8);

		expect(0, set_entry(LINKED_AT, 0), "unlinked");
		expect(0, set_entry(AT, entry), "entry");
		expect(0, set_entry(LINKED_AT, link), "link");
		hv_pt_flush(0, 0);
		for (uint32_t write = 0; write < 2; write++) {
			bool good = write ? writable : there, faulted;

			faulted = attempt(access_at, write);
			expect(!good, faulted, "combination %x, kernel, write %u: fault", c, write);
			fault_is(faulted, false, write, there, "kernel");
			faulted = user_faults(VA, write);
			expect(!good, faulted, "combination %x, user, write %u: fault", c, write);
			fault_is(faulted, true, write, there, "user");
		}
	}
	expect(0, set_entry(LINKED_AT, 0), "unlinked");
	expect(0, set_entry(AT, 0), "entry");
	hv_pt_flush(0, 0);
	expect(0, set_entry(LINKED_AT, link_to(scene.linked)), "linked again");
	end();
}

static void large_pages(void)
{
	const uint32_t at = BOOT + 41 * 4, va = 41u << 22 | 0x5000;

	test("PT-1 PT-5", "4 MB pages: present and writable, in both modes");
	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE)) {
		skip("feature MMU_LARGE");
		return;
	}
	for (uint32_t c = 0; c < 4; c++) {
		expect(0, set_entry(at, c & 1 ? gpa_to_machine(SPARE_GPA) | 0x85 | (c & 2) : 0),
		       "entry");
		hv_pt_flush(0, 0);
		expect(!(c & 1), user_faults(va, false), "combination %u, read: fault", c);
		expect(c != 3, user_faults(va, true), "combination %u, write: fault", c);
	}
	expect(0, set_entry(at, 0), "entry");
	hv_pt_flush(0, 0);
	end();
}

/* The same memory by two addresses. */
static void same_memory(void)
{
	test("PT-1", "a machine address in an entry, and what lies there");
	for (uint32_t page = 16; page < 48; page++) {
		uint32_t *direct = gpa_to_va(SPARE_GPA + page * PAGE_SIZE);

		*direct = page * 0x01010101;
		expect(0, set_entry(AT, gpa_to_machine(SPARE_GPA + page * PAGE_SIZE) | 7),
		       "entry");
		hv_pt_flush((void *)VA, 1);
		expect(page * 0x01010101, *(volatile uint32_t *)VA, "page %u", page);
	}
	expect(0, set_entry(AT, 0), "entry");
	hv_pt_flush((void *)VA, 1);
	end();
}

static void every_chunk(void)
{
	const uint32_t *reverse = (const uint32_t *)SILK_I386_MACHINE_CHUNK;

	test("GEN-7 PT-74", "each of 1024 machine chunks: mapped if it is the guest's");
	for (uint32_t i = 0; i < SILK_CHUNKS; i++) {
		bool own = reverse[i] != SILK_I386_NO_CHUNK;
		uint32_t machine = i << 22;

		for (uint32_t page = 0; page < 1024; page += 341)
			expect(own ? 0 : ERRNO(EOWNER), set_entry(AT, machine | page << 12 | 5),
			       "chunk %u, page %u", i, page);
		expect(own ? 0 : ERRNO(EOWNER), set_entry(BOOT + 41 * 4, machine | 0x85),
		       "chunk %u, 4 MB", i);
	}
	set_entry(AT, 0);
	set_entry(BOOT + 41 * 4, 0);
	hv_pt_flush(0, 0);
	end();
}

void hostile_main(void)
{
	scene_set();
	small_pages();
	large_pages();
	same_memory();
	every_chunk();
}
