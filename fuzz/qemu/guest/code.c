// SPDX-License-Identifier: GPL-2.0-only
/*
 * code.c - instructions in both modes, returns, stacks, segments, single steps.
 *
 * In guest-user mode anything may run: it reaches no memory of this program's
 * that it could write, and a timer's upcall ends it. In guest-kernel mode runs
 * what is listed here, on a stack that is full of the way back.
 */
#include "fuzz.h"

#define SNIPPET_MAX 10
/* Far above anything else: `enter` may lower the stack by 64 KB. */
#define WAY_BACK_SP (BUFFER + 0x200000u)
#define WAY_BACK    32u /* words of it */

struct expectation expected_trap;

/* One instruction each; what is missing to SNIPPET_MAX is 0. */
static const struct snippet {
	uint8_t bytes;
	uint8_t code[SNIPPET_MAX];
} snippets[] = {
#define S(...) \
	{ \
		sizeof((uint8_t[]){ __VA_ARGS__ }), \
		{ \
			__VA_ARGS__ \
		} \
	}
	S(0xcc), /* int3, into, int1, bound, ud2 */
	S(0xce),
	S(0xf1),
	S(0x62, 0x06),
	S(0x0f, 0x0b),
	S(0x0f, 0xb9, 0xc0),
	S(0xf4), /* hlt, cli, sti, pushf, popf, iret, retf */
	S(0xfa),
	S(0xfb),
	S(0x9c),
	S(0x9d),
	S(0x66, 0x9d),
	S(0xcf),
	S(0xcb),
	S(0xe4, 0x80), /* in, out, ins, outs */
	S(0xe6, 0x80),
	S(0xec),
	S(0xee),
	S(0xef),
	S(0x6c),
	S(0x6e),
	S(0x0f, 0x01, 0x00), /* sgdt sidt lgdt lidt smsw lmsw invlpg */
	S(0x0f, 0x01, 0x08),
	S(0x0f, 0x01, 0x10),
	S(0x0f, 0x01, 0x18),
	S(0x0f, 0x01, 0xe0),
	S(0x0f, 0x01, 0xf0),
	S(0x0f, 0x01, 0x38),
	S(0x0f, 0x00, 0xc0), /* sldt str lldt ltr verr verw, lar, lsl, arpl */
	S(0x0f, 0x00, 0xc8),
	S(0x0f, 0x00, 0xd0),
	S(0x0f, 0x00, 0xd8),
	S(0x0f, 0x00, 0xe0),
	S(0x0f, 0x00, 0xe8),
	S(0x0f, 0x02, 0xc0),
	S(0x0f, 0x03, 0xc0),
	S(0x63, 0xc0),
	S(0x0f, 0x20, 0xc0), /* mov from and to cr0 cr2 cr3 cr4, dr7 */
	S(0x0f, 0x22, 0xc0),
	S(0x0f, 0x22, 0xd0),
	S(0x0f, 0x22, 0xd8),
	S(0x0f, 0x22, 0xe0),
	S(0x0f, 0x21, 0xf8),
	S(0x0f, 0x23, 0xf8),
	S(0x0f, 0x23, 0xc0),
	S(0x0f, 0x06), /* clts invd wbinvd rdmsr wrmsr rdpmc rdtsc cpuid rsm */
	S(0x0f, 0x08),
	S(0x0f, 0x09),
	S(0x0f, 0x32),
	S(0x0f, 0x30),
	S(0x0f, 0x33),
	S(0x0f, 0x31),
	S(0x0f, 0xa2),
	S(0x0f, 0xaa),
	S(0x0f, 0x34), /* sysenter sysexit syscall sysret vmcall vmmcall vmrun swapgs */
	S(0x0f, 0x35),
	S(0x0f, 0x05),
	S(0x0f, 0x07),
	S(0x0f, 0x01, 0xc1),
	S(0x0f, 0x01, 0xd9),
	S(0x0f, 0x01, 0xd8),
	S(0x0f, 0x01, 0xf8),
	S(0xea, 0, 0, 0, 0, 0x08, 0x01), /* far jumps: the hypervisor's code, TSS, fault task */
	S(0xea, 0, 0, 0, 0, 0x18, 0x01),
	S(0xea, 0, 0, 0, 0, 0x20, 0x01),
	S(0x9a, 0, 0, 0, 0xf0, 0x0b, 0x01),
	S(0xff, 0x28),
	S(0x8e, 0xd0), /* mov to ss ds es fs gs cs; pop es; lss lds */
	S(0x8e, 0xd8),
	S(0x8e, 0xc0),
	S(0x8e, 0xe0),
	S(0x8e, 0xe8),
	S(0x8e, 0xc8),
	S(0x07),
	S(0x0f, 0xb2, 0x20),
	S(0xc5, 0x00),
	S(0xf0, 0x0f, 0xc7, 0xc8), /* lock cmpxchg8b eax */
	S(0xf0, 0x90),
	S(0x0f, 0xae, 0x00), /* fxsave fxrstor ldmxcsr; fninit, fldenv, fsqrt, fwait, emms */
	S(0x0f, 0xae, 0x08),
	S(0x0f, 0xae, 0x10),
	S(0xdb, 0xe3),
	S(0xd9, 0x20),
	S(0xd9, 0xfa),
	S(0x9b),
	S(0x0f, 0x77),
	S(0xd9, 0x28),
	S(0x8b, 0x00), /* mov from and to memory, xchg, jump, ret far */
	S(0x89, 0x00),
	S(0x87, 0x00),
	S(0xff, 0xe0),
	S(0xf7, 0xf0), /* div, aam 0 */
	S(0xd4, 0x00),
	S(0xc8, 0xff, 0xff, 0x1f), /* enter, leave, popa */
	S(0xc9),
	S(0x61),
	S(0xa4), /* movs, repeated lods */
	S(0xf3, 0xac),
	S(0xcd, 0x03), /* int: some that may be open, and below any */
	S(0xcd, 0x04),
	S(0xcd, 0x80),
	S(0xcd, 0x82),
	S(0xcd, 0x81),
#undef S
};

