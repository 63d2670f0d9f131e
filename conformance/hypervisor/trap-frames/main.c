// SPDX-License-Identifier: GPL-2.0-only
/*
 * trap-frames - every word of the frame that a trap leaves, every register at
 * the handler's entry, and what a return makes of a frame: bit by bit.
 *
 * One table of instructions that trap; each is tried in both modes, with and
 * without SILK_TRAP_MASK, with vif 0 and 1 and two patterns of flags. Stack faults
 * and alignment checks are not among them: emulated processors raise neither.
 *
 * guest: mem=16M
 * covers: TRAP-1 TRAP-2 TRAP-3 TRAP-4 TRAP-5 TRAP-6 TRAP-7 TRAP-8 TRAP-9 TRAP-10
 * covers: TRAP-12 TRAP-13 TRAP-14 TRAP-17 TRAP-18 TRAP-19 CALL-2 CPU-1 CPU-2
 * covers: CPU-5 EVT-2
 */
#include "suite.h"

struct seen {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp;
	uint32_t eflags, cs, ds, es, ss, fs, gs, vif;
};
extern struct seen seen;
extern uint32_t seen_vector, frame_words[6];
extern const uint8_t snap_handler[0x82][16];

#define NO_ERROR   0xffffffffu
#define ALWAYS     0x2u
#define ARITHMETIC 0x8d5u

static const uint8_t vectors[] = {
	0,
	1,
	3,
	4,
	5,
	6,
	7,
	10,
	11,
	12,
	13,
	14,
	16,
	17,
	19,
	0x80,
	0x81,
};

static void handle(uint8_t flags)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct silk_trap t = {
			.vector = vectors[i],
			.flags = flags,
			.entry = (uint32_t)snap_handler[vectors[i]],
		};

		hv_set_traps(&t, 1);
	}
}

/* ebx points to: bounds 1 and 2; a control word with division unmasked. */
#define DATA ((uint32_t *)USER_DATA)

static const struct {
	const char *name;
	uint32_t vector, error; /* error code in guest-user mode */
	uint32_t eip;           /* behind the first byte of the code */
	uint32_t length;
	uint8_t code[16];
} acts[] = {
	{ "div by 0", 0, NO_ERROR, 2, 4, { 0x31, 0xc9, 0xf7, 0xf1 } },
	{ "int3", 3, NO_ERROR, 1, 1, { 0xcc } },
	{ "int $3", 3, NO_ERROR, 2, 2, { 0xcd, 3 } },
	{ "int $4", 4, NO_ERROR, 2, 2, { 0xcd, 4 } },
	{ "into", 4, NO_ERROR, 5, 5, { 0xb0, 0x7f, 0x04, 0x01, 0xce } },
	{ "bound", 5, NO_ERROR, 2, 4, { 0x31, 0xc0, 0x62, 0x03 } },
	{ "ud2", 6, NO_ERROR, 0, 2, { 0x0f, 0x0b } },
	{ "hlt", 13, 0, 0, 1, { 0xf4 } },
	{ "cli", 13, 0, 0, 1, { 0xfa } },
	{ "in", 13, 0, 0, 1, { 0xec } },
	{ "int $0x20", 13, 0x102, 0, 2, { 0xcd, 0x20 } },
	{ "int $0x81", 13, 0x40a, 0, 2, { 0xcd, 0x81 } },
	{ "load 8 into ds", 13, 8, 4, 6, { 0x66, 0xb8, 8, 0, 0x8e, 0xd8 } },
	{ "read of address 8", 14, PF_USER, 0, 5, { 0xa1, 8, 0, 0, 0 } },
	{ "write to 0xf0000000", 14, PF_USER | PF_WRITE, 0, 5, { 0xa3, 0, 0, 0, 0xf0 } },
	{ "x87 division", 16, NO_ERROR, 11, 12, { 0xdb, 0xe3, 0xd9, 0x6b, 8, 0xd9, 0xe8, 0xd9, 0xee, 0xde, 0xf9, 0x9b } },
};

static const uint32_t patterns[] = { 0, ARITHMETIC | FL_DF | FL_ID };

/* The registers that a user program starts with. */
static struct entry odd_registers(uint32_t flags)
{
	struct entry e = user_entry();

	e.ebx = USER_DATA;
	e.ecx = 0x0c0c0c0c;
	e.edx = 0x0d0d0d0d;
	e.esi = 0x51515151;
	e.edi = 0xd1d1d1d1;
	e.ebp = 0xb9b9b9b9;
	e.eax = 0x0a0a0a0a;
	e.es = SILK_I386_KERNEL_DS | 3;
	e.fs = SILK_I386_USER_DS;
	e.gs = 0;
	e.eflags = flags;
	return e;
}

