// SPDX-License-Identifier: GPL-2.0-only
/*
 * privileged - every instruction that only ring 0 may execute, every I/O port,
 * and every `int n`, from the guest's kernel and from its user mode.
 *
 * Each must come back as the trap that the table names, with that error code,
 * at the instruction, and nothing else must have happened: the descriptor
 * tables that sgdt and sidt show, and vif, are as before.
 *
 * covers: CPU-1 CPU-8 CPU-10 TRAP-1 TRAP-13 TRAP-14 TRAP-17 TRAP-18 TRAP-19 CALL-2
 */
#include "hostile.h"

#define UD_OR_GP 0x100 /* which one depends on the processor */
#define UD_OR_DB 0x101

static const struct {
	const char *name;
	uint8_t code[4];
	uint8_t bytes;
	uint16_t vector;
} table[] = {
	{ "cli", { 0xfa }, 1, V_GP },
	{ "sti", { 0xfb }, 1, V_GP },
	{ "hlt", { 0xf4 }, 1, V_GP },
	{ "inb imm", { 0xe4, 0x60 }, 2, V_GP },
	{ "inw imm", { 0x66, 0xe5, 0x60 }, 3, V_GP },
	{ "inl imm", { 0xe5, 0x60 }, 2, V_GP },
	{ "outb imm", { 0xe6, 0x64 }, 2, V_GP },
	{ "outw imm", { 0x66, 0xe7, 0x64 }, 3, V_GP },
	{ "outl imm", { 0xe7, 0x64 }, 2, V_GP },
	{ "inb dx", { 0xec }, 1, V_GP },
	{ "inw dx", { 0x66, 0xed }, 2, V_GP },
	{ "inl dx", { 0xed }, 1, V_GP },
	{ "outb dx", { 0xee }, 1, V_GP },
	{ "outw dx", { 0x66, 0xef }, 2, V_GP },
	{ "outl dx", { 0xef }, 1, V_GP },
	{ "insb", { 0x6c }, 1, V_GP },
	{ "insw", { 0x66, 0x6d }, 2, V_GP },
	{ "insl", { 0x6d }, 1, V_GP },
	{ "outsb", { 0x6e }, 1, V_GP },
	{ "outsw", { 0x66, 0x6f }, 2, V_GP },
	{ "outsl", { 0x6f }, 1, V_GP },
	{ "rep insb", { 0xf3, 0x6c }, 2, V_GP },
	{ "rep outsl", { 0xf3, 0x6f }, 2, V_GP },
	{ "lgdt", { 0x0f, 0x01, 0x10 }, 3, V_GP },
	{ "lidt", { 0x0f, 0x01, 0x18 }, 3, V_GP },
	{ "lldt", { 0x0f, 0x00, 0xd0 }, 3, V_GP },
	{ "ltr", { 0x0f, 0x00, 0xd8 }, 3, V_GP },
	{ "lmsw", { 0x0f, 0x01, 0xf0 }, 3, V_GP },
	{ "invlpg", { 0x0f, 0x01, 0x38 }, 3, V_GP },
	{ "clts", { 0x0f, 0x06 }, 2, V_GP },
	{ "invd", { 0x0f, 0x08 }, 2, V_GP },
	{ "wbinvd", { 0x0f, 0x09 }, 2, V_GP },
	{ "mov cr0, eax", { 0x0f, 0x20, 0xc0 }, 3, V_GP },
	{ "mov cr2, eax", { 0x0f, 0x20, 0xd0 }, 3, V_GP },
	{ "mov cr3, eax", { 0x0f, 0x20, 0xd8 }, 3, V_GP },
	{ "mov cr4, eax", { 0x0f, 0x20, 0xe0 }, 3, V_GP },
	{ "mov eax, cr0", { 0x0f, 0x22, 0xc0 }, 3, V_GP },
	{ "mov eax, cr2", { 0x0f, 0x22, 0xd0 }, 3, V_GP },
	{ "mov eax, cr3", { 0x0f, 0x22, 0xd8 }, 3, V_GP },
	{ "mov eax, cr4", { 0x0f, 0x22, 0xe0 }, 3, V_GP },
	{ "mov dr0, eax", { 0x0f, 0x21, 0xc0 }, 3, V_GP },
	{ "mov dr6, eax", { 0x0f, 0x21, 0xf0 }, 3, V_GP },
	{ "mov dr7, eax", { 0x0f, 0x21, 0xf8 }, 3, V_GP },
	{ "mov eax, dr0", { 0x0f, 0x23, 0xc0 }, 3, V_GP },
	{ "mov eax, dr6", { 0x0f, 0x23, 0xf0 }, 3, V_GP },
	{ "mov eax, dr7", { 0x0f, 0x23, 0xf8 }, 3, V_GP },
	{ "mov tr6, eax", { 0x0f, 0x24, 0xf0 }, 3, V_UD },
	{ "wrmsr", { 0x0f, 0x30 }, 2, V_GP },
	{ "rdmsr", { 0x0f, 0x32 }, 2, V_GP },
	{ "rdpmc", { 0x0f, 0x33 }, 2, V_GP },
	{ "sysenter", { 0x0f, 0x34 }, 2, V_GP },
	{ "sysexit", { 0x0f, 0x35 }, 2, V_GP },
	{ "syscall", { 0x0f, 0x05 }, 2, V_UD },
	{ "sysret", { 0x0f, 0x07 }, 2, UD_OR_GP },
	{ "swapgs", { 0x0f, 0x01, 0xf8 }, 3, UD_OR_GP },
	{ "monitor", { 0x0f, 0x01, 0xc8 }, 3, UD_OR_GP },
	{ "mwait", { 0x0f, 0x01, 0xc9 }, 3, UD_OR_GP },
	{ "xgetbv", { 0x0f, 0x01, 0xd0 }, 3, V_UD },
	{ "xsetbv", { 0x0f, 0x01, 0xd1 }, 3, UD_OR_GP },
	{ "vmcall", { 0x0f, 0x01, 0xc1 }, 3, UD_OR_GP },
	{ "vmrun", { 0x0f, 0x01, 0xd8 }, 3, UD_OR_GP },
	{ "vmmcall", { 0x0f, 0x01, 0xd9 }, 3, UD_OR_GP },
	{ "vmload", { 0x0f, 0x01, 0xda }, 3, UD_OR_GP },
	{ "vmsave", { 0x0f, 0x01, 0xdb }, 3, UD_OR_GP },
	{ "stgi", { 0x0f, 0x01, 0xdc }, 3, UD_OR_GP },
	{ "clgi", { 0x0f, 0x01, 0xdd }, 3, UD_OR_GP },
	{ "skinit", { 0x0f, 0x01, 0xde }, 3, UD_OR_GP },
	{ "invlpga", { 0x0f, 0x01, 0xdf }, 3, UD_OR_GP },
	{ "getsec", { 0x0f, 0x37 }, 2, UD_OR_GP },
	{ "rsm", { 0x0f, 0xaa }, 2, UD_OR_GP },
	{ "ud2", { 0x0f, 0x0b }, 2, V_UD },
	{ "lock nop", { 0xf0, 0x90 }, 2, V_UD },
	{ "icebp", { 0xf1 }, 1, UD_OR_DB },
};

