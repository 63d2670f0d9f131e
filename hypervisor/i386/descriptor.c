// SPDX-License-Identifier: GPL-2.0-only
/*
 * descriptor.c - GDT, IDT and TSS.
 *
 * Invariant: a guest at ring 3 can load only the four flat segments and the
 * four descriptors that set_descriptor() checked; it can raise with `int n`
 * only 0x80, 0x82 and, if its trap table says so, 3 and 4 (Intel SDM volume 3,
 * 3.4.5 segment descriptors, 6.11 gates, 7.2.1 TSS).
 */
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"
#include "irq.h"

struct gate {
	u16 offset_low;
	u16 selector;
	u8 zero;
	u8 type;
	u16 offset_high;
};

struct tss {
	u32 link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs, ldt;
	u16 trap, io_map;
};

struct table_register {
	u16 limit;
	u32 base;
} __attribute__((packed));

#define FLAT_CODE       0x00cf9b00 /* high word: 4 GB, 32 bits, accessed */
#define FLAT_DATA       0x00cf9300
#define RING3           0x00006000
#define TSS_TYPE        0x00008900
#define GATE_INTERRUPT  0x8e /* present, 32 bits, clears IF */
#define GATE_TASK       0x85
#define GATE_RING3      0x60
#define CPUID_SEP       (1u << 11)
#define MSR_SYSENTER_CS 0x174

/*
 * What the processor reads on each trap lies in one page, so that a trap after a CR3
 * load finds it by one translation. (On a processor with global pages it stays known.)
 */
static struct {
	struct gate idt[256];
	u32 gdt[GDT_ENTRIES][2];
	struct tss tss;
} tables __attribute__((aligned(PAGE_SIZE)));
_Static_assert(sizeof(tables) <= PAGE_SIZE, "IDT, GDT and TSS fit a page");

static struct tss fault_tss;
static u8 fault_stack[2048];
static bool traced; /* what the gates are set for */
extern u8 boot_stack_top[];

static void set_flat(u32 index, u32 high)
{
	tables.gdt[index][0] = 0x0000ffff;
	tables.gdt[index][1] = high;
}

static void set_tss(u32 index, struct tss *t)
{
	u32 base = (u32)t;

	tables.gdt[index][0] = base << 16 | (sizeof(*t) - 1);
	tables.gdt[index][1] = (base & 0xff000000) | TSS_TYPE | (base >> 16 & 0xff);
}

static void set_gate(u32 vector, const void *entry, u8 type)
{
	u32 at = (u32)entry;

	tables.idt[vector] = (struct gate){ (u16)at, HYPERVISOR_CS, 0, type, (u16)(at >> 16) };
}

/* A double fault is the hypervisor's own fault: it gets a stack of its own. */
static void __attribute__((noreturn)) double_fault(void)
{
	u32 cr2;

	asm volatile("movl %%cr2, %0"
		     : "=r"(cr2));
	panic("double fault at %08x, stack %08x, cr2 %08x", tables.tss.eip, tables.tss.esp, cr2);
}

static void fault_task_init(void)
{
	fault_tss.cr3 = read_cr3();
	fault_tss.eip = (u32)double_fault;
	fault_tss.eflags = EFLAGS_ONE;
	fault_tss.esp = (u32)(fault_stack + sizeof(fault_stack));
	fault_tss.cs = HYPERVISOR_CS;
	fault_tss.ss = fault_tss.ds = fault_tss.es = HYPERVISOR_DS;
	fault_tss.fs = fault_tss.gs = 0;
	set_tss(GDT_FAULT_TSS, &fault_tss);
	tables.idt[VECTOR_DOUBLE_FAULT] = (struct gate){ 0, GDT_FAULT_TSS * 8, 0, GATE_TASK, 0 };
}

static void gdt_init(void)
{
	set_flat(SILK_I386_KERNEL_CS / 8, FLAT_CODE | RING3);
	set_flat(SILK_I386_KERNEL_DS / 8, FLAT_DATA | RING3);
	set_flat(SILK_I386_USER_CS / 8, FLAT_CODE | RING3);
	set_flat(SILK_I386_USER_DS / 8, FLAT_DATA | RING3);
	set_flat(GDT_HYPERVISOR_CS, FLAT_CODE);
	set_flat(GDT_HYPERVISOR_DS, FLAT_DATA);
	tables.tss.ss0 = HYPERVISOR_DS;
	tables.tss.esp0 = (u32)boot_stack_top;
	tables.tss.io_map = sizeof(tables.tss); /* no port is open to ring 3 */
	set_tss(GDT_TSS, &tables.tss);
}

static void idt_init(void)
{
	u32 i;

	for (i = 0; i < 32; i++)
		set_gate(i, exception_stubs + 16 * i, GATE_INTERRUPT);
	set_gate(VECTOR_PF, entry_fault, GATE_INTERRUPT);
	for (i = 0; i < IRQ_LINES; i++)
		set_gate(IRQ_VECTOR + i, irq_stubs + 16 * i, GATE_INTERRUPT);
	set_gate(VECTOR_TIMER, timer_stub, GATE_INTERRUPT);
	set_gate(VECTOR_SPURIOUS, spurious_stub, GATE_INTERRUPT);
	set_gate(SILK_I386_VECTOR_CALL, entry_call, GATE_INTERRUPT | GATE_RING3);
	set_gate(SILK_I386_VECTOR_RETURN, entry_return, GATE_INTERRUPT | GATE_RING3);
}

