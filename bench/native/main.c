// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c (native) - the bare machine's side of the benchmark: descriptor
 * tables, local APIC, console on the first serial port, page tables.
 *
 * Vectors and selectors are those of the guest (bench.h). Interrupts are off
 * but where a row turns them on.
 */
#include "../bench.h"
#include "native.h"
#include "plat.h"

#define SERIAL    0x3f8
#define EXIT_PORT 0xf4       /* QEMU's isa-debug-exit */
#define TABLES    0x00200000 /* physical: page tables from here */

struct tss {
	u32 link, esp0, ss0, rest[22];
	u16 trap, iomap;
};

u32 gdt[28][2] = {
	[SEL_KERNEL_CS / 8] = { 0x0000ffff, 0x00cf9b00 },
	[SEL_KERNEL_DS / 8] = { 0x0000ffff, 0x00cf9300 },
	[SEL_USER_CS / 8] = { 0x0000ffff, 0x00cffb00 },
	[SEL_USER_DS / 8] = { 0x0000ffff, 0x00cff300 },
};
u32 plat_directory[2];
extern u32 boot_directory[1024];
extern char entry_stray[];

static u32 idt[256][2];
static struct tss tss;
static u32 next_table = TABLES;

void plat_write(const char *text, u32 bytes)
{
	for (; bytes; bytes--) {
		while (!(inb(SERIAL + 5) & 0x20))
			;
		outb(SERIAL, *text++);
	}
}

static void leave(u32 status)
{
	outb(EXIT_PORT, status);
	for (;;)
		__asm__ volatile("cli; hlt");
}

void plat_die(const char *what, u32 eip, u32 address)
{
	print("BENCH|died|%s at %x, address %x\n", what, eip, address);
	leave(1);
	__builtin_unreachable();
}

void stray(u32 eip, u32 error);
void stray(u32 eip, u32 error)
{
	plat_die("stray trap", eip, error);
}

/* ---- page tables ---- */

static void clear_page(u32 physical)
{
	void *to = direct(physical);
	u32 n = 1024;

	__asm__ volatile("rep stosl"
			 : "+D"(to), "+c"(n)
			 : "a"(0)
			 : "memory");
}

u32 plat_new_table(u32 index)
{
	u32 table = next_table;

	next_table += 4096;
	clear_page(table);
	((volatile u32 *)direct(plat_directory[0]))[index] = table | 0x67;
	return table;
}

/* The same as the guest: make a table, link it, unlink it, free it. */
void plat_table_cycle(void)
{
	volatile u32 *directory = direct(plat_directory[0]);

	clear_page(next_table);
	directory[16] = next_table | 0x67;
	directory[16] = 0;
	plat_flush_all();
}

static void set_up_paging(void)
{
	u32 *boot = boot_directory;

	for (u32 i = 0; i < 64; i++)
		boot[i] = 0;
	plat_directory[0] = (u32)boot - KERNEL_BASE;
	plat_directory[1] = next_table;
	next_table += 4096;
	for (u32 i = 0; i < 1024; i++)
		((u32 *)direct(plat_directory[1]))[i] = boot[i];
	plat_flush_all();
}

/* ---- descriptors ---- */

static void set_gate(u32 vector, const char *entry, u32 dpl)
{
	idt[vector][0] = SEL_KERNEL_CS << 16 | ((u32)entry & 0xffff);
	idt[vector][1] = ((u32)entry & 0xffff0000) | 0x8e00 | dpl << 13;
}

static void set_up_descriptors(void)
{
	const struct {
		u16 limit;
		u32 base;
	} __attribute__((packed)) pointer = { sizeof(idt) - 1, (u32)idt };

	gdt[16][0] = ((u32)&tss & 0xffff) << 16 | (sizeof(tss) - 1);
	gdt[16][1] = ((u32)&tss & 0xff000000) | 0x8900 |
		     ((u32)&tss >> 16 & 0xff);
	tss.ss0 = SEL_KERNEL_DS;
	tss.esp0 = (u32)trap_stack_top;
	tss.iomap = sizeof(tss);
	__asm__ volatile("ltr %w0"
			 :
			 : "r"(16 * 8));

	for (u32 i = 0; i < 256; i++)
		set_gate(i, entry_stray, 0);
	set_gate(3, entry_int3, 3);
	set_gate(14, entry_fault, 0);
	set_gate(0x80, entry_syscall, 3);
	set_gate(VECTOR_TIMER, entry_event, 0);
	__asm__ volatile("lidt %0"
			 :
			 : "m"(pointer));
}

/* ---- interrupts ---- */

static void set_up_apic(void)
{
	outb(0x21, 0xff); /* both old controllers: all masked */
	outb(0xa1, 0xff);
	lapic_write(LAPIC_SVR, 0x1ff);
	lapic_write(LAPIC_DIVIDE, 0xb); /* by 1 */
	lapic_write(LAPIC_LVT_TIMER, VECTOR_TIMER);
}

void handle_event(struct regs *r);
void handle_event(struct regs *r)
{
	(void)r;
	lapic_write(LAPIC_EOI, 0);
	event_timer();
}

void set_block_gate(u32 vector, const char *entry)
{
	set_gate(vector, entry, 0);
}

void native_main(void);
void native_main(void)
{
	set_up_descriptors();
	set_up_paging();
	set_up_apic();
	block_init();
	bench();
	leave(0);
}
