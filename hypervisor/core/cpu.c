// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu.c - what a guest may put into segment descriptors and debug registers.
 *
 * Invariant: a guest's descriptor is 0 or a present, 32-bit data
 * segment of ring 3: never a gate, never code, never a system segment [CPU-4].
 * A breakpoint never lies in the hypervisor's range [CPU-6].
 */
#include "cpu.h"
#include "hypercall.h"
#include "machine.h"

/* Intel SDM volume 3, 3.4.5: fields of a descriptor's high word. */
#define DESC_TYPE_CODE 0x00000800
#define DESC_S         0x00001000
#define DESC_DPL3      0x00006000
#define DESC_PRESENT   0x00008000
#define DESC_LONG      0x00200000
#define DESC_BIG       0x00400000
#define DESC_WANTED    (DESC_S | DESC_DPL3 | DESC_PRESENT | DESC_BIG)
#define DESC_MASK      (DESC_WANTED | DESC_TYPE_CODE | DESC_LONG)
#define DESC_ACCESSED  0x00000100

/* Intel SDM volume 3, 17.2.4: DR7. */
#define DR7_ENABLES    0x000000ff
#define DR7_EXACT      0x00000300
#define DR7_ONE        0x00000400
#define DR7_CONDITIONS 0xffff0000
#define DR7_ALLOWED    (DR7_ENABLES | DR7_EXACT | DR7_ONE | DR7_CONDITIONS)
#define DR7_IO         2 /* R/W field: break on I/O */

enum silk_refusal set_descriptor(struct vcpu *v, u32 index, u32 low, u32 high, u32 *refused)
{
	bool tls = index >= SILK_I386_DESC_TLS && index <= SILK_I386_DESC_TLS_LAST;

	*refused = index;
	if (!tls && index != SILK_I386_DESC_PERCPU)
		return SILK_R_DESC_INDEX;
	*refused = low; /* of a descriptor, as of all that is longer, the low 32 bits [CALL-8] */
	if ((low || high) && (high & DESC_MASK) != DESC_WANTED)
		return SILK_R_DESC_BITS;
	/* Accessed from the start, so that the processor never writes the GDT. */
	if (high)
		high |= DESC_ACCESSED;
	machine_set_descriptor(v, index, low, high);
	return SILK_R_NONE;
}

u32 call_set_descriptor(struct vcpu *v, u32 index, u32 low, u32 high)
{
	u32 refused;
	enum silk_refusal why = set_descriptor(v, index, low, high, &refused);

	return why ? refuse(v, why, refused, 0) : 0;
}

static bool control_allowed(u32 value)
{
	u32 i;

	if (value & ~DR7_ALLOWED)
		return false;
	for (i = 0; i < 4; i++)
		if ((value >> (16 + 4 * i) & 3) == DR7_IO)
			return false;
	return true;
}

u32 call_set_debugreg(struct vcpu *v, u32 number, u32 value, u32 c)
{
	(void)c;
	if (number > 3 && number != 7)
		return refuse(v, SILK_R_DEBUG_NUMBER, number, 0);
	/* 8 bytes is the longest that a breakpoint covers. */
	if (number <= 3 && value > SILK_I386_HYPERVISOR - 8)
		return refuse(v, SILK_R_DEBUG_ADDRESS, value, 0);
	if (number == 7 && !control_allowed(value))
		return refuse(v, SILK_R_DEBUG_CONTROL, value, 0);
	machine_set_debugreg(v, number, number == 7 ? value | DR7_ONE : value);
	return 0;
}