static void reset_data(void)
{
	DATA[0] = 1;
	DATA[1] = 2;
	DATA[2] = 0x37b;
}

/* At a handler's entry, from either mode. */
static void handler_state(uint32_t vector, bool masked, uint32_t vif)
{
	expect(vector, seen_vector, "vector");
	expect(0x202, seen.eflags, "eflags in the handler");
	expect(0x63, seen.cs, "cs in the handler");
	expect(0x6b, seen.ss, "ss in the handler");
	expect(masked ? 0 : vif, seen.vif, "vif in the handler");
}

static void from_user_mode(uint32_t i, uint32_t pattern, bool masked, uint32_t vif)
{
	struct entry e = odd_registers(patterns[pattern] | vif);
	bool has_error = acts[i].error != NO_ERROR;
	const uint32_t *f = frame_words + has_error;

	reset_data();
	memcpy((void *)USER_TEXT, acts[i].code, sizeof(acts[i].code));
	enter(&e);
	handler_state(acts[i].vector, masked, vif);
	expect(vcpu()->kernel_sp - 20 - 4 * has_error, seen.esp, "esp");
	if (has_error)
		expect(acts[i].error, frame_words[0], "error code");
	expect(USER_TEXT + acts[i].eip, f[0], "eip");
	expect(SILK_I386_USER_CS, f[1], "cs, all 32 bits");
	/* RF is the processor's affair; what arithmetic did is the code's. */
	expect((patterns[pattern] & ~ARITHMETIC) | ALWAYS | vif,
	       f[2] & ~(ARITHMETIC | FL_RF), "eflags without the arithmetic ones");
	if (acts[i].length <= 2 || acts[i].vector == 14)
		expect(patterns[pattern] & ARITHMETIC, f[2] & ARITHMETIC,
		       "arithmetic flags");
	expect(USER_STACK, f[3], "esp of the user");
	expect(SILK_I386_USER_DS, f[4], "ss, all 32 bits");
	expect(e.ebx, seen.ebx, "ebx");
	expect(e.edx, seen.edx, "edx");
	expect(e.esi, seen.esi, "esi");
	expect(e.edi, seen.edi, "edi");
	expect(e.ebp, seen.ebp, "ebp");
	expect(SILK_I386_USER_DS, seen.ds, "ds");
	expect(e.es, seen.es, "es");
	expect(e.fs, seen.fs, "fs");
	expect(0, seen.gs, "gs");
	if (acts[i].vector == 14)
		expect(*(const uint32_t *)(acts[i].code + 1), vcpu()->fault_address,
		       "fault_address");
}

/* The code begins with mov %esp, %ebp, so that the frame's place is known. */
static void from_kernel_mode(uint32_t i, bool masked, uint32_t vif)
{
	bool has_error = acts[i].error != NO_ERROR;
	const uint32_t *f = frame_words + has_error;
	uint8_t code[24] = { 0x89, 0xe5 };
	uint32_t at;

	reset_data();
	memcpy(code + 2, acts[i].code, sizeof(acts[i].code));
	vcpu()->vif = vif;
	at = run_kernel(code, acts[i].length + 2, USER_DATA);
	vcpu()->vif = 0;
	handler_state(acts[i].vector, masked, vif);
	expect(seen.ebp - 12 - 4 * has_error, seen.esp, "kernel: esp");
	if (has_error)
		expect(acts[i].error & ~(acts[i].vector == 14 ? PF_USER : 0u),
		       frame_words[0], "kernel: error code");
	expect(at + 2 + acts[i].eip, f[0], "kernel: eip");
	expect(SILK_I386_KERNEL_CS, f[1], "kernel: cs, all 32 bits");
	expect(ALWAYS | vif, f[2] & ~(ARITHMETIC | FL_RF), "kernel: eflags");
	expect(USER_DATA, seen.ebx, "kernel: ebx");
	expect(USER_DATA, seen.esi, "kernel: esi");
}

static void frames(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(acts); i++) {
		test("TRAP-2 TRAP-5 TRAP-6 TRAP-12 TRAP-17", "%s", acts[i].name);
		for (uint32_t n = 0; n < 8; n++) {
			bool masked = n & 1;
			uint32_t vif = n & 2 ? SILK_VIF : 0;

			handle(SILK_TRAP_USER | (masked ? SILK_TRAP_MASK : 0));
			from_user_mode(i, n >> 2, masked, vif);
			vcpu()->vif = 0;
			if (n < 4)
				from_kernel_mode(i, masked, vif);
		}
		end();
	}
}

/* ---- int n, all of them ---- */

