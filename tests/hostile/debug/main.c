// SPDX-License-Identifier: GPL-2.0-only
/*
 * debug - breakpoints and single steps against the hypervisor.
 *
 * Breakpoints on what the hypervisor reads and writes for the guest, on the
 * instruction that a load of SS shields (`mov ss; int`, CVE-2018-8897), on the
 * hypervisor's own range, on what another guest uses all the time; TF over
 * calls and returns; debug traps without end; alignment checks.
 *
 * covers: CPU-6 CPU-7 TRAP-6 TRAP-10 TRAP-12 TRAP-17 LIFE-4
 */
#include "hostile.h"

#define DR7_ON(n)            (3u << 2 * (n))
#define DR7_KIND(n, rw, len) ((uint32_t)((rw) | (len) << 2) << (16 + 4 * (n)))
#define ON_EXECUTE           0
#define ON_WRITE             1
#define ON_ACCESS            3
#define BYTES_1              0
#define BYTES_4              3
#define STEP                 (1u << 14)

static volatile uint32_t word[4] __attribute__((aligned(16)));
static volatile uint32_t counted, count_limit;

static void watch(uint32_t address, uint32_t kind, uint32_t length)
{
	hv_set_debugreg(0, address);
	hv_set_debugreg(7, DR7_ON(0) | DR7_KIND(0, kind, length));
}

static void off(void)
{
	hv_set_debugreg(7, 0);
	hv_set_debugreg(0, 0);
}

/* ---- what may be set ---- */

static void rules(void)
{
	begin("rules");
	for (uint32_t n = 0; n < 0x200; n++)
		expect(n <= 3 || n == 7 ? 0 : SILK_ERANGE,
		       (uint32_t)-hv_set_debugreg(n, 0), "register %u", n);
	for (uint32_t n = 0; n < 4; n++)
		for (uint32_t at = 0xefffff00; at >= 0xefffff00; at += 0x1001) {
			bool good = at <= SILK_I386_HYPERVISOR - 8;

			expect(good ? 0 : SILK_EINVAL,
			       (uint32_t)-hv_set_debugreg(n, at), "dr%u = %x", n, at);
		}
	for (uint32_t at = 0xefffffe0; at < 0xf0000020; at++)
		expect(at <= SILK_I386_HYPERVISOR - 8 ? 0 : SILK_EINVAL,
		       (uint32_t)-hv_set_debugreg(0, at), "dr0 = %x", at);
	for (uint32_t bit = 0; bit < 32; bit++) {
		uint32_t io = 1u << bit & 0x22220000;
		bool good = bit <= 10 || (bit >= 16 && !io);

		expect(good ? 0 : SILK_EINVAL,
		       (uint32_t)-hv_set_debugreg(7, 1u << bit), "dr7 bit %u", bit);
		hv_set_debugreg(7, 0);
	}
	off();
	end();
}

/* ---- the hypervisor's accesses are not the guest's ---- */

static void call_with_watch(uint32_t arg)
{
	(void)arg;
	hv_console_write((const void *)word, 0);
	hv_pt_batch((const void *)word, 1);
	hv_blk_submit((const void *)word, 1);
	hv_set_traps((const void *)word, 1);
	hv_shutdown(9, (const void *)word, 16);
}

static void accesses(void)
{
	static const uint8_t call[] = { 0xcd, 0x80 };

	begin("hypervisor-accesses");
	for (uint32_t i = 0; i < 50; i++) {
		watch((uint32_t)word, ON_ACCESS, BYTES_4);
		attempt(call_with_watch, 0);
		expect(NO_TRAP, trap.vector, "arguments: vector");
		/* The frame's five words, one after the other. */
		watch(vcpu()->kernel_sp - 4 - i % 5 * 4, ON_WRITE, BYTES_4);
		run_user(call, sizeof(call));
		expect(V_CALL, trap.vector, "a frame: vector");
		watch(SILK_I386_VCPU + i * 4, ON_ACCESS, BYTES_4);
		hv_query(SILK_GROUP_CORE);
	}
	off();
	end();
}

static void write_word(uint32_t at)
{
	*(volatile uint32_t *)at = 1;
}

static void own_watch(void)
{
	begin("own-watch");
	watch((uint32_t)word, ON_WRITE, BYTES_4);
	attempt(write_word, (uint32_t)word);
	expect(V_DB, trap.vector, "vector");
	expect(1, vcpu()->debug_status & 0xf, "debug_status");
	expect(SILK_I386_KERNEL_CS, trap.cs, "cs");
	attempt(write_word, (uint32_t)&word[1]);
	expect(NO_TRAP, trap.vector, "beside it");
	off();
	attempt(write_word, (uint32_t)word);
	expect(NO_TRAP, trap.vector, "off");
	end();
}

/* ---- mov ss, pop ss, and what comes right behind ---- */

