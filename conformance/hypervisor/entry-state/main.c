// SPDX-License-Identifier: GPL-2.0-only
/*
 * entry-state - what a kernel finds at its entry: registers, the info page, the
 * window, chunks and their kinds, the boot directory, memory. With a disk that tells
 * one run from the next there are two, and the second finds all of it again, though
 * the first has left everything changed.
 *
 * entry.S keeps the registers before anything has changed them, and runs most
 * tests before the library has done anything.
 *
 * guest: mem=24M weight=77 disk=keep -- a command line of seven words
 * covers: BOOT-1 BOOT-2 BOOT-3 BOOT-4 BOOT-5 BOOT-6 BOOT-7 BOOT-10 BOOT-11
 * covers: BOOT-12 GEN-3 GEN-5 GEN-10 GEN-11 MEM-1 MEM-3 MEM-5 MEM-6 MEM-7 MEM-8
 * covers: CPU-2 PT-2 EVT-2 LIFE-2 LIFE-5 LIFE-10 TIME-1 EVT-9 BLK-1 NET-1
 */

#include "suite.h"

void next_run(void); /* next.c */

struct at_entry {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp;
	uint32_t eflags, cs, ds, es, ss, fs, gs, cpuid;
};
extern const struct at_entry at_entry;
extern const uint8_t fpu_at_entry[512];
extern const uint32_t vcpu_at_entry[1024];
extern const uint32_t data_word;
extern const uint8_t image_end[], bss_start[], bss_end[];

#define FXSR (1u << 24)
#define SSE  (1u << 25)

static void registers(void)
{
	const struct at_entry *e = &at_entry;

	test("BOOT-5", "registers");
	expect(SILK_MAGIC, e->eax, "eax");
	expect(SILK_I386_INFO, e->esi, "esi");
	expect(0, e->ebx, "ebx");
	expect(0, e->ecx, "ecx");
	expect(0, e->edx, "edx");
	expect(0, e->edi, "edi");
	expect(0, e->ebp, "ebp");
	expect(0, e->esp, "esp");
	expect(0x202, e->eflags, "eflags");
	expect(0x63, e->cs, "cs");
	expect(0x6b, e->ds, "ds");
	expect(0x6b, e->es, "es");
	expect(0x6b, e->ss, "ss");
	expect(0, e->fs, "fs");
	expect(0, e->gs, "gs");
	end();
}

static uint32_t limit_of(uint32_t selector)
{
	uint32_t limit = 0x5a5a5a5a;

	__asm__ volatile("lsll %1, %0"
			 : "+r"(limit)
			 : "r"(selector)
			 : "cc");
	return limit;
}

static void processor(void)
{
	static const uint8_t selector[] = { 0x33, 0x3b, 0x43, 0xdb };
	const uint16_t *control = (const uint16_t *)fpu_at_entry;

	test("BOOT-5", "FPU and SSE");
	if (at_entry.cpuid & FXSR) {
		expect(0x37f, control[0], "control word");
		expect(0, control[1], "status word");
		expect(0, fpu_at_entry[4], "tag word: all empty");
		for (uint32_t i = 32; i < 160; i++)
			expect(0, i % 16 < 10 ? fpu_at_entry[i] : 0,
			       "x87 registers, byte %u", i);
	}
	if (at_entry.cpuid & SSE) {
		expect(0x1f80, *(const uint32_t *)(fpu_at_entry + 24), "MXCSR");
		for (uint32_t i = 160; i < 288; i++)
			expect(0, fpu_at_entry[i], "XMM, byte %u", i - 160);
	}
	if (at_entry.cpuid & FXSR)
		end();
	else
		skip("the processor has no FXSAVE");
	test("BOOT-5", "descriptors are 0");
	for (uint32_t i = 0; i < ARRAY_SIZE(selector); i++)
		expect(0x5a5a5a5a, limit_of(selector[i]), "LSL of %x",
		       selector[i]);
	end();
}

/* ---- the vCPU page ---- */

