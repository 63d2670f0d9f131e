/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plat.h (native) - the benchmark's operations done by the machine itself.
 *
 * Each plat_* function here has a twin in bench/guest/plat.h that does the
 * same work by the hypervisor.
 */
#ifndef BENCH_PLAT_H
#define BENCH_PLAT_H

#define PLAT_RPL         0
#define PLAT_IS_GUEST    false
#define PLAT_USER_PAGE   0x67 /* dirty accessed user writable present */
#define PLAT_BLOCK_ENTRY      /* the disk has a handler of its own */

#ifdef __ASSEMBLER__
#define RETURN iret
#else

#include "bench.h"

#define LAPIC           0xfee00000
#define LAPIC_EOI       0x0b0
#define LAPIC_SVR       0x0f0
#define LAPIC_LVT_TIMER 0x320
#define LAPIC_COUNT     0x380
#define LAPIC_DIVIDE    0x3e0
#define VECTOR_TIMER    0x40

extern u32 plat_directory[2]; /* physical addresses */

void plat_write(const char *text, u32 bytes);
void plat_die(const char *what, u32 eip, u32 address) __attribute__((noreturn));
u32 plat_new_table(u32 index);
void plat_table_cycle(void);
void plat_block_read(u32 sector, u32 gpa);

static inline void lapic_write(u32 reg, u32 value)
{
	*(volatile u32 *)(LAPIC + reg) = value;
}

static inline u32 plat_machine(u32 gpa)
{
	return gpa;
}

static inline void plat_null_call(void)
{
}

static inline u32 plat_fault_address(void)
{
	u32 address;

	__asm__ volatile("movl %%cr2, %0"
			 : "=r"(address));
	return address;
}

static inline void plat_entries(u32 entry, const u32 *values, u32 n)
{
	volatile u32 *to = direct(entry);

	for (u32 i = 0; i < n; i++)
		to[i] = values[i];
}

static inline void plat_run(u32 entry, const u32 *values, u32 n)
{
	plat_entries(entry, values, n);
}

static inline void plat_defer(u32 entry, u32 value)
{
	*(volatile u32 *)direct(entry) = value;
}

static inline void plat_drain(void)
{
}

static inline void plat_switch(u32 which)
{
	__asm__ volatile("movl %0, %%cr3"
			 :
			 : "r"(plat_directory[which])
			 : "memory");
}

static inline void plat_flush_all(void)
{
	plat_switch(0);
}

extern u32 gdt[][2];

static inline void plat_set_tls(void)
{
	gdt[6][0] = 0x0000ffff;
	gdt[6][1] = 0x00cff200;
	barrier();
}

static inline void plat_cli(void)
{
	__asm__ volatile("cli"
			 :
			 :
			 : "memory");
}

static inline void plat_sti(void)
{
	__asm__ volatile("sti"
			 :
			 :
			 : "memory");
}

static inline void plat_timer(u32 ns)
{
	lapic_write(LAPIC_COUNT, ns);
}

static inline void plat_event_now(void)
{
	plat_timer(1);
}

#endif
#endif
