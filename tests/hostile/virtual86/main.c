// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtual86 - an `iret` whose flags have VM set, in both modes. A processor takes VM
 * from a frame in ring 0 only (Intel SDM volume 2, IRET); an emulator may not look,
 * and have the guest in virtual-8086 mode, with four segment registers more on the
 * hypervisor's stack at its next trap.
 *
 * Whatever comes of it: a trap for us and nothing for anybody else, whichever
 * instruction ends it, and whatever stood in the segment registers.
 *
 * covers: GEN-7 TRAP-6 CPU-2 LIFE-4
 */
#include "hostile.h"

#define AT     0x10000u /* linear, below 1 MB: 1000:0 */
#define IOPL_3 0x3000u

struct frame {
	uint32_t eip, cs, eflags, esp, ss, es, ds, fs, gs;
};

static struct frame frame;
static uint32_t stack[1024]; /* of a trap from guest-kernel mode */

static void iret_here(uint32_t arg)
{
	(void)arg;
	__asm__ volatile("movl %0, %%esp\n\tiretl"
			 :
			 : "i"(&frame)
			 : "memory");
}

/* In guest-user mode: the frame lies on the user stack. */
static void iret_user(void)
{
	static const uint8_t iret[] = { 0xcf, 0x0f, 0x0b };
	struct entry e = user_entry();

	memcpy((void *)USER_TEXT, iret, sizeof(iret));
	memcpy((void *)USER_DATA, &frame, sizeof(frame));
	e.esp = USER_DATA;
	enter(&e);
}

static void probe(const char *what, const uint8_t *code, uint32_t bytes)
{
	static const uint32_t segments[] = { 0, 1, 2, 3, 0x73, 0x1000, 0xffff };
	static const uint32_t selectors[] = { 0x1000, 0x1001, 0x0fff };

	memcpy((void *)AT, code, bytes);
	begin(what);
	for (uint32_t i = 0; i < ARRAY_SIZE(segments) * ARRAY_SIZE(selectors) * 4; i++) {
		uint32_t segment = segments[i % ARRAY_SIZE(segments)];
		uint32_t cs = selectors[i / 4 % ARRAY_SIZE(selectors)];

		frame = (struct frame){
			.eip = AT - (cs << 4),
			.cs = cs,
			.eflags = FL_VM | FL_IF | 2 | (i & 1 ? IOPL_3 : 0),
			.esp = i & 2 ? 0x800 : (uint32_t)(stack + ARRAY_SIZE(stack)),
			.ss = 0x1000,
			.es = segment,
			.ds = segments[random32() % ARRAY_SIZE(segments)],
			.fs = segments[random32() % ARRAY_SIZE(segments)],
			.gs = segments[random32() % ARRAY_SIZE(segments)],
		};
		if (frame.eip > 0xffff)
			frame.eip = 0;
		if (i & 2)
			iret_user();
		else
			attempt(iret_here, 0);
		expect(true, trap.vector != NO_TRAP, "es %x, cs %x: a trap", segment, cs);
		expect(i & 2 ? SILK_I386_USER_CS : SILK_I386_KERNEL_CS, trap.cs,
		       "es %x, cs %x: from our mode", segment, cs);
		expect(0, trap.eflags & (FL_VM | FL_IOPL), "es %x, cs %x: flags", segment, cs);
		expect(0x10000, (uint32_t)hv_query(SILK_GROUP_CORE), "a call after it");
	}
	end();
}

#define PROBE(what, ...) \
	do { \
		static const uint8_t code[] = { __VA_ARGS__ }; \
\
		probe(what, code, sizeof(code)); \
	} while (0)

void hostile_main(void)
{
	map_page(AT - 0x1000, spare_page(4) | 7);
	map_page(AT, spare_page(5) | 7);
	memset((void *)(AT - 0x1000), 0xf4, 0x1000);
	PROBE("hlt", 0xf4);
	PROBE("ud2", 0x0f, 0x0b);
	PROBE("int-call", 0xcd, 0x80, 0xf4);
	PROBE("int-return", 0xcd, 0x82, 0xf4);
	PROBE("int3", 0xcc, 0xf4);
	PROBE("page-fault", 0x67, 0xa0, 0x00, 0x00, 0x0f, 0x00, 0xf4);
	PROBE("divide", 0xd4, 0x00, 0xf4);
	PROBE("step", 0x9c, 0x58, 0x0d, 0x00, 0x01, 0x50, 0x9d, 0x90, 0xf4);
	/* A while in which the machine's interrupts come. */
	PROBE("loop", 0xb9, 0xff, 0xff, 0xe2, 0xfe, 0xf4);
}
