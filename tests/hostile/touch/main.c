// SPDX-License-Identifier: GPL-2.0-only
/*
 * touch - reads, writes and jumps to what is not the guest's: the hypervisor's
 * whole range (its text, its windows on tables, devices, fixed mappings), what
 * is read-only in the ABI's window, the TABLE chunk, and from user mode all of
 * the guest kernel.
 *
 * Each must be a page fault of this guest, with the address and with an error
 * code that tells nothing of what lies there.
 *
 * covers: MEM-1 MEM-2 MEM-6 TRAP-9 PT-6 PT-7 PT-10 GEN-7
 */
#include "hostile.h"

enum { READ,
       WRITE,
       EXECUTE };
static const char *const how[] = { "read", "write", "execute" };

/* mov (%esi), %al; int $0x80. mov %al, (%esi); int $0x80. jmp *%esi. */
static const uint8_t code[][8] = {
	{ 0x8a, 0x06, 0xcd, 0x80 },
	{ 0x88, 0x06, 0xcd, 0x80 },
	{ 0xff, 0xe6 },
};

static void read_byte(uint32_t at)
{
	*(volatile uint8_t *)at;
}

static void write_byte(uint32_t at)
{
	*(volatile uint8_t *)at = 0x5a;
}

static void jump(uint32_t at)
{
	__asm__ volatile("jmp *%0"
			 :
			 : "r"(at));
}

static void (*const act[])(uint32_t) = { read_byte, write_byte, jump };

static void expect_fault(uint32_t at, uint32_t kind, uint32_t error)
{
	expect(V_PF, trap.vector, "%s %x: vector", how[kind], at);
	expect(error, trap.error, "%s %x: error code", how[kind], at);
	expect(at, trap_address, "%s %x: address", how[kind], at);
}

static void from_kernel(uint32_t at, uint32_t kind, uint32_t error)
{
	attempt(act[kind], at);
	expect_fault(at, kind, error | (kind == WRITE ? PF_WRITE : 0));
}

static void from_user_mode(uint32_t at, uint32_t kind)
{
	struct entry e = user_entry();

	memcpy((void *)USER_TEXT, code[kind], sizeof(code[kind]));
	e.esi = at;
	enter(&e);
	expect_fault(at, kind, PF_USER | (kind == WRITE ? PF_WRITE : 0));
}

/* Every page of the hypervisor's 256 MB is read, each 61st written and run. */
static void hypervisor(void)
{
	begin("hypervisor-from-kernel");
	for (uint32_t at = SILK_I386_HYPERVISOR; at; at += PAGE_SIZE) {
		from_kernel(at + (at >> 12) % PAGE_SIZE, READ, 0);
		if ((at >> 12) % 61)
			continue;
		from_kernel(at, WRITE, 0);
		from_kernel(at, EXECUTE, 0);
	}
	from_kernel(0xffffffff, READ, 0);
	from_kernel(0xffffffff, WRITE, 0);
	end();
	begin("hypervisor-from-user");
	for (uint32_t at = SILK_I386_HYPERVISOR; at; at += 16 * PAGE_SIZE)
		for (uint32_t kind = READ; kind <= EXECUTE; kind++)
			from_user_mode(at, kind);
	end();
}

/* From user mode no kernel address is there, mapped or not. */
static void guest_kernel(void)
{
	static const uint32_t ours[] = {
		0xc0000000,
		0xc0002000,
		0xc0003000,
		0xc0400000,
		0xc0401000,
		0xc0800000,
		0xefbfffff,
		SILK_I386_INFO,
		SILK_I386_CHUNK_MACHINE,
		SILK_I386_MACHINE_CHUNK,
		SILK_I386_CHUNK_KIND,
		SILK_I386_VCPU,
		SILK_I386_QUEUE,
		SILK_I386_BLK_RING,
		SILK_I386_NET_RING,
		0xefffffff,
	};

	begin("kernel-from-user");
	for (uint32_t i = 0; i < ARRAY_SIZE(ours); i++)
		for (uint32_t kind = READ; kind <= EXECUTE; kind++)
			from_user_mode(ours[i], kind);
	for (uint32_t at = SILK_I386_KERNEL_BASE; at < SILK_I386_HYPERVISOR;
	     at += CHUNK_SIZE)
		from_user_mode(at, READ);
	end();
}

/* The ABI's window: four pages that only the hypervisor writes, and gaps. */
static void window(void)
{
	static const uint32_t pages[] = {
		SILK_I386_INFO,
		SILK_I386_CHUNK_MACHINE,
		SILK_I386_MACHINE_CHUNK,
		SILK_I386_CHUNK_KIND,
	};
	bool there;

	begin("window-read-only");
	for (uint32_t i = 0; i < ARRAY_SIZE(pages); i++) {
		for (uint32_t at = 0; at < PAGE_SIZE; at += 4) {
			uint32_t before = *(volatile uint32_t *)(pages[i] + at);

			from_kernel(pages[i] + at, WRITE, PF_PRESENT);
			expect(before, *(volatile uint32_t *)(pages[i] + at),
			       "the word at %x", pages[i] + at);
		}
	}
	end();
	begin("window-gaps");
	for (uint32_t at = SILK_I386_WINDOW; at < SILK_I386_HYPERVISOR;
	     at += PAGE_SIZE) {
		there = at <= SILK_I386_CHUNK_KIND || at == SILK_I386_VCPU ||
			at == SILK_I386_QUEUE || at == SILK_I386_BLK_RING ||
			at == SILK_I386_NET_RING;
		if (there)
			continue;
		from_kernel(at, READ, 0);
		from_kernel(at, WRITE, 0);
	}
	end();
}

/* All of the TABLE chunk, by the direct map: to be read, not to be written. */
static void table_chunk(void)
{
	begin("table-chunk-read-only");
	for (uint32_t at = SILK_I386_KERNEL_BASE;
	     at < SILK_I386_KERNEL_BASE + CHUNK_SIZE; at += PAGE_SIZE) {
		attempt(read_byte, at);
		expect(NO_TRAP, trap.vector, "read %x", at);
		from_kernel(at, WRITE, PF_PRESENT);
	}
	end();
}

/* Accesses that begin on our side of an edge. */
static void straddle(uint32_t at)
{
	*(volatile uint32_t *)at = 0;
}

static void edges(void)
{
	begin("edges");
	attempt(straddle, SILK_I386_HYPERVISOR - 2);
	expect(V_PF, trap.vector, "write over the hypervisor's edge");
	attempt(straddle, SILK_I386_KERNEL_BASE + CHUNK_SIZE - 2);
	expect(V_PF, trap.vector, "write over the TABLE chunk's edge");
	expect(PF_PRESENT | PF_WRITE, trap.error, "and its error code");
	attempt(straddle, 0xfffffffe);
	expect(V_PF, trap.vector, "write over the end");
	end();
}

void hostile_main(void)
{
	hypervisor();
	guest_kernel();
	window();
	table_chunk();
	edges();
}
