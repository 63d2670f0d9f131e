// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine.c - the PC: descriptors, gates, two serial ports, the interval timer
 * and the way out of QEMU.
 *
 * Invariant: the stub runs with interrupts off but for sleep_for_interrupt(),
 * and of all devices only the interval timer may interrupt.
 */
#include "stub.h"

#define REPORT_PORT  0x3f8
#define CONSOLE_PORT 0x2f8
#define EXIT_PORT    0xf4
#define TICKS_PER_S  1000u
#define PIT_HZ       1193182u

struct tss {
	u32 link, esp0, ss0, rest[22];
	u16 trap, io_map;
};

extern char stack_top[], vectors[];
static u32 gdt[32][2];
static u32 idt[256][2];
static struct tss tss;
static u32 khz;
static bool fxsr;

static void out8(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1"
			 :
			 : "a"(value), "Nd"(port));
}

static u8 in8(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0"
			 : "=a"(value)
			 : "Nd"(port));
	return value;
}

static void serial_put(u16 port, char c)
{
	while (!(in8(port + 5) & 0x20))
		continue;
	out8(port, (u8)c);
}

void put_report(char c)
{
	serial_put(REPORT_PORT, c);
}

void put_console(char c)
{
	serial_put(CONSOLE_PORT, c);
}

void leave_machine(u32 status)
{
	out8(EXIT_PORT, (u8)status);
	for (;;)
		__asm__ volatile("cli; hlt");
}

void set_gdt(u32 index, u32 low, u32 high)
{
	gdt[index][0] = low;
	gdt[index][1] = high;
}

/* Can it be loaded into a data segment register in ring 3? */
bool loadable(u32 selector)
{
	u32 high, index = selector >> 3 & 0x1fff;

	if ((selector & 0xfffc) == 0)
		return true;
	if (selector & 4 || index >= COUNT(gdt))
		return false;
	high = gdt[index][1];
	return (high & 0xf000) == 0xf000 && (!(high & 0x800) || high & 0x200);
}

/* Into SS? */
bool stackable(u32 selector)
{
	u32 index = selector >> 3 & 0x1fff;

	return (selector & 7) == 3 && index < COUNT(gdt) && (gdt[index][1] & 0xfa00) == 0xf200;
}

void set_gate_ring(u32 vector, u32 ring)
{
	idt[vector][1] = (idt[vector][1] & ~0x6000u) | ring << 13;
}

static void set_gates(void)
{
	struct {
		u16 limit;
		u32 base;
	} __attribute__((packed)) table = {
		sizeof(idt) - 1, (u32)idt
	};

	for (u32 i = 0; i < 256; i++) {
		u32 entry = (u32)vectors + i * 16;

		idt[i][0] = 0x08 << 16 | (entry & 0xffff);
		idt[i][1] = (entry & 0xffff0000) | 0x8e00;
	}
	set_gate_ring(SILK_I386_VECTOR_CALL, 3);
	set_gate_ring(SILK_I386_VECTOR_RETURN, 3);
	__asm__ volatile("lidt %0"
			 :
			 : "m"(table));
}

static void set_segments(void)
{
	struct {
		u16 limit;
		u32 base;
	} __attribute__((packed)) table = {
		sizeof(gdt) - 1, (u32)gdt
	};

	set_gdt(1, 0x0000ffff, 0x00cf9b00); /* the stub's own */
	set_gdt(2, 0x0000ffff, 0x00cf9300);
	set_gdt(3, (u32)&tss << 16 | (sizeof(tss) - 1),
		((u32)&tss & 0xff000000) | 0x8900 | ((u32)&tss >> 16 & 0xff));
	set_gdt(SILK_I386_KERNEL_CS >> 3, 0x0000ffff, 0x00cffb00);
	set_gdt(SILK_I386_KERNEL_DS >> 3, 0x0000ffff, 0x00cff300);
	set_gdt(SILK_I386_USER_CS >> 3, 0x0000ffff, 0x00cffb00);
	set_gdt(SILK_I386_USER_DS >> 3, 0x0000ffff, 0x00cff300);
	tss.esp0 = (u32)stack_top;
	tss.ss0 = 0x10;
	tss.io_map = sizeof(tss);
	__asm__ volatile("lgdt %0; ljmp $0x08, $1f; 1:\n\t"
			 "movl %1, %%ds; movl %1, %%es; movl %1, %%ss\n\t"
			 "movl %2, %%fs; movl %2, %%gs; ltr %w3; lldt %w2"
			 :
			 : "m"(table), "r"(0x10), "r"(0), "r"(0x18));
}

