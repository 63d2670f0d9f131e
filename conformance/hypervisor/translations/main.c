// SPDX-License-Identifier: GPL-2.0-only
/*
 * translations - what the spec promises of cached translations, and what each
 * mode can reach: after flushes, switches, conversions and giving back, no old
 * mapping works; guest-user mode never sees the kernel's range.
 *
 * Each test makes the processor cache a translation first, by using it.
 *
 * guest: mem=24M maxmem=28M
 * covers: PT-7 PT-8 PT-9 PT-10 PT-13 PT-16 PT-22 MEM-1 MEM-2 MEM-4 MEM-5 MEM-7
 * covers: MEM-9 MEM-11 MEM-12 TRAP-9 GEN-7
 */
#include "suite.h"

#define AT       (scene.linked + 48)
#define VA       (39u << 22 | 12u << 12)
#define LARGE_AT (BOOT + 45 * 4)
#define LARGE_VA (45u << 22)

static void read_at(uint32_t address)
{
	(void)*(volatile uint32_t *)address;
}

static void write_at(uint32_t address)
{
	*(volatile uint32_t *)address = 0x0bad0bad;
}

static uint32_t word(uint32_t address)
{
	return *(volatile uint32_t *)address;
}

/* Two pages with different words; the first is mapped and has been used. */
static void two_pages(void)
{
	*(uint32_t *)gpa_to_va(SPARE_GPA + 10 * PAGE_SIZE) = 0xaaaa0001;
	*(uint32_t *)gpa_to_va(SPARE_GPA + 11 * PAGE_SIZE) = 0xbbbb0002;
	set_entry(AT, spare_page(10) | 7);
	hv_pt_flush(NULL, 0);
	write_at(VA);
	*(volatile uint32_t *)VA = 0xaaaa0001;
}

static void by_call(void)
{
	hv_pt_flush((void *)VA, 1);
}

static void by_range(void)
{
	hv_pt_flush((void *)(VA - 5 * PAGE_SIZE), 9);
}

static void by_all(void)
{
	hv_pt_flush(NULL, 0);
}

static void by_batch(void)
{
	struct silk_mmu_op op = {
		SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE),
		VA + 77,
	};

	hv_pt_batch(&op, 1);
}

static void by_batch_all(void)
{
	struct silk_mmu_op op = { SILK_CONTROL(SILK_CONTROL_FLUSH_ALL), 0 };

	hv_pt_batch(&op, 1);
}

static void by_queue(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	if (!feature(SILK_GROUP_MMU, SILK_F_MMU_QUEUE)) {
		by_batch();
		return;
	}
	queue[0] = (struct silk_mmu_op){
		SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE),
		VA,
	};
	vcpu()->queue_count = 1;
	hv_query(0);
}

static void by_switch(void)
{
	hv_pt_switch(BOOT);
}

static void flushes(void)
{
	static const struct {
		void (*flush)(void);
		const char *name;
	} ways[] = {
		{ by_call, "pt_flush of the page" },
		{ by_range, "pt_flush of nine pages" },
		{ by_all, "pt_flush of all" },
		{ by_batch, "FLUSH_PAGE in a batch" },
		{ by_batch_all, "FLUSH_ALL in a batch" },
		{ by_queue, "FLUSH_PAGE in the queue" },
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(ways); i++) {
		test("PT-22 PT-13", "%s", ways[i].name);
		two_pages();
		set_entry(AT, spare_page(11) | 7);
		ways[i].flush();
		expect(0xbbbb0002, word(VA), "another page");
		set_entry(AT, spare_page(11) | 5);
		ways[i].flush();
		expect(1, attempt(write_at, VA), "read-only now");
		expect(PF_PRESENT | PF_WRITE, trap.error, "error code");
		set_entry(AT, 0);
		ways[i].flush();
		expect(1, attempt(read_at, VA), "absent now");
		expect(0, trap.error, "error code");
		end();
	}
	test("PT-22", "a link that was overwritten, after a flush of one page");
	two_pages();
	set_entry(LINKED_AT, 0);
	hv_pt_flush((void *)VA, 1);
	expect(1, attempt(read_at, VA), "absent now");
	set_entry(LINKED_AT, link_to(scene.linked));
	expect(0, attempt(read_at, VA), "and there again, without a flush");
	end();
	test("PT-22 PT-21", "a 4 MB entry");
	set_entry(LARGE_AT, gpa_to_machine(SPARE_GPA) | 0x87);
	*(volatile uint32_t *)(LARGE_VA + 0x10000) = 5;
	set_entry(LARGE_AT, 0);
	hv_pt_flush((void *)LARGE_VA, 1);
	expect(1, attempt(read_at, LARGE_VA + 0x10000), "absent now");
	end();
}

