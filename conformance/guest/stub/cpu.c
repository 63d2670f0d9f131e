// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu.c - descriptors and debug registers.
 *
 * Invariant: no descriptor that a guest wrote is a system or a code segment, or
 * has a ring other than 3 [CPU-4].
 */
#include "stub.h"

bool descriptor_index(u32 index)
{
	return (index >= SILK_I386_DESC_TLS && index <= SILK_I386_DESC_TLS_LAST) ||
	       index == SILK_I386_DESC_PERCPU;
}

bool descriptor_allowed(u32 low, u32 high)
{
	return (high & 0x0060f800) == 0x0040f000 || (low | high) == 0;
}

/* Marked as accessed, so that the processor never writes there. */
void descriptor_write(u32 index, u32 low, u32 high)
{
	set_gdt(index, low, high ? high | 0x100 : 0);
}

u32 call_set_descriptor(u32 index, u32 low, u32 high)
{
	if (!descriptor_index(index))
		return refuse(SILK_R_DESC_INDEX, index);
	if (!descriptor_allowed(low, high))
		return refuse(SILK_R_DESC_BITS, low);
	descriptor_write(index, low, high);
	return 0;
}

static void write_register(u32 number, u32 value)
{
	switch (number) {
	case 0:
		__asm__ volatile("movl %0, %%dr0"
				 :
				 : "r"(value));
		break;
	case 1:
		__asm__ volatile("movl %0, %%dr1"
				 :
				 : "r"(value));
		break;
	case 2:
		__asm__ volatile("movl %0, %%dr2"
				 :
				 : "r"(value));
		break;
	case 3:
		__asm__ volatile("movl %0, %%dr3"
				 :
				 : "r"(value));
		break;
	default:
		__asm__ volatile("movl %0, %%dr7"
				 :
				 : "r"(value));
	}
}

u32 call_set_debugreg(u32 number, u32 value, u32 c)
{
	(void)c;
	if (number > 3 && number != 7)
		return refuse(SILK_R_DEBUG_NUMBER, number);
	if (number < 7 && value > SILK_I386_HYPERVISOR - 8)
		return refuse(SILK_R_DEBUG_ADDRESS, value);
	if (number == 7) {
		if (value & ~0xffff07ffu)
			return refuse(SILK_R_DEBUG_CONTROL, value);
		for (u32 i = 16; i < 32; i += 4)
			if ((value >> i & 3) == 2)
				return refuse(SILK_R_DEBUG_CONTROL, value);
	}
	write_register(number, number == 7 ? value | 0x400 : value);
	return 0;
}

void cpu_new_run(void)
{
	for (u32 i = SILK_I386_DESC_TLS; i <= SILK_I386_DESC_TLS_LAST; i++)
		descriptor_write(i, 0, 0);
	descriptor_write(SILK_I386_DESC_PERCPU, 0, 0);
	for (u32 i = 0; i < 4; i++)
		write_register(i, 0);
	write_register(7, 0x400);
	__asm__ volatile("movl %0, %%dr6; fninit"
			 :
			 : "r"(0xffff0ff0));
}