static void vcpu_page(void)
{
	const uint32_t *words = vcpu_at_entry;
	const struct silk_vcpu *v = (const struct silk_vcpu *)words;

	test("BOOT-12", "the vCPU page");
	expect(0, v->vif, "vif");
	expect(0, v->pending, "pending");
	expect(0, v->mask, "mask");
	expect(0, v->kernel_sp, "kernel_sp");
	expect(0, v->queue_count, "queue_count");
	expect(0, v->queue_error, "queue_error");
	expect(0, v->fault_address, "fault_address");
	expect(0, v->debug_status, "debug_status");
	for (uint32_t i = 0; i < 6; i++)
		expect(0, words[8 + i], "diagnostics, word %u", i);
	for (uint32_t i = 0; i < 2; i++)
		expect(0, v->reserved0[i], "reserved0[%u]", i);
	for (uint32_t i = 0; i < 36; i++)
		expect(0, v->reserved1[i], "reserved1[%u]", i);
	for (uint32_t i = sizeof(*v) / 4; i < 1024; i++)
		expect(0, words[i], "word %u", i);
	end();
	words = (const uint32_t *)SILK_I386_QUEUE;
	test("BOOT-2 BOOT-12", "the queue's page and the rings");
	for (uint32_t i = 0; i < 1024; i++)
		expect(0, words[i], "queue, word %u", i);
	if (info()->group_version[SILK_GROUP_BLOCK])
		expect(0, ((const struct silk_ring *)SILK_I386_BLK_RING)->producer,
		       "block ring");
	if (info()->group_version[SILK_GROUP_NET])
		expect(0, ((const struct silk_ring *)SILK_I386_NET_RING)->producer,
		       "network ring");
	end();
}

/* ---- the info page ---- */

static void zeros_behind(const char *name, const char *text, uint32_t size)
{
	uint32_t n = (uint32_t)strlen(text);

	expect_that(n < size, "%s: expected a final 0, seen none", name);
	for (; n < size; n++)
		expect(0, (uint8_t)text[n], "%s, byte %u", name, n);
}

static const uint32_t versions[16] = {
#define X(nr, name, major, minor) [nr] = (major) << 16 | (minor),
	SILK_GROUPS(X)
#undef X
};

static const uint32_t features[16] = {
	[SILK_GROUP_MMU] = SILK_F_MMU_QUEUE | SILK_F_MMU_LARGE,
	[SILK_GROUP_MEMORY] = SILK_F_MEMORY_TAKE,
	[SILK_GROUP_CORE] = SILK_F_CORE_KERNEL,
	[SILK_GROUP_BLOCK] = SILK_F_BLOCK_FLUSH | SILK_F_BLOCK_LISTS,
	[SILK_GROUP_TIME] = SILK_F_TIME_STOLEN,
};

static void zeros(const void *from, uint32_t bytes, const char *name)
{
	for (uint32_t i = 0; i < bytes; i++)
		expect(0, ((const uint8_t *)from)[i], "%s[], byte %u", name, i);
}

static void groups(void)
{
	test("GEN-3 GEN-10 GEN-11", "groups and their versions");
	expect(info()->group_version[SILK_GROUP_ABI], info()->version, "version");
	for (uint32_t i = 0; i < 16; i++) {
		uint32_t version = info()->group_version[i];
		bool may_lack = i == SILK_GROUP_BLOCK || i == SILK_GROUP_NET ||
				i >= SILK_NR_GROUPS;

		if (version || !may_lack) {
			expect(versions[i] >> 16, version >> 16, "group %u: major", i);
			expect(version, (uint32_t)hv_query(i), "query(%u)", i);
		}
	}
	end();
	test("GEN-5", "features that are not defined, padding");
	for (uint32_t i = 0; i < 16; i++)
		expect(0, info()->features[i] & ~(info()->group_version[i] ? features[i] : 0), "group %u", i);
	for (uint32_t i = 0; i < SILK_BLK_DEVICES; i++)
		expect(0, info()->blk[i].reserved, "blk[%u].reserved", i);
	for (uint32_t i = 0; i < SILK_NET_DEVICES; i++)
		expect(0, info()->net[i].reserved, "net[%u].reserved", i);
	for (uint32_t i = sizeof(struct silk_info); i < PAGE_SIZE; i++)
		expect(0, ((const uint8_t *)SILK_I386_INFO)[i], "byte %u", i);
	end();
	test("BLK-1 NET-1", "devices of groups that are not offered");
	if (!info()->group_version[SILK_GROUP_BLOCK])
		zeros(info()->blk, sizeof(info()->blk), "blk");
	if (!info()->group_version[SILK_GROUP_NET])
		zeros(info()->net, sizeof(info()->net), "net");
	if (info()->group_version[SILK_GROUP_BLOCK] && info()->group_version[SILK_GROUP_NET])
		skip("both groups are offered");
	else
		end();
}