static uint32_t pick_snippet(uint8_t *code)
{
	const struct snippet *s = &snippets[below(ARRAY_SIZE(snippets))];

	if (one_in(8)) {
		code[0] = 0xcd;
		code[1] = (uint8_t)below(256);
		return 2;
	}
	memcpy(code, s->code, s->bytes);
	return s->bytes;
}

/* Mostly selectors that there are, or nearly. */
static uint32_t a_selector(void)
{
	static const uint32_t some[] = {
		0,
		3,
		0x33,
		0x3b,
		0x43,
		0x60,
		0x63,
		0x68,
		0x6b,
		0x73,
		0x7b,
		0xd8,
		0xdb,
		0x108,
		0x10b,
		0x110,
		0x113,
		0x118,
		0x120,
		0x128,
	};

	return one_in(8) ? random32() & 0xffff : ANY(some);
}

static uint32_t some_flags(void)
{
	static const uint32_t bits[] = {
		FL_TF,
		FL_IF,
		FL_DF,
		FL_IOPL,
		FL_NT,
		FL_RF,
		FL_VM,
		FL_AC,
		FL_VIF,
		FL_VIP,
		FL_ID,
		0x8d5,
	};
	uint32_t flags = 2;

	while (!one_in(3))
		flags |= ANY(bits);
	return one_in(20) ? random32() : flags;
}

/* ---- guest-user ---- */

/* Upcalls end what doesn't end by itself. */
static void arm(void)
{
	uint64_t ns = time_ns() + 100000;

	vcpu()->mask = ~(1u << SILK_EVENT_TIMER);
	hv_set_timer((uint32_t)ns, (uint32_t)(ns >> 32));
}

static void random_registers(struct entry *e)
{
	uint32_t *r[] = { &e->ebx, &e->ecx, &e->edx, &e->esi, &e->edi, &e->ebp, &e->eax }, i;

	for (i = 0; i < ARRAY_SIZE(r); i++)
		*r[i] = one_in(3) ? random32() : an_address();
}

/* Nothing comes back from here but the trap. */
static void go(struct entry *e)
{
	now->a = e->eip;
	now->b = e->eflags;
	now->c = *(volatile uint32_t *)gpa_to_va(PAGE_TEXT);
	arm();
	enter_frame((uint32_t)e);
}

