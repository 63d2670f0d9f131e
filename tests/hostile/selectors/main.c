// SPDX-License-Identifier: GPL-2.0-only
/*
 * selectors - all 65536 selectors into each segment register, and as the target
 * of far jumps, far calls, far returns and iret, from both modes.
 *
 * The rule is one predicate for each kind of load, below: only the four flat
 * segments, and for DS, ES, FS and GS null. All others must raise general
 * protection with the selector as error code. A user program that jumps to
 * the guest kernel's code segment is a user program still.
 *
 * covers: CPU-2 CPU-9 TRAP-1 TRAP-17 TRAP-19 CALL-2
 */
#include "hostile.h"

#define NAKED         __attribute__((naked))
#define LOW_SELECTORS 0x200u /* beyond any GDT: the rest is sampled in places */

static bool is_index(uint32_t selector, uint32_t a, uint32_t b)
{
	uint32_t base = selector & ~3u;

	return base == (a & ~3u) || base == (b & ~3u);
}

static bool data_loadable(uint32_t s)
{
	return s < 4 || is_index(s, SILK_I386_KERNEL_CS, SILK_I386_KERNEL_DS) ||
	       is_index(s, SILK_I386_USER_CS, SILK_I386_USER_DS);
}

static bool stack_loadable(uint32_t s)
{
	return (s & 3) == 3 && is_index(s, SILK_I386_KERNEL_DS, SILK_I386_USER_DS);
}

static bool jump_loadable(uint32_t s)
{
	return is_index(s, SILK_I386_KERNEL_CS, SILK_I386_USER_CS);
}

static bool return_loadable(uint32_t s)
{
	return (s & 3) == 3 && jump_loadable(s);
}

/* ---- loads in guest-kernel mode: no memory is used through the register ---- */

static NAKED void load_ds(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, %ds\n\tret");
}

static NAKED void load_es(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, %es\n\tret");
}

static NAKED void load_fs(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, %fs\n\tret");
}

static NAKED void load_gs(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, %gs\n\tret");
}

static NAKED void load_ss(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, %ss\n\tret");
}

/* Far transfers to label 1, and from there back to our code segment. */
#define FAR_BACK "1:\tljmp $0x63, $2f\n2:\tret"

static struct {
	uint32_t offset;
	uint32_t selector;
} far_target __attribute__((used));

static NAKED void far_jump(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, far_target+4\n\t"
		"movl $1f, far_target\n\tljmp *far_target\n" FAR_BACK);
}

static NAKED void far_call(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tmovl %eax, far_target+4\n\t"
		"movl $3f, far_target\n\tlcall *far_target\n"
		"3:\taddl $8, %esp\n" FAR_BACK);
}

static NAKED void far_return(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tpushl %eax\n\tpushl $1f\n\tlret\n" FAR_BACK);
}

static NAKED void native_iret(uint32_t s)
{
	(void)s;
	__asm__("movl 4(%esp), %eax\n\tpushfl\n\tpushl %eax\n\tpushl $1f\n\t"
		"iret\n" FAR_BACK);
}