/* The same address in two directories. */
static void switches(void)
{
	test("PT-16", "pt_switch forgets the directory loaded before");
	two_pages();
	set_entry(scene.childless + 39 * 4, link_to(scene.unlinked));
	set_entry(scene.unlinked + 48, spare_page(11) | 7);
	for (uint32_t i = 0; i < 4; i++) {
		expect(0xaaaa0001, word(VA), "the first directory");
		expect(0, (uint32_t)hv_pt_switch(scene.childless), "result");
		expect(0xbbbb0002, word(VA), "the second directory");
		set_entry(AT, spare_page(i & 1 ? 10 : 11) | 7);
		set_entry(AT, spare_page(10) | 7);
		by_switch();
	}
	set_entry(scene.childless + 39 * 4, 0);
	expect(0, (uint32_t)hv_pt_switch(BOOT), "the loaded one again");
	end();
}

/* ---- chunks that change ---- */

static uint32_t convert(uint32_t chunk, uint32_t kind)
{
	int32_t result;

	do {
		result = hv_chunk_convert(chunk, kind);
	} while (result == -SILK_EAGAIN);
	return (uint32_t)result;
}

static uint32_t give(uint32_t chunk)
{
	int32_t result;

	do {
		result = hv_chunk_give(chunk);
	} while (result == -SILK_EAGAIN);
	return (uint32_t)result;
}

/* The guest takes its writable mapping away and does not flush. */
static void conversion(void)
{
	const uint32_t chunk = 3, direct = BOOT + (768 + chunk) * 4;
	const uint32_t va = (uint32_t)gpa_to_va(chunk << 22);
	const uint32_t old = entry_at(direct) & ~0x60u;

	test("PT-9 PT-7 MEM-4", "no stale writable mapping of a new TABLE chunk");
	set_entry(AT, gpa_to_machine(chunk << 22) | 7);
	*(volatile uint32_t *)VA = 0x12340000;
	*(volatile uint32_t *)(va + 8) = 5;
	set_entry(AT, gpa_to_machine(chunk << 22) | 5);
	set_entry(direct, old & ~2u);
	expect(0, convert(chunk, SILK_CHUNK_TABLE), "result");
	expect(1, attempt(write_at, VA), "the page can't be written");
	expect(V_PF, trap.vector, "vector");
	expect(1, attempt(write_at, va + 8), "nor through 4 MB");
	expect(0x12340000, word(VA), "its bytes are the same as before");
	expect(5, word(va + 8), "and there");
	end();
	test("MEM-9 PT-7", "entries that map it are refused");
	expect(ERRNO(EKIND), set_entry(AT, gpa_to_machine(chunk << 22) | 7),
	       "a writable page");
	expect(0, set_entry(AT, gpa_to_machine(chunk << 22) | 5), "read-only");
	end();
	test("MEM-4", "and back: it can be written again");
	expect(0, convert(chunk, SILK_CHUNK_RAM), "result");
	expect(0, set_entry(AT, gpa_to_machine(chunk << 22) | 7), "the entry");
	by_all();
	expect(0, attempt(write_at, VA), "a write");
	set_entry(AT, 0);
	set_entry(direct, old);
	by_all();
	end();
}

/* Mappings taken away without a flush, then the chunk is given and taken. */
static void giving(void)
{
	const uint32_t chunk = 4, direct = BOOT + (768 + chunk) * 4;
	const uint32_t va = (uint32_t)gpa_to_va(chunk << 22);
	const uint32_t old = entry_at(direct) & ~0x60u;
	const uint32_t machine = gpa_to_machine(chunk << 22);
	uint32_t *words = (uint32_t *)va, sum = 0;

	test("PT-9 MEM-11", "no stale mapping of a chunk given back");
	for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
		words[i] = 0x5ec2e700 + i;
	set_entry(AT, machine | 7);
	(void)word(VA);
	set_entry(AT, 0);
	set_entry(direct, 0);
	expect(0, give(chunk), "result");
	expect(1, attempt(read_at, VA), "the page");
	expect(1, attempt(read_at, va), "through 4 MB");
	expect(SILK_CHUNK_ABSENT, chunk_kind(chunk), "kind");
	expect(SILK_I386_NO_CHUNK,
	       ((const uint32_t *)SILK_I386_CHUNK_MACHINE)[chunk],
	       "CHUNK_MACHINE");
	expect(SILK_I386_NO_CHUNK,
	       ((const uint32_t *)SILK_I386_MACHINE_CHUNK)[machine >> 22],
	       "MACHINE_CHUNK");
	expect(ERRNO(EOWNER), set_entry(AT, machine | 5), "an entry that maps it");
	end();
	test("MEM-5 MEM-12", "a chunk taken is zeros");
	expect(0, (uint32_t)hv_chunk_take(chunk, SILK_CHUNK_RAM), "result");
	expect(0, set_entry(direct, gpa_to_machine(chunk << 22) | 0x87), "entry");
	for (uint32_t i = 0; i < CHUNK_SIZE / 4; i++)
		sum |= words[i];
	expect(0, sum, "all words, or-ed");
	expect(chunk << 22, machine_to_gpa(gpa_to_machine(chunk << 22)),
	       "the tables");
	(void)old;
	end();
}