void act_user(void)
{
	struct entry e = user_entry();
	uint8_t code[SNIPPET_MAX + 4];
	uint32_t bytes = pick_snippet(code);

	code[bytes++] = 0xcd;
	code[bytes++] = 0x80;
	code[bytes++] = 0x0f;
	code[bytes++] = 0x0b;
	memcpy(gpa_to_va(PAGE_TEXT), code, bytes);
	random_registers(&e);
	e.eflags = (some_flags() & ~FL_TF) | SILK_VIF;
	if (one_in(8)) {
		e.ds = a_selector();
		e.es = a_selector();
		e.fs = a_selector();
		e.gs = a_selector();
	}
	/* Not what may fault halfway. */
	expected_trap.on = code[0] != 0xf3 && code[0] != 0x61 && code[0] != 0xc8;
	expected_trap.entry = e;
	expected_trap.eip = USER_TEXT;
	go(&e);
}

void act_bytes(void)
{
	uint32_t *code = gpa_to_va(PAGE_TEXT), i, n = 2 + below(8);
	struct entry e = user_entry();

	for (i = 0; i < n; i++)
		code[i] = random32();
	code[n] = 0x0b0f0b0f;
	random_registers(&e);
	e.eflags = (some_flags() & ~(one_in(4) ? 0u : (uint32_t)FL_TF)) | SILK_VIF;
	go(&e);
}

/* What the hypervisor handed over is what was there [TRAP-2] [TRAP-6] [TRAP-12]. */
void judge_trap(void)
{
	const struct entry *e = &expected_trap.entry;
	bool on = expected_trap.on;

	expected_trap.on = false;
	if (trap.eflags & (FL_IOPL | FL_VM | FL_VIF | FL_VIP))
		finding("vector %u: frame with eflags %x", trap.vector, trap.eflags);
	if (trap.cs != (from_user(&trap) ? SILK_I386_USER_CS : SILK_I386_KERNEL_CS))
		finding("vector %u: frame with cs %x", trap.vector, trap.cs);
	if (!on || trap.eip != expected_trap.eip || !from_user(&trap) ||
	    trap.vector == SILK_I386_VECTOR_UPCALL)
		return;
	if (trap.ebx != e->ebx || trap.ecx != e->ecx || trap.edx != e->edx ||
	    trap.esi != e->esi || trap.edi != e->edi || trap.ebp != e->ebp ||
	    trap.eax != e->eax || trap.esp != e->esp)
		finding("vector %u: registers changed on their way to the kernel", trap.vector);
}

/* ---- guest-kernel ---- */

static void run_here(uint32_t sp)
{
	uint8_t *code = gpa_to_va(PAGE_CODE);
	uint32_t back = (uint32_t)attempt_escape;
	struct call r;
	uint32_t bytes, i;

	bytes = pick_snippet(code);
	/* Not a call that could end us, nor one of act_call(). */
	r.eax = code[0] == 0xcd ? SILK_NR_CALLS + below(99) : one_in(2) ? an_address()
									: random32();
	/* An emulator may take VM from the frame of an iret, and with it a cleared IF, which
	 * nothing can help against: tests/hostile/virtual86 has what can. */
	if (code[0] == 0xcf && sp - BUFFER < CHUNK_SIZE - 16)
		((uint32_t *)sp)[2] &= ~FL_VM;
	if (code[0] == 0xff) /* a jump: to where nothing is ours */
		r.eax = SILK_I386_HYPERVISOR + below(0x1000000);
	/* Back, by no stack and no segment: mov eax, jmp eax. */
	code[bytes] = 0xb8;
	memcpy(code + bytes + 1, &back, 4);
	code[bytes + 5] = 0xff;
	code[bytes + 6] = 0xe0;
	for (i = 0; i < WAY_BACK; i++)
		((uint32_t *)WAY_BACK_SP)[i] = (uint32_t)attempt_escape;
	r.ebx = an_address();
	r.ecx = one_in(4) ? random32() : below(16);
	r.edx = one_in(2) ? a_selector() : random32();
	r.esi = an_address();
	r.edi = BUFFER + below(PAGE_SIZE);
	r.ebp = BUFFER + below(PAGE_SIZE);
	r.eflags = 2 | (one_in(6) ? FL_TF : 0) | (some_flags() & 0x8d5);
	/* xchg and stores go through eax: never to our own memory. */
	if (r.eax - CHUNK_VA(KERNEL_CHUNK) < CHUNK_SIZE)
		r.eax = BUFFER;
	now->a = *(volatile uint32_t *)code;
	now->b = r.eax;
	now->c = sp;
	arm();
	WRITE_ONCE(vcpu()->vif, SILK_VIF);
	run_code(&r, (uint32_t)code, sp);
}

void act_kernel(void)
{
	run_here(WAY_BACK_SP);
}