static void numbers(void)
{
	const struct silk_info *i = info();
	uint32_t sum = 0;

	test("BOOT-3", "the info page's numbers");
	expect(SILK_MAGIC, i->magic, "magic");
	expect_that(i->vcpus >= 1 && i->vcpus <= SILK_VCPUS_MAX,
		    "vcpus: expected 1 to %u, seen %u", SILK_VCPUS_MAX, i->vcpus);
	expect_that(i->chunks >= 2, "chunks: expected 2 at least, seen %u",
		    i->chunks);
	expect_that(i->low_chunks >= 2 && i->low_chunks <= i->chunks &&
			    i->low_chunks <= 190,
		    "low_chunks: expected 2 to chunks, seen %u",
		    i->low_chunks);
	expect_that(i->table_chunks >= 1, "table_chunks: expected 1, seen %u",
		    i->table_chunks);
	expect(SILK_I386_BOOT_DIRECTORY, i->boot_directory, "boot_directory");
	expect_that(i->chunk_limit >= i->chunks,
		    "chunk_limit: expected %u at least, seen %u", i->chunks,
		    i->chunk_limit);
	expect(77, i->weight, "weight");
	end();
	test("BOOT-7", "without a ramdisk");
	expect(0, i->initrd, "initrd");
	expect(0, i->initrd_length, "initrd_length");
	end();
	test("BOOT-11", "strings");
	zeros_behind("name", i->name, sizeof(i->name));
	zeros_behind("hypervisor", i->hypervisor, sizeof(i->hypervisor));
	zeros_behind("cmdline", i->cmdline, sizeof(i->cmdline));
	expect_that(!strcmp(i->cmdline, "a command line of seven words"),
		    "cmdline: expected \"a command line of seven words\", seen \"%s\"",
		    i->cmdline);
	expect_that(!strcmp(i->name, "entry-state"),
		    "name: expected entry-state, seen %s", i->name);
	end();
	test("BOOT-10", "the seed");
	for (uint32_t k = 0; k < SILK_SEED_BYTES; k++)
		sum += i->seed[k] != i->seed[(k + 1) % SILK_SEED_BYTES];
	expect_that(sum > 16, "bytes that differ: expected many, seen %u", sum);
	end();
}

/* ---- the window ---- */

static void read_at(uint32_t address)
{
	(void)*(volatile uint8_t *)address;
}

static void write_at(uint32_t address)
{
	*(volatile uint32_t *)address = 0x0bad0bad;
}

static void window(void)
{
	const uint32_t pages[] = {
		SILK_I386_INFO,
		SILK_I386_CHUNK_MACHINE,
		SILK_I386_MACHINE_CHUNK,
		SILK_I386_CHUNK_KIND,
	};

	test("MEM-6 BOOT-3", "read-only pages");
	for (uint32_t i = 0; i < ARRAY_SIZE(pages); i++) {
		expect(1, attempt(write_at, pages[i]), "write to %x", pages[i]);
		expect(V_PF, trap.vector, "write to %x: vector", pages[i]);
		expect(PF_PRESENT | PF_WRITE, trap.error, "write to %x: error",
		       pages[i]);
		expect(pages[i], trap_address, "write to %x: address", pages[i]);
	}
	end();
	test("MEM-6", "the rest of the window");
	for (uint32_t at = SILK_I386_WINDOW; at < SILK_I386_HYPERVISOR;
	     at += PAGE_SIZE) {
		bool there = at < SILK_I386_WINDOW + 4 * PAGE_SIZE ||
			     (at >= SILK_I386_VCPU && at < SILK_I386_VCPU +
								      info()->vcpus * SILK_I386_VCPU_STRIDE) ||
			     (at == SILK_I386_BLK_RING &&
			      info()->group_version[SILK_GROUP_BLOCK]) ||
			     (at == SILK_I386_NET_RING &&
			      info()->group_version[SILK_GROUP_NET]);

		expect(!there, attempt(read_at, at), "read of %x", at);
	}
	end();
	test("MEM-1", "the hypervisor's range");
	for (uint32_t at = SILK_I386_HYPERVISOR; at >= SILK_I386_HYPERVISOR;
	     at += 0x00100000) {
		expect(1, attempt(read_at, at), "read of %x", at);
		expect(V_PF, trap.vector, "read of %x: vector", at);
		expect(0, trap.error, "read of %x: error", at);
		expect(1, attempt(write_at, at + 0xffc), "write to %x", at);
		expect(PF_WRITE, trap.error, "write to %x: error", at);
	}
	end();
}

