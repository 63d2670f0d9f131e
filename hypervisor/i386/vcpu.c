// SPDX-License-Identifier: GPL-2.0-only
/*
 * vcpu.c - the processor state of a vCPU: made, reset, saved, loaded, shown.
 *
 * Invariant: everything that a guest can see in a processor is its own: general
 * registers, all six segment registers, FPU and SSE, debug registers, the four
 * descriptors. Nothing of another guest or of the hypervisor is left in any.
 */
#include "../core/format.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "arch.h"

#define DR7_DEFAULT 0x400
#define TRACE_DEPTH 16

static void load_debug(const u32 *dr, u32 dr7)
{
	asm volatile("movl %0, %%dr7"
		     :
		     : "r"(DR7_DEFAULT));
	asm volatile("movl %0, %%dr0"
		     :
		     : "r"(dr[0]));
	asm volatile("movl %0, %%dr1"
		     :
		     : "r"(dr[1]));
	asm volatile("movl %0, %%dr2"
		     :
		     : "r"(dr[2]));
	asm volatile("movl %0, %%dr3"
		     :
		     : "r"(dr[3]));
	asm volatile("movl %0, %%dr7"
		     :
		     : "r"(dr7));
}

/* It is in the processor no more, and nothing of it may stay there. */
static void forget(const struct arch_vcpu *a)
{
	if (this_cpu()->current != a)
		return;
	load_debug((const u32[4]){ 0 }, DR7_DEFAULT);
	this_cpu()->current = NULL;
}

struct vcpu *machine_vcpu_alloc(struct guest *g, u32 number)
{
	struct arch_vcpu *a = hv_pages_alloc(VCPU_BYTES / PAGE_SIZE);

	if (!a)
		return NULL;
	a->v.guest = g;
	a->v.number = number;
	a->v.directory = NO_FRAME;
	return &a->v;
}

void machine_vcpu_free(struct vcpu *v)
{
	struct arch_vcpu *a = arch_of(v);

	forget(a);
	hv_pages_free(a, VCPU_BYTES / PAGE_SIZE);
}

/* [BOOT-5] */
void machine_vcpu_reset(struct vcpu *v, u32 entry)
{
	struct arch_vcpu *a = arch_of(v);

	forget(a);
	memset(&a->regs, 0, sizeof(a->regs));
	memset(&a->hot, 0, sizeof(a->hot));
	a->hot.mode = MODE_KERNEL;
	memset(a->desc, 0, sizeof(a->desc));
	memset(a->dr, 0, sizeof(a->dr));
	a->dr7 = DR7_DEFAULT;
	a->fs = a->gs = 0;
	fpu_reset(a->fpu);
	a->regs.eax = SILK_MAGIC;
	a->regs.esi = SILK_I386_INFO;
	a->regs.eip = entry;
	a->regs.cs = GUEST_CS;
	a->regs.ds = a->regs.es = a->regs.ss = GUEST_DS;
	a->regs.eflags = EFLAGS_ENTRY;
	a->hot.page = v->page;
	a->hot.calls = v->guest->stats.calls;
	a->hot.bounces = &v->guest->stats.bounces;
	machine_traps_changed(v);
	machine_load_directory(v);
}

/* A selector whose descriptor is no longer loadable becomes 0 [CPU-3]. */
#define LOAD_SEGMENT(reg, value) \
	asm volatile("1:\tmovl %0, %%" reg "\n" \
		     "2:\n\t.pushsection .fixup_table, \"a\"\n\t" \
		     ".long 1b, 3f\n\t.popsection\n\t" \
		     ".pushsection .text.fixup, \"ax\"\n" \
		     "3:\txorl %%eax, %%eax\n\tmovl %%eax, %%" reg "\n" \
		     "\tjmp 2b\n\t.popsection" \
		     : \
		     : "r"(value) \
		     : "eax")

/* An address counts that is not enabled, too: a debug trap tells of all that match. */
static bool debug_used(const struct arch_vcpu *a)
{
	return a->dr7 != DR7_DEFAULT || a->dr[0] | a->dr[1] | a->dr[2] | a->dr[3];
}

void vcpu_save(struct arch_vcpu *a)
{
	asm volatile("movl %%fs, %0"
		     : "=r"(a->fs));
	asm volatile("movl %%gs, %0"
		     : "=r"(a->gs));
	fpu_save(a->fpu);
	if (debug_used(a))
		load_debug((const u32[4]){ 0 }, DR7_DEFAULT);
}

void vcpu_load(struct arch_vcpu *a)
{
	descriptor_load(a);
	load_cr3(a->hot.mode == MODE_KERNEL ? a->hot.kernel_cr3 : a->hot.user_cr3);
	LOAD_SEGMENT("fs", a->fs);
	LOAD_SEGMENT("gs", a->gs);
	fpu_load(a->fpu);
	if (debug_used(a))
		load_debug(a->dr, a->dr7);
}

void machine_set_debugreg(struct vcpu *v, u32 number, u32 value)
{
	struct arch_vcpu *a = arch_of(v);

	if (number == 7)
		a->dr7 = value;
	else
		a->dr[number] = value;
	if (this_cpu()->current == a)
		load_debug(a->dr, a->dr7);
}

/* Return addresses by the chain of frame pointers, as far as it goes up. */
static void dump_trace(struct arch_vcpu *a)
{
	u32 frame[2], at = a->regs.ebp, depth;
	char line[TRACE_DEPTH * 10 + 1];
	u32 used = 0;

	load_cr3(a->hot.kernel_cr3);
	for (depth = 0; depth < TRACE_DEPTH; depth++) {
		if (copy_from_guest(frame, at, sizeof(frame)) || !frame[1])
			break;
		used += format_text(line + used, sizeof(line) - used, " %08x", frame[1]);
		if (frame[0] <= at)
			break;
		at = frame[0];
	}
	machine_attach(NULL);
	line[used] = 0;
	log_printf("  trace:%s\n", used ? line : " none");
}

void machine_vcpu_dump(struct vcpu *v)
{
	struct arch_vcpu *a = arch_of(v);
	const struct regs *r = &a->regs;
	bool kernel = a->hot.mode == MODE_KERNEL;

	log_printf("  eip %08x cs %04x (guest %s) eflags %08x esp %08x ss %04x\n",
		   r->eip, kernel ? SILK_I386_KERNEL_CS : SILK_I386_USER_CS,
		   kernel ? "kernel" : "user", r->eflags, r->esp, r->ss & 0xffff);
	log_printf("  eax %08x ebx %08x ecx %08x edx %08x\n", r->eax, r->ebx, r->ecx, r->edx);
	log_printf("  esi %08x edi %08x ebp %08x vector %u error %x\n", r->esi, r->edi,
		   r->ebp, r->vector, r->error);
	log_printf("  vif %u pending %x mask %x kernel_sp %08x fault_address %08x\n",
		   v->page->vif & SILK_VIF ? 1 : 0, v->page->pending, v->page->mask,
		   v->page->kernel_sp, v->page->fault_address);
	dump_trace(a);
}
