/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arch.h - a vCPU as the i386 code sees it, and the parts of i386/ to each
 * other.
 *
 * Each vCPU has two pages: its hypervisor stack, on top of it the registers
 * that the guest runs with, above these the few words that the trap path
 * needs. TSS.esp0 points between the two, so the processor itself stores
 * a guest's eip, cs, eflags, esp, ss where they belong, and %esp leads the trap
 * path to everything else.
 */
#ifndef SILK_I386_ARCH_H
#define SILK_I386_ARCH_H

#include "../core/guest.h"
#include "regs.h"

#define HYPERVISOR_BASE 0xf0000000u
#define SLOT_BASE       0xf4000000u /* window slots: 32 of 4 MB */
#define PLACE_BASE      0xfc000000u /* machine_chunk_map: 2 of 4 MB */
#define MMIO_BASE       0xfc800000u /* mmio_map: 13 of 4 MB */
#define MMIO_END        0xffc00000u
#define HVMEM_MAX       0x04000000u /* ends where the slots begin */

#define PDE(va)         ((va) >> CHUNK_SHIFT)

/* Page-table bits that only the hypervisor uses (Intel SDM volume 3, 4.3). */
#define PTE_UNCACHED    0x010
#define PTE_GLOBAL      0x100

/* The fast paths compare a mode with the word that is the ES selector if the guest was
 * in virtual-8086 mode (trap.c): no selector has bits in the high half. */
enum { MODE_KERNEL = 0x10000,
       MODE_USER = 0x20000 };

/* What the processor stores besides when it leaves virtual-8086 mode: ES DS FS GS. */
#define VIRTUAL86_BYTES 16

/* work: what is to be done before the return to the guest */
#define WORK_SCHEDULE   1
#define WORK_EVENTS     2

/* Just above the registers: at fixed offsets from %esp in the trap path. */
struct hot {
	u32 mode; /* the seed's flag: guest user or guest kernel */
	u32 work; /* WORK_* */
	u32 kernel_cr3, user_cr3;
	struct silk_vcpu *page;
	u32 syscall_entry; /* trap table, vector 0x80; 0: take the slow path */
	u32 syscall_vif;   /* and-mask for vif on its entry */
	u32 fault_entry;   /* trap table, vector 14 */
	u32 fault_vif;
	u64 *calls;     /* guest->stats.calls */
	u64 *bounces;   /* guest->stats.bounces */
	u32 debug_call; /* SILK_DEBUG: the number of the call under way */
};

/* And there, what stands for a handler's entry is `work`, 0 while a guest runs. */
_Static_assert(offsetof(struct hot, syscall_entry) ==
		       offsetof(struct hot, work) + VIRTUAL86_BYTES,
	       "no fast path for virtual-8086 mode");

struct regs {
	u32 ebx, ecx, edx, esi, edi, ebp, eax;
	u32 ds, es;
	u32 vector, error;
	u32 eip, cs, eflags;
	u32 esp, ss; /* not there if the trap came from ring 0 */
};

#define FPU_BYTES  512
#define VCPU_BYTES 8192
#define VCPU_STACK 6656

struct arch_vcpu {
	u8 stack[VCPU_STACK];
	struct regs regs;
	struct hot hot;
	struct vcpu v;
	u32 fs, gs;
	u32 dr[4], dr7;
	u32 desc[4][2]; /* TLS 6, 7, 8, and per-CPU 27 */
	u8 fpu[FPU_BYTES] __attribute__((aligned(16)));
};
_Static_assert(sizeof(struct arch_vcpu) <= VCPU_BYTES, "a vCPU fits two pages");

struct arch_guest {
	u32 *directory; /* private: hypervisor and window slots only */
	u32 *window;    /* page table of the ABI window */
};

/* Per-CPU data; one CPU in this version. */
struct cpu {
	struct arch_vcpu *current; /* whose state is in the processor, or NULL */
	struct guest *attached;    /* whose private directory was loaded last */
	bool away;                 /* CR3 is not the current vCPU's */
};

extern struct cpu cpu0;

static inline struct cpu *this_cpu(void)
{
	return &cpu0;
}

static inline struct arch_vcpu *arch_of(struct vcpu *v)
{
	return container_of(v, struct arch_vcpu, v);
}

static inline struct arch_guest *arch_guest(struct guest *g)
{
	return g->arch;
}

static inline u64 rdtsc(void)
{
	u64 t;

	asm volatile("rdtsc"
		     : "=A"(t));
	return t;
}

static inline void load_cr3(u32 cr3)
{
	asm volatile("movl %0, %%cr3"
		     :
		     : "r"(cr3)
		     : "memory");
}

static inline u32 read_cr3(void)
{
	u32 cr3;

	asm volatile("movl %%cr3, %0"
		     : "=r"(cr3));
	return cr3;
}

/* entry.S */
void resume(struct regs *regs) __attribute__((noreturn));
void idle_wait(void); /* interrupts on, halt, interrupts off */
/* Leave this stack for the boot stack and never come back. */
void on_boot_stack(void (*function)(void)) __attribute__((noreturn));
/* Call function(arg) on the boot stack. */
void call_on_boot_stack(void (*function)(u32), u32 arg);
extern char exception_stubs[]; /* 32 exceptions, 16 bytes each */
extern char entry_call[], entry_return[], entry_fault[], irq_stubs[], timer_stub[];
extern char spurious_stub[], traced_call[], traced_return[];

/* trap.c, called by entry.S */
void trap(struct regs *regs);
void exit_work(struct regs *regs);

/* bounce.c */
void bounce(struct arch_vcpu *a, u32 vector, bool has_error, u32 error);
void bounce_event(struct arch_vcpu *a);
void return_slow(struct arch_vcpu *a);

/* descriptor.c: GDT, IDT, TSS */
void descriptor_init(void);
void descriptor_load(struct arch_vcpu *a);

/* paging.c */
void paging_init(u32 hvmem);
void *mmio_map(u32 machine, u32 bytes);
u32 machine_of(const void *va);

/* switch.c */
void schedule(void);
void cpu_loop(void) __attribute__((noreturn));
void enter_kernel_view(struct arch_vcpu *a);
void enter_user_view(struct arch_vcpu *a);

/* vcpu.c */
void vcpu_save(struct arch_vcpu *a);
void vcpu_load(struct arch_vcpu *a);

/* fpu.c */
void fpu_init(void);
void fpu_reset(u8 *area);
void fpu_save(u8 *area);
void fpu_load(const u8 *area);

/* clock.c */
void clock_init(void);
void clock_interrupt(void);

/* pages.c */
void pages_init(u32 start, u32 end);
void pages_reserve(u32 start, u32 end);
u32 pages_free_count(void);

#endif