/* A frame that was a page table, with translations cached, becomes a directory. */
static void levels(void)
{
	const uint32_t frame = scene.free + 8 * PAGE_SIZE, at = BOOT + 50 * 4;
	const uint32_t va = 50u << 22;

	test("PT-9", "a frame that changes its level");
	hv_pt_alloc(frame, SILK_PT_TABLE);
	set_entry(frame, spare_page(10) | 7);
	set_entry(at, link_to(frame));
	write_at(va);
	set_entry(at, 0);
	expect(0, (uint32_t)hv_pt_free(frame), "freed");
	expect(0, (uint32_t)hv_pt_alloc(frame, SILK_PT_DIRECTORY), "a directory");
	expect(1, attempt(read_at, va), "the old mapping");
	hv_pt_free(frame);
	end();
}

/* ---- guest-user mode ---- */

/* movl (%ebx), %eax / movl %eax, (%ebx); int3 */
static void user_access(uint32_t address, bool write)
{
	static const uint8_t load[] = { 0x8b, 0x03, 0xcc };
	static const uint8_t store[] = { 0x89, 0x03, 0xcc };
	struct entry e = user_entry();

	memcpy((void *)USER_TEXT, write ? store : load, 3);
	e.ebx = address;
	enter(&e);
}

static void user_view(void)
{
	const uint32_t places[] = {
		0xc0000000,
		0xc0400000,
		(uint32_t)arena,
		EDGE,
		RO_PAGE,
		HOLE,
		0xefbffffc,
		SILK_I386_WINDOW,
		SILK_I386_CHUNK_KIND,
		SILK_I386_VCPU,
		SILK_I386_QUEUE,
		0xeffffffc,
		SILK_I386_HYPERVISOR,
		0xf4000000,
		0xfc000000,
		0xff000000,
		0xfffffffc,
	};

	test("MEM-2 PT-10 PT-9", "user mode reaches nothing from 0xc0000000 on");
	for (uint32_t i = 0; i < ARRAY_SIZE(places); i++)
		for (uint32_t write = 0; write < 2; write++) {
			/* Cached by guest-kernel mode just before. */
			if (places[i] < SILK_I386_HYPERVISOR)
				attempt(read_at, places[i]);
			user_access(places[i], write);
			expect(V_PF, trap.vector, "%x: vector", places[i]);
			expect(PF_USER | (write ? PF_WRITE : 0), trap.error,
			       "%x: error code", places[i]);
			expect(places[i], trap_address, "%x: address", places[i]);
		}
	end();
	test("PT-10", "user entries are in effect in user mode at once");
	set_entry(AT, spare_page(10) | 7);
	by_all();
	user_access(VA, true);
	expect(V_BP, trap.vector, "a page that was made present");
	set_entry(AT, spare_page(10) | 5);
	by_all();
	user_access(VA, true);
	expect(V_PF, trap.vector, "read-only: vector");
	expect(PF_PRESENT | PF_WRITE | PF_USER, trap.error, "error code");
	set_entry(AT, 0);
	by_all();
	user_access(VA, false);
	expect(PF_USER, trap.error, "absent: error code");
	set_entry(LARGE_AT, gpa_to_machine(SPARE_GPA) | 0x87);
	user_access(LARGE_VA + 0x3ff000, true);
	expect(V_BP, trap.vector, "4 MB");
	set_entry(LARGE_AT, 0);
	by_all();
	user_access(LARGE_VA, false);
	expect(V_PF, trap.vector, "4 MB taken away");
	end();
}

void hostile_main(void)
{
	scene_set();
	flushes();
	switches();
	conversion();
	giving();
	levels();
	user_view();
}