static void every_int(void)
{
	struct entry e = user_entry();

	handle(0);
	test("TRAP-13 CALL-2", "int n in user mode, no handler with USER");
	for (uint32_t n = 0; n < 256; n++) {
		uint8_t code[] = { 0xcd, (uint8_t)n };

		memcpy((void *)USER_TEXT, code, 2);
		enter(&e);
		expect(13, seen_vector, "int %x: vector", n);
		expect(n * 8 + 2, frame_words[0], "int %x: error code", n);
		expect(USER_TEXT, frame_words[1], "int %x: eip", n);
	}
	end();
	handle(SILK_TRAP_USER);
	test("TRAP-13 CALL-2", "int n in user mode, all handlers with USER");
	for (uint32_t n = 0; n < 256; n++) {
		uint8_t code[] = { 0xcd, (uint8_t)n };
		bool bounced = n == 3 || n == 4 || n == 0x80;

		memcpy((void *)USER_TEXT, code, 2);
		enter(&e);
		expect(bounced ? n : 13, seen_vector, "int %x: vector", n);
		expect(bounced ? USER_TEXT + 2 : n * 8 + 2, frame_words[0],
		       "int %x: the frame's first word", n);
	}
	end();
	handle(0);
	test("TRAP-14", "int n in guest-kernel mode");
	for (uint32_t n = 0; n < 256; n++) {
		uint8_t code[] = { 0xcd, (uint8_t)n };
		bool bounced = n == 3 || n == 4;
		uint32_t at;

		if (n == SILK_I386_VECTOR_CALL || n == SILK_I386_VECTOR_RETURN)
			continue;
		at = run_kernel(code, 2, 0);
		expect(bounced ? n : 13, seen_vector, "int %x: vector", n);
		expect(bounced ? at + 2 : n * 8 + 2, frame_words[0],
		       "int %x: the frame's first word", n);
	}
	end();
}

/* ---- single step and debug status ---- */

static void single_step(void)
{
	static const uint8_t nops[] = { 0x90, 0x90, 0xcc };
	struct entry e = user_entry();

	test("TRAP-10", "single step");
	handle(SILK_TRAP_USER);
	memcpy((void *)USER_TEXT, nops, sizeof(nops));
	e.eflags = FL_TF;
	enter(&e);
	expect(1, seen_vector, "vector");
	expect(USER_TEXT + 1, frame_words[0], "eip");
	expect(FL_TF, frame_words[2] & FL_TF, "TF in the frame");
	expect(0x202, seen.eflags, "eflags in the handler");
	expect(0x4000, vcpu()->debug_status & 0x400f, "debug_status");
	end();
	test("TRAP-10 CPU-6", "a breakpoint, and nothing left of the step");
	hv_set_debugreg(2, USER_TEXT + 1);
	hv_set_debugreg(7, 0x10);
	e.eflags = 0;
	enter(&e);
	expect(1, seen_vector, "vector");
	expect(USER_TEXT + 1, frame_words[0], "eip");
	expect(4, vcpu()->debug_status & 0x400f, "debug_status");
	hv_set_debugreg(7, 0);
	enter(&e);
	expect(3, seen_vector, "without it");
	end();
}

/* ---- returns ---- */

static uint32_t flags_after(uint32_t flags, uint32_t cs)
{
	uint32_t result;

	__asm__ volatile("pushl %1\n\tpushl %2\n\tpushl $1f\n\tint $0x82\n1:\t"
			 "pushfl\n\tpopl %0\n\tpushl $2\n\tpopfl\n\tcld"
			 : "=r"(result)
			 : "r"(flags), "r"(cs)
			 : "memory", "cc");
	return result;
}

static void kernel_returns(void)
{
	static const uint32_t cs[] = {
		0,
		4,
		8,
		0x60,
		0x64,
		0x70,
		0xfffc,
		0xffff0000,
		0x12340060,
		0xfffffffc,
	};

	test("TRAP-6 TRAP-7", "eflags by a return to guest-kernel mode");
	for (uint32_t bit = 0; bit < 34; bit++) {
		uint32_t flags = bit < 32 ? 1u << bit : bit == 32 ? ~(uint32_t)FL_TF
								  : 0;

		if (flags == FL_TF)
			continue;
		vcpu()->vif = flags & FL_IF ? 0 : SILK_VIF;
		expect((flags & SILK_I386_EFLAGS_KERNEL & ~FL_RF & ~FL_TF) | 0x202,
		       flags_after(flags, 0x60), "frame %x: eflags", flags);
		expect(flags & SILK_VIF, vcpu()->vif, "frame %x: vif", flags);
	}
	vcpu()->vif = 0;
	end();
	test("TRAP-7", "CS with ring 0: the rest of it is ignored");
	for (uint32_t i = 0; i < ARRAY_SIZE(cs); i++)
		expect(0x202, flags_after(0, cs[i]), "cs %x", cs[i]);
	end();
}