static uint32_t scratch[64];

struct tables {
	uint16_t gdt[3], idt[3];
};

static struct tables tables(void)
{
	struct tables t;

	__asm__ volatile("sgdt %0\n\tsidt %1"
			 : "=m"(t.gdt), "=m"(t.idt));
	return t;
}

static void expect_instruction(uint32_t i, uint32_t at, const char *mode)
{
	uint32_t vector = table[i].vector, behind = 0;

	if (vector == UD_OR_DB) {
		vector = trap.vector == V_DB ? V_DB : V_UD;
		behind = vector == V_DB ? table[i].bytes : 0;
	}
	if (vector == UD_OR_GP)
		vector = trap.vector == V_GP ? V_GP : V_UD;
	expect(vector, trap.vector, "%s from %s: vector", table[i].name, mode);
	expect(0, trap.error, "%s from %s: error code", table[i].name, mode);
	expect(at + behind, trap.eip, "%s from %s: eip", table[i].name, mode);
	expect(0, vcpu()->vif, "%s from %s: vif", table[i].name, mode);
}

static void instructions(void)
{
	struct tables before = tables(), after;

	begin("privileged-kernel");
	for (uint32_t i = 0; i < ARRAY_SIZE(table); i++) {
		uint32_t at = run_kernel(table[i].code, table[i].bytes,
					 (uint32_t)scratch);

		expect_instruction(i, at, "kernel");
		expect(SILK_I386_KERNEL_CS, trap.cs, "%s: cs", table[i].name);
	}
	after = tables();
	expect(0, (uint32_t)memcmp(&before, &after, sizeof(before)),
	       "sgdt and sidt");
	end();

	begin("privileged-user");
	for (uint32_t i = 0; i < ARRAY_SIZE(table); i++) {
		run_user(table[i].code, table[i].bytes);
		expect_instruction(i, USER_TEXT, "user");
		expect(SILK_I386_USER_CS, trap.cs, "%s: cs", table[i].name);
		expect(USER_STACK, trap.esp, "%s: esp", table[i].name);
	}
	end();
}

/* ---- ports ---- */

static void port(uint32_t number)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0"
			 : "=a"(value)
			 : "d"(number));
}

static void ports(void)
{
	static const uint8_t inb_dx = 0xec;
	struct entry e = user_entry();

	begin("ports-kernel");
	for (uint32_t i = 0; i < 0x10000; i++) {
		attempt(port, i);
		expect(V_GP, trap.vector, "port %x", i);
	}
	end();
	begin("ports-user");
	memcpy((void *)USER_TEXT, &inb_dx, 1);
	for (uint32_t i = 0; i < 0x10000; i += 97) {
		e.edx = i;
		enter(&e);
		expect(V_GP, trap.vector, "port %x", i);
	}
	end();
}