#define SHIELD(name, how) \
	static void name(uint32_t arg) \
	{ \
		uint32_t result = SILK_CALL_query, group = 0; \
\
		(void)arg; \
		word[0] = SILK_I386_KERNEL_DS | 3; \
		__asm__ volatile(how \
				 : "+a"(result), "+b"(group) \
				 : "S"(&word[0]) \
				 : "memory", "cc"); \
	}

SHIELD(mov_ss_call, "movw (%%esi), %%ss\n\tint $0x80")
SHIELD(pop_ss_call, "pushl (%%esi)\n\tpopl %%ss\n\tint $0x80")
SHIELD(mov_ss_int3, "movw (%%esi), %%ss\n\tint3")
SHIELD(mov_ss_return, "pushfl\n\tpushl $0x60\n\tpushl $1f\n\t"
		      "movw (%%esi), %%ss\n\tint $0x82\n1:")
SHIELD(mov_ss_sysenter, "movw (%%esi), %%ss\n\tsysenter")
SHIELD(mov_ss_ud2, "movw (%%esi), %%ss\n\tud2")
SHIELD(mov_ss_fault, "movw (%%esi), %%ss\n\tmovl 0xf0000000, %%ebx")
SHIELD(mov_ss_step, "pushl $0x102\n\tpopfl\n\tmovw (%%esi), %%ss\n\tint $0x80")

static const struct {
	const char *name;
	void (*act)(uint32_t);
	uint32_t vector;
} shields[] = {
	{ "mov ss; int 80", mov_ss_call, NO_TRAP },
	{ "pop ss; int 80", pop_ss_call, NO_TRAP },
	{ "mov ss; int3", mov_ss_int3, V_BP },
	{ "mov ss; int 82", mov_ss_return, NO_TRAP },
	{ "mov ss; sysenter", mov_ss_sysenter, V_GP },
	{ "mov ss; ud2", mov_ss_ud2, V_UD },
	{ "mov ss; fault", mov_ss_fault, V_PF },
	{ "mov ss; int 80, step", mov_ss_step, V_DB },
};

/* What the processor makes of the breakpoint differs: it may be lost, be the
 * guest's own, or hit the hypervisor. The guest goes on in each case. */
static void shielded(void)
{
	/* mov (%esi), %ss; int $0x80 */
	static const uint8_t user[] = { 0x66, 0x8e, 0x16, 0xcd, 0x80 };
	struct entry e = user_entry();

	begin("mov-ss");
	for (uint32_t i = 0; i < ARRAY_SIZE(shields) * 20; i++) {
		uint32_t n = i % ARRAY_SIZE(shields);

		watch((uint32_t)&word[0], ON_ACCESS, BYTES_4);
		attempt(shields[n].act, 0);
		if (trap.vector != V_DB)
			expect(shields[n].vector, trap.vector, "%s", shields[n].name);
		expect(0x00010000, (uint32_t)hv_query(SILK_GROUP_CORE),
		       "%s: a call afterwards", shields[n].name);
		irq_disable();
	}
	memcpy((void *)USER_TEXT, user, sizeof(user));
	*(uint32_t *)USER_DATA = SILK_I386_USER_DS;
	e.esi = USER_DATA;
	for (uint32_t i = 0; i < 20; i++) {
		watch(USER_DATA, ON_ACCESS, BYTES_4);
		enter(&e);
		expect(SILK_I386_USER_CS, trap.cs, "user: cs");
		if (trap.vector != V_DB)
			expect(V_CALL, trap.vector, "user: vector");
	}
	off();
	end();
}

/* ---- TF ---- */

static void step_call(uint32_t arg)
{
	uint32_t result = SILK_CALL_deliver_events;

	(void)arg;
	__asm__ volatile("pushl $0x102\n\tpopfl\n\tint $0x80\n\tnop\n\tnop"
			 : "+a"(result)
			 :
			 : "memory", "cc");
}

static void step_return(uint32_t arg)
{
	(void)arg;
	__asm__ volatile("pushl $0x2\n\tpushl $0x60\n\tpushl $1f\n\t"
			 "pushl $0x102\n\tpopfl\n\tint $0x82\n1:\tnop"
			 :
			 :
			 : "memory");
}

static void stepping(void)
{
	static const uint8_t call[] = { 0xcd, 0x80 };
	struct entry e = user_entry();

	begin("step");
	attempt(step_call, 0);
	expect(V_DB, trap.vector, "over a hypercall: vector");
	expect(STEP, vcpu()->debug_status & (STEP | 0xf), "debug_status");
	attempt(step_return, 0);
	if (trap.vector != NO_TRAP)
		expect(V_DB, trap.vector, "over a return: vector");
	memcpy((void *)USER_TEXT, call, sizeof(call));
	e.eflags = FL_TF | 2;
	enter(&e);
	if (trap.vector != V_DB)
		expect(V_CALL, trap.vector, "over a system call: vector");
	expect(FL_TF, trap.eflags & FL_TF, "over a system call: TF in the frame");
	end();
}