static void set_timer_chip(void)
{
	static const u8 master[] = { TIMER_VECTOR, 4, 1, 0xfe };
	static const u8 slave[] = { TIMER_VECTOR + 8, 2, 1, 0xff };

	out8(0x20, 0x11);
	out8(0xa0, 0x11);
	for (u32 i = 0; i < COUNT(master); i++) {
		out8(0x21, master[i]);
		out8(0xa1, slave[i]);
	}
	out8(0x43, 0x34);
	out8(0x40, (PIT_HZ / TICKS_PER_S) & 0xff);
	out8(0x40, PIT_HZ / TICKS_PER_S >> 8);
}

u64 tsc(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc"
			 : "=a"(low), "=d"(high));
	return (u64)high << 32 | low;
}

/* Channel 2 counts 50 ms down while the counter counts up. */
static void measure_tsc(void)
{
	u32 count = PIT_HZ / 20;
	u64 start;

	out8(0x61, (in8(0x61) & ~2) | 1);
	out8(0x43, 0xb0);
	out8(0x42, count & 0xff);
	out8(0x42, (u8)(count >> 8));
	start = tsc();
	while (!(in8(0x61) & 0x20))
		continue;
	khz = (u32)(tsc() - start) / 50;
}

u32 tsc_khz(void)
{
	return khz;
}

static u32 clock_register(u8 n)
{
	u8 bcd;

	out8(0x70, n);
	bcd = in8(0x71);
	return (bcd >> 4) * 10u + (bcd & 15);
}

/* Since 1970. The clock chip holds UTC, two digits of the year. */
u32 wall_seconds(void)
{
	static const u16 before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	u32 year, month, days;

	while (out8(0x70, 10), in8(0x71) & 0x80)
		continue;
	year = 2000 + clock_register(9);
	month = clock_register(8);
	days = (year - 1970) * 365 + (year - 1969) / 4 + before[(month - 1) % 12] +
	       (month > 2 && year % 4 == 0) + clock_register(7) - 1;
	return ((days * 24 + clock_register(4)) * 60 + clock_register(2)) * 60 +
	       clock_register(0);
}

void set_cr3(const void *directory)
{
	__asm__ volatile("movl %0, %%cr3"
			 :
			 : "r"(physical_of(directory))
			 : "memory");
}

void device_acknowledge(void)
{
	out8(0x20, 0x20);
}

void sleep_for_interrupt(void)
{
	__asm__ volatile("sti; hlt; cli"
			 :
			 :
			 : "memory");
}

/* Ring 3 may read the counter; SSE is on where there is any. */
static void set_control(void)
{
	u32 eax = 1, ebx, ecx = 0, edx, cr4;

	__asm__ volatile("cpuid"
			 : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	__asm__ volatile("movl %%cr4, %0"
			 : "=r"(cr4));
	fxsr = edx & 1u << 24;
	if (edx & 1u << 25)
		cr4 |= 0x600;
	__asm__ volatile("movl %0, %%cr4"
			 :
			 : "r"(cr4));
}

/* [BOOT-5] FCW, FSW and FTW as FNINIT leaves them, MXCSR, and registers of 0: the layout of
 * FXSAVE, Intel SDM volume 1, 10.5.1. */
void clear_fpu(void)
{
	static u32 clean[128] __attribute__((aligned(16))) = { [0] = 0x37f, [6] = 0x1f80 };

	__asm__ volatile("fninit");
	if (fxsr)
		__asm__ volatile("fxrstor %0"
				 :
				 : "m"(clean));
}

void machine_init(void)
{
	out8(REPORT_PORT + 1, 0);
	out8(CONSOLE_PORT + 1, 0);
	set_segments();
	set_gates();
	set_control();
	measure_tsc();
	set_timer_chip();
}

/* What the compiler wants to find. */
void *memset(void *to, int byte, size_t n)
{
	void *at = to;

	__asm__ volatile("rep stosb"
			 : "+D"(at), "+c"(n)
			 : "a"(byte)
			 : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *at = to;

	__asm__ volatile("rep movsb"
			 : "+D"(at), "+S"(from), "+c"(n)
			 :
			 : "memory");
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n > 0; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}