/* ---- int n ---- */

static void set_flags(uint32_t vector, uint32_t flags)
{
	extern const uint32_t trap_stubs[];
	struct silk_trap t = {
		.vector = (uint8_t)vector,
		.flags = (uint8_t)(flags | SILK_TRAP_MASK),
		.entry = trap_stubs[vector],
	};

	hv_set_traps(&t, 1);
}

static void expect_int(uint32_t n, uint32_t at, bool open)
{
	expect(open ? n : V_GP, trap.vector, "int %x: vector", n);
	expect(open ? 0 : n * 8 + 2, trap.error, "int %x: error code", n);
	expect(open ? at + 2 : at, trap.eip, "int %x: eip", n);
}

/* With SILK_TRAP_USER and without. */
static void ints(uint32_t flags, const char *kernel, const char *user)
{
	uint8_t code[2] = { 0xcd };

	set_flags(V_BP, flags);
	set_flags(V_OF, flags);
	set_flags(V_CALL, flags);
	begin(kernel);
	for (uint32_t n = 0; n < 256; n++) {
		if (n == SILK_I386_VECTOR_CALL || n == SILK_I386_VECTOR_RETURN)
			continue;
		code[1] = (uint8_t)n;
		expect_int(n, run_kernel(code, 2, 0), n == V_BP || n == V_OF);
	}
	end();
	begin(user);
	for (uint32_t n = 0; n < 256; n++) {
		code[1] = (uint8_t)n;
		run_user(code, 2);
		expect_int(n, USER_TEXT, flags && (n == V_BP || n == V_OF || n == V_CALL));
	}
	end();
}

static void short_forms(void)
{
	static const uint8_t int3[] = { 0xcc };
	/* mov $0x7f, %al; add $1, %al; into */
	static const uint8_t into[] = { 0xb0, 0x7f, 0x04, 0x01, 0xce };
	uint32_t at;

	begin("int3-into");
	at = run_kernel(int3, 1, 0);
	expect(V_BP, trap.vector, "int3 from the kernel");
	expect(at + 1, trap.eip, "int3 from the kernel: eip");
	at = run_kernel(into, 5, 0);
	expect(V_OF, trap.vector, "into from the kernel");
	expect(at + 5, trap.eip, "into from the kernel: eip");
	run_user(int3, 1);
	expect(V_BP, trap.vector, "int3 from user");
	run_user(into, 5);
	expect(V_OF, trap.vector, "into from user");
	set_flags(V_BP, 0);
	set_flags(V_OF, 0);
	run_user(int3, 1);
	expect(V_GP, trap.vector, "closed int3 from user");
	expect(V_BP * 8 + 2, trap.error, "closed int3 from user: error code");
	expect(USER_TEXT, trap.eip, "closed int3 from user: eip");
	run_user(into, 5);
	expect(V_GP, trap.vector, "closed into from user");
	expect(V_OF * 8 + 2, trap.error, "closed into from user: error code");
	run_kernel(int3, 1, 0);
	expect(V_BP, trap.vector, "int3 from the kernel, without the flag");
	end();
}

/* What is not privileged works in both modes, and shows the same machine. */
static void harmless(void)
{
	/* cpuid; int $0x80 */
	static const uint8_t cpuid[] = { 0x0f, 0xa2, 0xcd, 0x80 };
	/* rdtsc; int $0x80 */
	static const uint8_t rdtsc[] = { 0x0f, 0x31, 0xcd, 0x80 };
	uint32_t a = 1, b, c = 0, d;
	struct entry e = user_entry();

	begin("cpuid-rdtsc");
	__asm__ volatile("cpuid"
			 : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	e.eax = 1;
	memcpy((void *)USER_TEXT, cpuid, sizeof(cpuid));
	enter(&e);
	expect(V_CALL, trap.vector, "cpuid in user mode");
	expect(a, trap.eax, "its eax");
	expect(c, trap.ecx, "its ecx");
	expect(d, trap.edx, "its edx");
	e.eax = e.edx = 0;
	memcpy((void *)USER_TEXT, rdtsc, sizeof(rdtsc));
	enter(&e);
	expect(V_CALL, trap.vector, "rdtsc in user mode");
	expect(true, (trap.eax | trap.edx) != 0, "what it read");
	end();
}

void hostile_main(void)
{
	instructions();
	harmless();
	ports();
	ints(SILK_TRAP_USER, "int-n-kernel", "int-n-user");
	ints(0, "int-n-kernel-closed", "int-n-user-closed");
	set_flags(V_BP, SILK_TRAP_USER);
	set_flags(V_OF, SILK_TRAP_USER);
	short_forms();
}