/* A handler that counts, and goes on: traps without end, almost. */
static void count_trap(struct trap_frame *frame)
{
	if (++counted >= count_limit) {
		frame->eflags &= ~(uint32_t)FL_TF;
		off();
	}
}

static void spin(uint32_t turns)
{
	__asm__ volatile("1:\tdecl %0\n\tjnz 1b"
			 : "+r"(turns));
}

static void step_many(uint32_t turns)
{
	__asm__ volatile("pushl $0x102\n\tpopfl\n1:\tdecl %0\n\tjnz 1b"
			 : "+r"(turns)
			 :
			 : "memory", "cc");
}

static void storms(void)
{
	begin("storms");
	trap_handle(V_DB, count_trap, 0);
	counted = 0;
	count_limit = 20000;
	attempt(step_many, 50000);
	expect(NO_TRAP, trap.vector, "stepping: vector");
	expect(20000, counted, "steps");
	/* The breakpoint is hit again after each return, as RF is never set. */
	counted = 0;
	watch((uint32_t)spin, ON_EXECUTE, BYTES_1);
	attempt(spin, 1);
	expect(NO_TRAP, trap.vector, "breakpoint: vector");
	expect(20000, counted, "breakpoints");
	end();
}

/* ---- nothing of this in other guests ---- */

/* The witness uses this address all the time; it has no handler. */
static void elsewhere(void)
{
	uint32_t control = 0;
	uint64_t until = time_ns() + 400 * (uint64_t)NS_PER_MS;

	begin("not-elsewhere");
	for (uint32_t n = 0; n < 4; n++)
		expect(0, (uint32_t)-hv_set_debugreg(n, 0xc0800000 + n * 0x1000),
		       "dr%u", n);
	for (uint32_t n = 0; n < 4; n++)
		control |= DR7_ON(n) | DR7_KIND(n, ON_ACCESS, BYTES_4);
	hv_set_debugreg(7, control);
	while (time_ns() < until)
		hv_yield();
	off();
	end();
}

/* ---- alignment checks ---- */

static void unaligned(uint32_t arg)
{
	(void)arg;
	__asm__ volatile("pushl %0\n\tpopfl\n\tmovl 1(%1), %%eax\n\tpushl $2\n\t"
			 "popfl"
			 :
			 : "i"(FL_AC), "r"(&word[0])
			 : "eax", "memory", "cc");
}

static void alignment(void)
{
	/* mov 1(%esi), %eax; int $0x80 */
	static const uint8_t user[] = { 0x8b, 0x46, 0x01, 0xcd, 0x80 };
	struct entry e = user_entry();

	begin("alignment");
	attempt(unaligned, 0);
	if (trap.vector != NO_TRAP) {
		expect(V_AC, trap.vector, "kernel: vector");
		expect(0, trap.error, "kernel: error code");
	}
	memcpy((void *)USER_TEXT, user, sizeof(user));
	e.esi = USER_DATA;
	e.eflags = FL_AC | 2;
	enter(&e);
	if (trap.vector != V_CALL) {
		expect(V_AC, trap.vector, "user: vector");
		expect(0, trap.error, "user: error code");
	}
	expect(FL_AC, trap.eflags & FL_AC, "user: AC in the frame");
	end();
}

/* Leave addresses in the registers, with none enabled, and let others run. */
static void leave(void)
{
	uint64_t until = time_ns() + 2ull * NS_PER_S;

	begin("leave");
	for (uint32_t n = 0; n < 4; n++)
		expect(0, (uint32_t)hv_set_debugreg(n, USER_TEXT + n), "DR%u", n);
	while (time_ns() < until) {
		hv_set_debugreg(0, USER_TEXT);
		hv_yield();
	}
	end();
}

/* A single step at an address that is in a register of another guest's: the
 * processor may say so of registers that are not enabled [CPU-6]. */
static void others(void)
{
	static const uint8_t nops[] = { 0x90, 0x90, 0x90, 0x90 };
	uint64_t until = time_ns() + NS_PER_S;
	struct entry e = user_entry();

	begin("others-registers");
	e.eflags |= FL_TF;
	memcpy((void *)USER_TEXT, nops, sizeof(nops));
	while (time_ns() < until) {
		hv_yield();
		e.eip = USER_TEXT + random32() % 3;
		enter(&e);
		expect(V_DB, trap.vector, "a step");
		expect(0, vcpu()->debug_status & 15, "breakpoints");
	}
	end();
}

void hostile_main(void)
{
	if (cmdline("leave")) {
		leave();
		return;
	}
	others();
	rules();
	own_watch();
	accesses();
	shielded();
	stepping();
	elsewhere();
	alignment();
	storms();
}