/* No SYSENTER: with a null selector it faults in any ring [TRAP-19] (Intel SDM
 * volume 2, SYSENTER). */
static void sysenter_off(void)
{
	u32 eax = 1, ebx, ecx = 0, edx;

	asm volatile("cpuid"
		     : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	if (edx & CPUID_SEP)
		asm volatile("wrmsr"
			     :
			     : "c"(MSR_SYSENTER_CS), "a"(0), "d"(0));
}

void descriptor_init(void)
{
	struct table_register gdtr = { sizeof(tables.gdt) - 1, (u32)tables.gdt };
	struct table_register idtr = { sizeof(tables.idt) - 1, (u32)tables.idt };

	sysenter_off();
	gdt_init();
	fault_task_init();
	idt_init();
	asm volatile("lgdt %0\n\t"
		     "ljmp %1, $1f\n"
		     "1:\tmovl %2, %%ds\n\t"
		     "movl %2, %%es\n\t"
		     "movl %2, %%ss\n\t"
		     "xorl %%eax, %%eax\n\t"
		     "movl %%eax, %%fs\n\t"
		     "movl %%eax, %%gs\n\t"
		     "lldt %%ax\n\t"
		     "lidt %3\n\t"
		     "ltr %w4"
		     :
		     : "m"(gdtr), "i"(HYPERVISOR_CS), "r"(HYPERVISOR_DS), "m"(idtr),
		       "r"(GDT_TSS * 8)
		     : "eax", "memory");
}

/* While its guest is traced, a vCPU's traps go past the fast paths: tracing
 * costs nothing while it is off. */
static void gate_trace(bool on)
{
	set_gate(SILK_I386_VECTOR_CALL, on ? traced_call : entry_call,
		 GATE_INTERRUPT | GATE_RING3);
	set_gate(SILK_I386_VECTOR_RETURN, on ? traced_return : entry_return,
		 GATE_INTERRUPT | GATE_RING3);
	set_gate(VECTOR_PF, on ? exception_stubs + 16 * VECTOR_PF : entry_fault,
		 GATE_INTERRUPT);
}

/* [TRAP-13] Open to guest-user if there is a handler that wants it. */
static void gate_ring(u32 vector, const struct trap_entry *t)
{
	bool open = t->entry && (t->flags & SILK_TRAP_USER);

	tables.idt[vector].type = GATE_INTERRUPT | (open ? GATE_RING3 : 0);
}

/* What of these tables is a's: its stack, descriptors, gates 3 and 4. */
void descriptor_load(struct arch_vcpu *a)
{
	const struct trap_entry *t = a->v.guest->trap;
	u32 i;

	tables.tss.esp0 = (u32)&a->hot;
	for (i = 0; i < 4; i++) {
		u32 index = i < 3 ? SILK_I386_DESC_TLS + i : SILK_I386_DESC_PERCPU;

		tables.gdt[index][0] = a->desc[i][0];
		tables.gdt[index][1] = a->desc[i][1];
	}
	gate_ring(VECTOR_BREAKPOINT, &t[VECTOR_BREAKPOINT]);
	gate_ring(VECTOR_OVERFLOW, &t[VECTOR_OVERFLOW]);
	if (!!a->v.guest->trace != traced) {
		traced = !traced;
		gate_trace(traced);
	}
}

void machine_set_descriptor(struct vcpu *v, u32 index, u32 low, u32 high)
{
	struct arch_vcpu *a = arch_of(v);
	u32 slot = index == SILK_I386_DESC_PERCPU ? 3 : index - SILK_I386_DESC_TLS;

	a->desc[slot][0] = low;
	a->desc[slot][1] = high;
	if (this_cpu()->current == a) {
		tables.gdt[index][0] = low;
		tables.gdt[index][1] = high;
	}
}

static u32 masked_vif(const struct trap_entry *t)
{
	return t->flags & SILK_TRAP_MASK ? 0 : ~0u;
}

/* [TRAP-3] The fast path's copies of entries 0x80 and 14. */
void machine_traps_changed(struct vcpu *v)
{
	struct arch_vcpu *a = arch_of(v);
	const struct trap_entry *call = &v->guest->trap[SILK_I386_VECTOR_CALL];
	const struct trap_entry *fault = &v->guest->trap[VECTOR_PF];

	a->hot.syscall_entry = call->flags & SILK_TRAP_USER ? call->entry : 0;
	a->hot.syscall_vif = masked_vif(call);
	a->hot.fault_entry = fault->entry;
	a->hot.fault_vif = masked_vif(fault);
	if (this_cpu()->current == a)
		descriptor_load(a);
}
