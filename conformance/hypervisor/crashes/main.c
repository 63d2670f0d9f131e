// SPDX-License-Identifier: GPL-2.0-only
/*
 * crashes - each cause of a crash, told to the operator and borne by the others.
 *
 * The first guest watches: its memory, its registers, its FPU and its clock must not
 * notice. Each other one does what its command line says and ends by it; what the
 * operator is told is read by the script "look". Registers that it must show hold
 * 0x1b1b1b1b and the like.
 *
 * guest: mem=16M weight=200
 * guest: mem=12M -- guest
 * guest: mem=12M -- handler
 * guest: mem=12M -- stack
 * guest: mem=12M -- userstack
 * guest: mem=12M -- return
 * guest: mem=12M -- cut
 * guest: mem=12M restart=yes -- again
 * covers: LIFE-1 LIFE-3 LIFE-4 LIFE-7 TRAP-7 TRAP-11
 */
#include "suite.h"

#define MESSAGE "the test says so\x1b[2J\x07."
#define PERIOD  (6 * (uint64_t)NS_PER_S)

/* Registers as "look" wants to see them, then the code. */
#define WITH_REGISTERS(code) \
	__asm__ volatile("movl $0x1b1b1b1b, %%ebx; movl $0x1c1c1c1c, %%ecx\n\t" \
			 "movl $0x1d1d1d1d, %%edx; movl $0x15151515, %%esi\n\t" \
			 "movl $0x1e1e1e1e, %%edi; " code \
			 : \
			 : \
			 : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc")

static bool is(const char *what)
{
	return !strncmp(info()->cmdline, what, strlen(what));
}

static void without(uint32_t vector)
{
	struct silk_trap t = { .vector = (uint8_t)vector };

	hv_set_traps(&t, 1);
}

/* From user mode, with no place for the frame. */
static void user_stack(void)
{
	static const uint8_t spoil[] = { 0xcd, 0x80 };
	struct entry e = user_entry();

	e.ebx = 0x1b1b1b1b;
	e.ecx = 0x1c1c1c1c;
	e.edx = 0x1d1d1d1d;
	e.esi = 0x15151515;
	e.edi = 0x1e1e1e1e;
	memcpy((void *)USER_TEXT, spoil, sizeof(spoil));
	vcpu()->kernel_sp = HOLE;
	enter(&e);
}

static void crash(void)
{
	uint64_t until = time_ns() + (is("again") ? 1500 : 300) * (uint64_t)NS_PER_MS;

	while (time_ns() < until)
		hv_yield();
	map_page(EDGE, spare_page(2) | 7);
	if (is("guest") || is("again"))
		hv_shutdown(SILK_SHUTDOWN_CRASH, MESSAGE, sizeof(MESSAGE) - 1);
	if (is("handler")) {
		without(6);
		WITH_REGISTERS("ud2");
	}
	if (is("stack"))
		WITH_REGISTERS("movl $0xe0000000, %%esp; ud2");
	if (is("userstack"))
		user_stack();
	if (is("return"))
		WITH_REGISTERS("movl $0xe0000000, %%esp; int $0x82");
	/* EIP, CS with ring 3 and EFLAGS can be read; ESP and SS behind can't. */
	if (is("cut")) {
		uint32_t *frame = (uint32_t *)(EDGE_END - 12);

		frame[0] = USER_TEXT;
		frame[1] = SILK_I386_USER_CS;
		frame[2] = 2;
		WITH_REGISTERS("movl $0xe0400ff4, %%esp; int $0x82");
	}
	test("LIFE-3", "a guest that should have crashed: %s", info()->cmdline);
	expect_that(false, "the run: expected ended, seen going on");
	end();
}

/* ---- the one that watches ---- */

static uint32_t registers_differ(void)
{
	uint32_t a = 0x0a0a0a0a, b = 0x0b0b0b0b, c = 0x0c0c0c0c, d = 0x0d0d0d0d;
	uint32_t si = 0x51515151, di = 0xd1d1d1d1;

	for (uint32_t i = 0; i < 1000; i++)
		__asm__ volatile("pause"
				 : "+a"(a), "+b"(b), "+c"(c), "+d"(d), "+S"(si), "+D"(di));
	return (a ^ 0x0a0a0a0a) | (b ^ 0x0b0b0b0b) | (c ^ 0x0c0c0c0c) | (d ^ 0x0d0d0d0d) |
	       (si ^ 0x51515151) | (di ^ 0xd1d1d1d1);
}

static void watch(void)
{
	uint64_t until = time_ns() + PERIOD, last = 0;
	uint32_t *memory = gpa_to_va(SPARE_GPA), bad_memory = 0, bad_registers = 0;
	uint32_t bad_fpu = 0, back = 0, events = 0, value[4], now[4];
	const uint32_t words = CHUNK_SIZE / 4;

	for (uint32_t i = 0; i < 4; i++)
		value[i] = random32();
	for (uint32_t i = 8192; i < words; i++)
		memory[i] = i * 2654435761u;
	__asm__ volatile("movups %0, %%xmm5"
			 :
			 : "m"(value));
	test("LIFE-4", "a guest beside others that crash");
	for (uint32_t at = 8192; time_ns() < until; at = at + 4096 < words - 4096 ? at + 4096 : 8192) {
		for (uint32_t i = at; i < at + 4096; i++)
			bad_memory += memory[i] != i * 2654435761u;
		bad_registers |= registers_differ();
		__asm__ volatile("movups %%xmm5, %0"
				 : "=m"(now));
		bad_fpu += memcmp(now, value, sizeof(now)) != 0;
		back += time_ns() < last;
		last = time_ns();
		events |= READ_ONCE(vcpu()->pending) & ~(1u << SILK_EVENT_CONSOLE);
	}
	expect(0, bad_memory, "words of memory that changed");
	expect(0, bad_registers, "bits of registers that changed");
	expect(0, bad_fpu, "times that XMM5 was another");
	expect(0, back, "times that the clock went back");
	expect(0, events, "events that came");
	expect_that(vcpu()->stolen_ns < PERIOD,
		    "stolen time: expected less than the period, seen more");
	end();
}

void hostile_main(void)
{
	if (!info()->cmdline[0])
		watch();
	else
		crash();
}
