// SPDX-License-Identifier: GPL-2.0-only
/*
 * frames - return frames with everything in them that a guest may not have:
 * IOPL, NT, VM, VIF, VIP, TF, RF, AC, each code and stack selector, wild EIP
 * and ESP; and the same flags by popf.
 *
 * User code that is entered with a frame stops at once at `int $0x80`, so the
 * trap's frame shows what the return made of it.
 *
 * covers: TRAP-6 TRAP-7 TRAP-8 TRAP-9 TRAP-10 TRAP-12 CPU-1 MEM-2
 */
#include "hostile.h"

/* pushf; pop %eax; int $0x80 */
static const uint8_t show_flags[] = { 0x9c, 0x58, 0xcd, 0x80 };
static const uint8_t just_call[] = { 0xcd, 0x80 };

#define ALLOWED SILK_I386_EFLAGS_USER

/* Each of the 32 bits alone, all of them, and what is dangerous together. */
static void flags_to_user(void)
{
	struct entry e = user_entry();

	begin("eflags-to-user");
	memcpy((void *)USER_TEXT, just_call, sizeof(just_call));
	for (uint32_t bit = 0; bit < 36; bit++) {
		uint32_t flags = bit < 32 ? 1u << bit : bit == 32 ? 0xffffffff
						: bit == 33       ? ~(uint32_t)FL_TF
						: bit == 34       ? FL_IOPL | FL_NT | FL_VM
								  : FL_VIF | FL_VIP | FL_IF;
		bool step = flags & FL_TF;
		uint32_t shown = (flags & ALLOWED & ~FL_RF) | 2;

		e.eflags = flags;
		enter(&e);
		expect(V_CALL, step ? V_CALL : trap.vector, "eflags %x: vector",
		       flags);
		/* vif comes from IF, and the handler runs with 0. */
		shown |= flags & FL_IF;
		expect(shown, trap.eflags & ~FL_RF, "eflags %x: in the next frame",
		       flags);
		expect(SILK_I386_USER_CS, trap.cs, "eflags %x: cs", flags);
		expect(0, vcpu()->vif, "eflags %x: vif in the handler", flags);
	}
	end();
}

/* What pushf shows: IF always, IOPL and the rest never. */
static void flags_seen(void)
{
	struct entry e = user_entry();

	begin("eflags-seen");
	memcpy((void *)USER_TEXT, show_flags, sizeof(show_flags));
	for (uint32_t bit = 0; bit < 32; bit++) {
		if (1u << bit == FL_TF)
			continue;
		e.eflags = 1u << bit;
		enter(&e);
		expect(V_CALL, trap.vector, "eflags bit %u: vector", bit);
		expect(FL_IF | 2 | (1u << bit & ALLOWED & ~FL_RF), trap.eax,
		       "eflags bit %u", bit);
	}
	end();
}

/* Return into guest-kernel mode: to code that pops what pushf shows. */
static uint32_t seen;

static void kernel_return(uint32_t flags)
{
	__asm__ volatile("pushl %1\n\tpushl %2\n\tpushl $1f\n\tint $0x82\n"
			 "1:\tpushfl\n\tpopl %0"
			 : "=r"(seen)
			 : "r"(flags), "i"(SILK_I386_KERNEL_CS)
			 : "memory");
}

static void flags_to_kernel(void)
{
	begin("eflags-to-kernel");
	for (uint32_t bit = 0; bit < 32; bit++) {
		uint32_t flag = 1u << bit;

		if (flag == FL_TF)
			continue;
		attempt(kernel_return, flag);
		expect(NO_TRAP, trap.vector, "eflags bit %u: vector", bit);
		expect(FL_IF | 2 | (flag & SILK_I386_EFLAGS_KERNEL & ~FL_RF), seen,
		       "eflags bit %u", bit);
		expect(flag & FL_IF, vcpu()->vif, "eflags bit %u: vif", bit);
		irq_disable();
	}
	attempt(kernel_return, FL_TF);
	expect(V_DB, trap.vector, "TF: vector");
	expect(SILK_I386_KERNEL_CS, trap.cs, "TF: cs");
	expect(1u << 14, vcpu()->debug_status & 1u << 14, "TF: debug_status");
	end();
}

/* A word of CS with junk in its high half, and with ring 0. */
static void kernel_selector(uint32_t selector)
{
	__asm__ volatile("pushfl\n\tpushl %0\n\tpushl $1f\n\tint $0x82\n"
			 "1:\tmovl %%cs, %%eax\n\tmovl %%eax, %1"
			 :
			 : "r"(selector), "m"(seen)
			 : "eax", "memory");
}

/* Which selectors may stand in a frame is written down in one place. */
static void code_selectors(void)
{
	struct entry e = user_entry();

	begin("frame-cs");
	memcpy((void *)USER_TEXT, just_call, sizeof(just_call));
	for (uint32_t s = 0; s < 0x10000; s++) {
		if (!(s & 3)) {
			seen = 0;
			attempt(kernel_selector, s | 0xbeef0000);
			expect(NO_TRAP, trap.vector, "cs %x", s);
			expect(SILK_I386_KERNEL_CS | 3, seen, "cs %x: gave", s);
			continue;
		}
		e.cs = s | 0xdead0000;
		enter(&e);
		if (s == SILK_I386_USER_CS) {
			expect(V_CALL, trap.vector, "cs %x", s);
			continue;
		}
		expect(V_GP, trap.vector, "cs %x", s);
		expect(s & ~3u, trap.error, "cs %x: error code", s);
		expect(SILK_I386_KERNEL_CS, trap.cs, "cs %x: mode", s);
	}
	end();
}