static void chunks(void)
{
	const uint32_t *machine = (const uint32_t *)SILK_I386_CHUNK_MACHINE;
	const uint32_t *guest = (const uint32_t *)SILK_I386_MACHINE_CHUNK;
	const uint8_t *kind = (const uint8_t *)SILK_I386_CHUNK_KIND;
	const struct silk_info *i = info();
	uint32_t back = 0;

	test("MEM-3 MEM-8", "kinds of chunks");
	for (uint32_t c = 0; c < SILK_CHUNKS; c++) {
		bool table = c == 0 || (c < i->low_chunks &&
					c > i->low_chunks - i->table_chunks);

		expect(c >= i->chunks ? SILK_CHUNK_ABSENT : table ? SILK_CHUNK_TABLE
								  : SILK_CHUNK_RAM,
		       kind[c], "chunk %u", c);
	}
	for (uint32_t k = SILK_CHUNKS; k < PAGE_SIZE; k++)
		expect(0, kind[k], "byte %u", k);
	end();
	test("MEM-7", "the two tables are each other's inverse");
	for (uint32_t c = 0; c < SILK_CHUNKS; c++) {
		if (c >= i->chunks) {
			expect(SILK_I386_NO_CHUNK, machine[c], "chunk %u", c);
			continue;
		}
		expect(0, machine[c] & (CHUNK_SIZE - 1), "chunk %u: alignment", c);
		expect(c << 22, guest[machine[c] >> 22], "chunk %u: and back", c);
	}
	for (uint32_t m = 0; m < SILK_CHUNKS; m++)
		back += guest[m] != SILK_I386_NO_CHUNK;
	expect(i->chunks, back, "machine chunks that are ours");
	end();
}

/* ---- tables and memory ---- */

static void directory(void)
{
	const uint32_t large = SILK_I386_PRESENT | SILK_I386_LARGE | SILK_I386_USER;
	const uint32_t low = info()->low_chunks;

	test("BOOT-6", "the boot directory");
	for (uint32_t n = 0; n < 768; n++)
		expect(0, entry_at(BOOT + n * 4), "entry %u", n);
	for (uint32_t n = 768; n < 959; n++) {
		uint32_t c = n - 768, want = 0;

		if (c < low)
			want = gpa_to_machine(c << 22) | large |
			       (chunk_kind(c) == SILK_CHUNK_RAM ? 2 : 0);
		expect(want, entry_at(BOOT + n * 4) & ~0x60u, "entry %u", n);
	}
	end();
	test("BOOT-6 PT-2", "states of the table frames");
	for (uint32_t f = 0; f < 1024; f += f < 8 ? 1 : 61) {
		char want = f == 2 ? 'D' : f == 3 ? 'T'
						  : 'F';
		char seen = frame_state(f * PAGE_SIZE);

		expect_that(want == seen, "frame %u: expected %c, seen %c", f, want,
			    seen);
	}
	end();
}

static void memory(void)
{
	const uint32_t own = va_to_gpa(image_end);

	test("BOOT-2", "the image is in place");
	expect(0x5171c0de, data_word, "a word of its data");
	end();
	test("BOOT-2 MEM-5", "all other memory is 0");
	for (uint32_t gpa = 0; gpa < info()->low_chunks << 22; gpa += 4) {
		bool table = gpa >= BOOT && gpa < BOOT + 2 * PAGE_SIZE;

		if (table || (gpa >= CHUNK_SIZE && gpa < own))
			continue;
		if (*(volatile uint32_t *)gpa_to_va(gpa))
			expect(0, entry_at(gpa), "the word at %x", gpa);
	}
	expect(0, 0, "and so to the end");
	end();
}

/* Before the library has done anything. Its .bss is cleared afterwards. */
void first_main(void);

void first_main(void)
{
	registers();
	processor();
	vcpu_page();
	memory();
	directory();
	groups();
	numbers();
	chunks();
}

void hostile_main(void)
{
	window();

	next_run();
}