static void user_returns(void)
{
	static const uint8_t show[] = { 0x9c, 0x58, 0xcc }; /* pushf; pop; int3 */
	struct entry e;

	handle(SILK_TRAP_USER);
	memcpy((void *)USER_TEXT, show, sizeof(show));
	test("TRAP-6 TRAP-7", "eflags by a return to guest-user mode");
	for (uint32_t bit = 0; bit < 34; bit++) {
		uint32_t flags = bit < 32 ? 1u << bit : bit == 32 ? ~(uint32_t)FL_TF
								  : 0;

		if (flags == FL_TF)
			continue;
		e = odd_registers(flags);
		enter(&e);
		vcpu()->vif = 0;
		expect(3, seen_vector, "frame %x: vector", flags);
		expect((flags & SILK_I386_EFLAGS_USER & ~(FL_RF | FL_TF)) | 0x202,
		       seen.eax, "frame %x: eflags", flags);
		expect(flags & SILK_VIF, seen.vif, "frame %x: vif", flags);
	}
	end();
	test("TRAP-7", "high halves of CS and SS are ignored");
	e = odd_registers(0);
	e.cs |= 0xabcd0000;
	e.ss |= 0x12340000;
	enter(&e);
	expect(3, seen_vector, "vector");
	expect(SILK_I386_USER_CS, frame_words[1], "cs");
	expect(SILK_I386_USER_DS, frame_words[4], "ss");
	end();
}

static void bad_selectors(void)
{
	static const uint16_t bad[] = {
		1,
		2,
		3,
		0x61,
		0x62,
		0x63,
		0x6b,
		0x71,
		0x72,
		0x7b,
		0x77,
		0x33,
		0xdb,
		0xffff,
		0x8073,
	};

	handle(0);
	test("TRAP-8", "bad CS in a return frame");
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct entry e = odd_registers(FL_IF);

		e.cs = bad[i];
		e.ss = 0x1234;
		enter(&e);
		expect(13, seen_vector, "cs %x: vector", bad[i]);
		expect(bad[i] & 0xfffcu, frame_words[0], "cs %x: error code",
		       bad[i]);
		expect(SILK_I386_KERNEL_CS, frame_words[2], "cs %x: mode", bad[i]);
		expect(0, seen.vif, "cs %x: vif", bad[i]);
		expect(0x82cd, *(uint16_t *)frame_words[1], "cs %x: eip", bad[i]);
		expect(USER_TEXT, ((uint32_t *)seen.esp)[4], "cs %x: esp", bad[i]);
	}
	end();
	test("TRAP-8", "bad SS in a return frame");
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct entry e = odd_registers(0);

		if (bad[i] == SILK_I386_USER_DS)
			continue;
		e.ss = bad[i];
		enter(&e);
		expect(13, seen_vector, "ss %x: vector", bad[i]);
		expect(bad[i] & 0xfffcu, frame_words[0], "ss %x: error code",
		       bad[i]);
	}
	end();
}

/* ---- upcalls ---- */

static void upcall_frames(void)
{
	static const uint8_t spin[] = { 0xeb, 0xfe };
	struct entry e = odd_registers(FL_IF | ARITHMETIC);

	handle(0);
	memcpy((void *)USER_TEXT, spin, sizeof(spin));
	test("TRAP-4 EVT-7", "an upcall out of guest-user mode");
	vcpu()->pending = 0x80000000;
	vcpu()->mask = 0;
	enter(&e);
	handler_state(0x81, true, SILK_VIF);
	expect(vcpu()->kernel_sp - 20, seen.esp, "esp");
	expect(USER_TEXT, frame_words[0], "eip");
	expect(SILK_I386_USER_CS, frame_words[1], "cs");
	expect(FL_IF | ARITHMETIC | ALWAYS, frame_words[2], "eflags");
	expect(USER_STACK, frame_words[3], "user's esp");
	expect(SILK_I386_USER_DS, frame_words[4], "ss");
	expect(0x80000000, vcpu()->pending & 0x80000000, "pending is left");
	expect(0, vcpu()->mask, "mask is left");
	expect(e.ebx, seen.ebx, "ebx");
	expect(e.ecx, seen.ecx, "ecx");
	expect(e.eax, seen.eax, "eax");
	expect(e.es, seen.es, "es");
	vcpu()->pending = 0;
	vcpu()->mask = ~0u;
	end();
}

void hostile_main(void)
{
	scene_set();
	frames();
	every_int();
	single_step();
	kernel_returns();
	user_returns();
	bad_selectors();
	upcall_frames();
	handle(SILK_TRAP_USER);
}