/* Frames to return to, mostly right in most words. */
void act_frame(void)
{
	uint32_t *at = (uint32_t *)WAY_BACK_SP, kernel = one_in(3);
	uint32_t frame[5] = {
		kernel ? (uint32_t)attempt_escape : USER_TEXT,
		kernel ? SILK_I386_KERNEL_CS : SILK_I386_USER_CS,
		some_flags() | SILK_VIF,
		USER_STACK,
		SILK_I386_USER_DS,
	};
	struct call r = { .eflags = 2 };

	memcpy(gpa_to_va(PAGE_TEXT), "\xcd\x80\x0f\x0b", 4);
	memcpy(gpa_to_va(PAGE_CODE), "\xcd\x82\x0f\x0b", 4);
	switch (below(6)) {
	case 0:
		frame[1] = a_selector() | (one_in(2) ? random32() << 16 : 0);
		break;
	case 1:
		frame[4] = a_selector() | (one_in(2) ? random32() << 16 : 0);
		break;
	case 2:
		frame[3] = one_in(2) ? random32() : an_address();
		break;
	case 3:
		frame[0] = kernel ? SILK_I386_HYPERVISOR + below(0x1000000) : an_address();
		break;
	}
	/* Seldom one that can't be read: that ends us [TRAP-7]. */
	if (one_in(3))
		at = (uint32_t *)(BUFFER_END - 20);
	memcpy(at, frame, sizeof(frame));
	if (one_in(1000))
		at = one_in(2) ? at + below(8) : (uint32_t *)an_address();
	now->a = frame[0];
	now->b = frame[1];
	now->c = (uint32_t)at;
	arm();
	run_code(&r, (uint32_t)gpa_to_va(PAGE_CODE), (uint32_t)at);
}

/* Traps whose frame lies at an end of the buffer, on the shared pages, or, which
 * ends us, nowhere [TRAP-11]. */
void act_stack(void)
{
	uint32_t sp = BUFFER + PAGE_SIZE * (1 + below(8)) + below(32);
	struct entry e = user_entry();

	if (one_in(1000))
		sp = SILK_I386_VCPU + 160 + below(90);
	if (one_in(1000))
		sp = an_address();
	now->c = sp;
	if (one_in(2)) {
		if (sp - BUFFER < CHUNK_SIZE / 2)
			*(uint32_t *)sp = (uint32_t)attempt_escape;
		run_here(sp);
		return;
	}
	memcpy(gpa_to_va(PAGE_TEXT), one_in(2) ? "\xcd\x80\x0f\x0b" : "\x0f\x0b\x0f\x0b", 4);
	e.eflags |= SILK_VIF;
	vcpu()->kernel_sp = sp;
	go(&e);
}

void act_selectors(void)
{
	uint32_t low = random32(), high = a_descriptor(), selector = a_selector();
	uint32_t index = one_in(4) ? 27 : 6 + below(3);

	if (one_in(2))
		selector = index * 8 + 3;
	checked_call(SILK_CALL_set_descriptor, index, low, high);
	now->c = selector;
	__asm__ volatile("movl %0, %%gs\n\tmovl %1, %%fs"
			 :
			 : "r"(selector), "r"(selector ^ (index & 1)));
	if (one_in(2))
		__asm__ volatile("movl %0, %%es"
				 :
				 : "r"(selector));
	if (one_in(2))
		hv_yield();
	if (one_in(2)) /* it goes while it is loaded */
		hv_set_descriptor(index, 0, 0);
	if (one_in(4))
		hv_yield();
	__asm__ volatile("movl %%gs:0, %%eax"
			 :
			 :
			 : "eax");
}

void act_step(void)
{
	uint32_t n = below(4);
	struct entry e = user_entry();

	checked_call(SILK_CALL_set_debugreg, n, one_in(3) ? an_address() : USER_TEXT + below(4), 0);
	checked_call(SILK_CALL_set_debugreg, 7, 1u << (n * 2) | (below(4) << 18 | below(4) << 16) << n * 4,
		     0);
	memcpy(gpa_to_va(PAGE_TEXT), "\x90\xa1\0\x10\x40\0\xcd\x80\x0f\x0b", 10);
	if (one_in(3)) {
		run_here(WAY_BACK_SP);
		return;
	}
	e.eflags = some_flags() | SILK_VIF | (one_in(2) ? FL_TF : 0);
	go(&e);
}