static void stack_selectors(void)
{
	struct entry e = user_entry();

	begin("frame-ss");
	for (uint32_t s = 0; s < 0x10000; s++) {
		e.ss = s | 0xdead0000;
		enter(&e);
		if (s == SILK_I386_USER_DS) {
			expect(V_CALL, trap.vector, "ss %x", s);
			continue;
		}
		expect(V_GP, trap.vector, "ss %x", s);
		expect(s & ~3u, trap.error, "ss %x: error code", s);
		expect(SILK_I386_KERNEL_CS, trap.cs, "ss %x: mode", s);
	}
	end();
}

/* Nothing can be executed there: the page fault is the user's. */
static void wild_eip(void)
{
	static const uint32_t at[] = {
		0,
		0x00001000,
		0xbfffffff,
		0xc0000000,
		0xc0400000,
		0xefbfffff,
		0xefc00000,
		0xefc10000,
		0xeffffffe,
		0xf0000000,
		0xf0100000,
		0xf4000000,
		0xfc800000,
		0xfee00000,
		0xffc00000,
		0xffffffff,
	};
	struct entry e = user_entry();

	begin("wild-eip");
	for (uint32_t i = 0; i < ARRAY_SIZE(at); i++) {
		e.eip = at[i];
		enter(&e);
		expect(V_PF, trap.vector, "eip %x: vector", at[i]);
		expect(PF_USER, trap.error, "eip %x: error code", at[i]);
		expect(at[i], trap.eip, "eip %x: in the frame", at[i]);
		expect(at[i], trap_address, "eip %x: address", at[i]);
		expect(SILK_I386_USER_CS, trap.cs, "eip %x: cs", at[i]);
	}
	end();
}

/* push %eax at a wild stack faults there; the trap itself is not stored there. */
static void wild_esp(void)
{
	static const uint8_t push[] = { 0x50, 0xcd, 0x80 };
	static const uint32_t at[] = {
		0,
		3,
		0x00001000,
		0xbfffffff,
		0xc0000000,
		0xc0400000,
		0xefbff000,
		0xefc00004,
		0xefc10100,
		0xf0000000,
		0xf0000004,
		0xf0100000,
		0xf4000010,
		0xfee00000,
		0xffffffff,
	};
	struct entry e = user_entry();

	begin("wild-esp");
	for (uint32_t i = 0; i < ARRAY_SIZE(at); i++) {
		memcpy((void *)USER_TEXT, push, sizeof(push));
		e.esp = at[i];
		enter(&e);
		expect(V_PF, trap.vector, "esp %x: vector", at[i]);
		expect(PF_USER | PF_WRITE, trap.error, "esp %x: error code", at[i]);
		expect(at[i], trap.esp, "esp %x: in the frame", at[i]);
		memcpy((void *)USER_TEXT, just_call, sizeof(just_call));
		enter(&e);
		expect(V_CALL, trap.vector, "esp %x and a call: vector", at[i]);
		expect(at[i], trap.esp, "esp %x and a call", at[i]);
	}
	end();
}

/* popf in ring 3: IF, IOPL, VM, VIF, VIP stay; NT, AC, ID may be set. */
static void popf(uint32_t flags)
{
	__asm__ volatile("pushl %1\n\tpopfl\n\tpushfl\n\tpopl %0\n\t"
			 "pushl $2\n\tpopfl"
			 : "=r"(seen)
			 : "r"(flags)
			 : "memory");
}

static void nt_and_call(uint32_t arg)
{
	(void)arg;
	__asm__ volatile("pushl %0\n\tpopfl"
			 :
			 : "i"(FL_NT | FL_AC)
			 : "memory");
	hv_query(SILK_GROUP_CORE);
	__asm__ volatile("pushl $2\n\tpopfl"
			 :
			 :
			 : "memory");
}

/* The guest's own iret with NT set would be a task switch: to nowhere. */
static void nt_and_iret(uint32_t arg)
{
	(void)arg;
	__asm__ volatile("pushl %0\n\tpopfl\n\tpushfl\n\tpushl %%cs\n\t"
			 "pushl $1f\n\tiret\n1:"
			 :
			 : "i"(FL_NT)
			 : "memory");
}

static void by_popf(void)
{
	begin("popf");
	for (uint32_t bit = 0; bit < 32; bit++) {
		if (1u << bit == FL_TF)
			continue;
		attempt(popf, 1u << bit);
		expect(NO_TRAP, trap.vector, "popf bit %u", bit);
		expect(FL_IF, seen & (FL_IF | FL_IOPL | FL_VM | FL_VIF | FL_VIP),
		       "popf bit %u: gave", bit);
		expect(0, vcpu()->vif, "popf bit %u: vif", bit);
	}
	attempt(nt_and_call, 0);
	expect(NO_TRAP, trap.vector, "a hypercall with NT and AC");
	attempt(nt_and_iret, 0);
	expect(V_TS, trap.vector, "iret with NT: vector");
	end();
}

void hostile_main(void)
{
	flags_to_user();
	flags_seen();
	flags_to_kernel();
	code_selectors();
	stack_selectors();
	wild_eip();
	wild_esp();
	by_popf();
}