/* clang-format off */
static const struct form {
	const char *kernel, *user;
	bool (*loadable)(uint32_t s);
	void (*act)(uint32_t s);
	/* In user mode: %eax is the selector; success ends in int $0x80 with a
	 * number in %eax that would power off a guest kernel. */
	uint8_t code[20];
} forms[] = {
	{ "ds-kernel", "ds-user", data_loadable, load_ds,
	  { 0x8e, 0xd8, 0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	{ "es-kernel", "es-user", data_loadable, load_es,
	  { 0x8e, 0xc0, 0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	{ "fs-kernel", "fs-user", data_loadable, load_fs,
	  { 0x8e, 0xe0, 0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	{ "gs-kernel", "gs-user", data_loadable, load_gs,
	  { 0x8e, 0xe8, 0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	{ "ss-kernel", "ss-user", stack_loadable, load_ss,
	  { 0x8e, 0xd0, 0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	/* push %eax; push $USER_TEXT + 10; ljmp *(%esp) */
	{ "jump-kernel", "jump-user", jump_loadable, far_jump,
	  { 0x50, 0x68, 0x0a, 0x00, 0x40, 0x00, 0xff, 0x2c, 0x24, 0x90,
	    0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	{ "call-kernel", "call-user", jump_loadable, far_call,
	  { 0x50, 0x68, 0x0a, 0x00, 0x40, 0x00, 0xff, 0x1c, 0x24, 0x90,
	    0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	/* push %eax; push $USER_TEXT + 10; lret */
	{ "lret-kernel", "lret-user", return_loadable, far_return,
	  { 0x50, 0x68, 0x0a, 0x00, 0x40, 0x00, 0xcb, 0x90, 0x90, 0x90,
	    0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
	/* pushf; push %eax; push $USER_TEXT + 10; iret */
	{ "iret-kernel", "iret-user", return_loadable, native_iret,
	  { 0x9c, 0x50, 0x68, 0x0a, 0x00, 0x40, 0x00, 0xcf, 0x90, 0x90,
	    0xb8, 3, 0, 0, 0, 0xcd, 0x80 } },
};
/* clang-format on */

static void from_kernel(const struct form *f)
{
	begin(f->kernel);
	for (uint32_t s = 0; s < 0x10000; s++) {
		attempt(f->act, s);
		if (f->loadable(s)) {
			expect(NO_TRAP, trap.vector, "selector %x", s);
			continue;
		}
		expect(V_GP, trap.vector, "selector %x", s);
		expect(s & ~3u, trap.error, "selector %x: error code", s);
	}
	end();
}

static void from_user_mode(const struct form *f)
{
	struct entry e = user_entry();

	begin(f->user);
	memcpy((void *)USER_TEXT, f->code, sizeof(f->code));
	for (uint32_t s = 0; s < 0x10000; s += s < LOW_SELECTORS ? 1 : 61) {
		e.eax = s;
		e.ebx = SILK_SHUTDOWN_POWEROFF;
		enter(&e);
		expect(SILK_I386_USER_CS, trap.cs, "selector %x: cs", s);
		if (f->loadable(s)) {
			expect(V_CALL, trap.vector, "selector %x", s);
			continue;
		}
		expect(V_GP, trap.vector, "selector %x", s);
		expect(s & ~3u, trap.error, "selector %x: error code", s);
	}
	end();
}

/* What lar shows is what could be loaded; lsl says how far it reaches. */
static void visible(void)
{
	begin("lar-lsl");
	for (uint32_t s = 0; s < 0x10000; s++) {
		uint32_t rights = 0, limit = 0;
		uint8_t zf;

		__asm__ volatile("larl %2, %0\n\tsetz %1"
				 : "+r"(rights), "=q"(zf)
				 : "r"(s)
				 : "cc");
		expect(s >= 4 && data_loadable(s), zf, "lar %x", s);
		if (!zf)
			continue;
		expect(0xf000, rights & 0xf000, "rights of %x", s);
		__asm__ volatile("lsll %2, %0\n\tsetz %1"
				 : "+r"(limit), "=q"(zf)
				 : "r"(s)
				 : "cc");
		expect(0xffffffff, limit, "limit of %x", s);
	}
	end();
}

/* A guest kernel may run with the user's code segment: it stays the kernel. */
static void query_with(uint32_t selector)
{
	register int32_t result __asm__("eax") = SILK_CALL_query;
	uint32_t group = SILK_GROUP_CORE;

	far_target.selector = selector;
	__asm__ volatile("movl $1f, far_target\n\tljmp *far_target\n"
			 "1:\tint $0x80\n\tljmp $0x63, $2f\n2:"
			 : "+r"(result), "+b"(group)
			 :
			 : "memory", "cc");
	expect(0x00010000, (uint32_t)result, "query with cs %x", selector);
}

void hostile_main(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(forms); i++) {
		from_kernel(&forms[i]);
		from_user_mode(&forms[i]);
	}
	visible();
	begin("kernel-with-user-cs");
	attempt(query_with, SILK_I386_USER_CS);
	expect(NO_TRAP, trap.vector, "trap");
	end();
}
