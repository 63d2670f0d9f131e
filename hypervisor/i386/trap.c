// SPDX-License-Identifier: GPL-2.0-only
/*
 * trap.c - what arrives in ring 0 by another way than the fast paths, and what
 * is done before the return to a guest.
 *
 * Invariant: what a guest's instruction causes is bounced to that guest or
 * crashes that guest. A trap in ring 0 is either listed in the fix-up table or
 * a fault of the hypervisor, which stops the machine.
 */
#include "../core/event.h"
#include "../core/format.h"
#include "../core/hypercall.h"
#include "../core/machine.h"
#include "../core/trace.h"
#include "../core/traps.h"
#include "arch.h"
#include "irq.h"

#define INT_BYTES      2             /* length of int n */
#define OPCODE_INT     0xcd          /* its first byte */
#define IDT_ERROR(vec) ((vec)*8 + 2) /* Intel SDM volume 3, 6.13 */

/* Vectors that push an error code: 8, 10-14, 17. */
#define HAS_ERROR      0x00027d00u

struct fixup {
	u32 at, to;
};

extern const struct fixup fixup_start[], fixup_end[];

static u32 read_cr2(void)
{
	u32 cr2;

	asm volatile("movl %%cr2, %0"
		     : "=r"(cr2));
	return cr2;
}

static u32 take_dr6(void)
{
	u32 dr6;

	asm volatile("movl %%dr6, %0"
		     : "=r"(dr6));
	asm volatile("movl %0, %%dr6"
		     :
		     : "r"(0xffff0ff0));
	return dr6;
}

static bool fix_up(struct regs *r)
{
	const struct fixup *f;

	for (f = fixup_start; f < fixup_end; f++) {
		if (f->at == r->eip) {
			r->eip = f->to;
			return true;
		}
	}
	return false;
}

static void interrupt(u32 vector)
{
	if (vector == VECTOR_TIMER)
		clock_interrupt();
	else
		irq_dispatch(vector);
}

static bool is_interrupt(u32 vector)
{
	return vector == VECTOR_TIMER ||
	       (vector >= IRQ_VECTOR && vector < IRQ_VECTOR + IRQ_LINES);
}

/* A guest's breakpoint may fire on what the hypervisor stores for it: that is
 * not the guest's instruction, and nothing is reported [CPU-6]. */
static void trap_ring0(struct regs *r)
{
	if (is_interrupt(r->vector)) {
		interrupt(r->vector);
		return;
	}
	if (r->vector == VECTOR_DEBUG) {
		take_dr6();
		return;
	}
	if (r->vector == VECTOR_NMI || fix_up(r))
		return;
	panic("trap %u, error %x, at %08x, cr2 %08x, eax %08x ebx %08x ecx %08x edx %08x esi %08x edi %08x ebp %08x",
	      r->vector, r->error, r->eip, read_cr2(), r->eax, r->ebx, r->ecx,
	      r->edx, r->esi, r->edi, r->ebp);
}

/* An `int n` that this mode may not use: as if its gate were closed. */
static void refuse_int(struct arch_vcpu *a, u32 vector)
{
	a->regs.eip -= INT_BYTES;
	bounce(a, VECTOR_GP, true, IDT_ERROR(vector));
}

/*
 * [TRAP-9] The error code's user bit is the guest's mode, and the hypervisor's
 * range looks empty.
 */
static void page_fault(struct arch_vcpu *a)
{
	u32 error = a->regs.error & ~PF_USER;
	u32 address = read_cr2();

	if (a->hot.mode == MODE_USER)
		error |= PF_USER;
	if (address >= SILK_I386_HYPERVISOR)
		error &= ~PF_PRESENT;
	a->hot.page->fault_address = address;
	bounce(a, VECTOR_PF, true, error);
}

/*
 * [TRAP-14] The gates of int3 and into are closed to ring 3 unless guest-user code
 * may raise them. The guest kernel always may: if it was refused for its gate, go on
 * behind the instruction, which has two bytes if it is an int n.
 */
static bool kernel_breakpoint(struct arch_vcpu *a)
{
	u32 vector = a->regs.error / 8;
	u8 opcode;

	if (a->hot.mode != MODE_KERNEL || a->regs.error != IDT_ERROR(vector) ||
	    (vector != VECTOR_BREAKPOINT && vector != VECTOR_OVERFLOW) ||
	    copy_from_guest(&opcode, a->regs.eip, 1))
		return false;
	a->regs.eip += opcode == OPCODE_INT ? INT_BYTES : 1;
	bounce(a, vector, false, 0);
	return true;
}

/* What entry_call does, for a guest that is traced. */
static void hypercall_traced(struct arch_vcpu *a)
{
	struct regs *r = &a->regs;
	struct vcpu *v = &a->v;
	u32 nr = r->eax, eip = r->eip;

	if (READ_ONCE(v->page->queue_count))
		trace_drain(v);
	v->page->diag.call = nr;
	if (nr < SILK_NR_CALLS) {
		v->guest->stats.calls[nr]++;
		r->eax = call_table[nr](v, r->ebx, r->ecx, r->edx);
	} else {
		r->eax = call_unknown(v, nr);
	}
	if (v->guest->trace && r->eip == eip) /* not again */
		trace_call(v, nr, r->ebx, r->ecx, r->edx, r->eax);
}

static void system_call(struct arch_vcpu *a)
{
	if (a->hot.syscall_entry)
		bounce(a, SILK_I386_VECTOR_CALL, false, 0);
	else
		refuse_int(a, SILK_I386_VECTOR_CALL);
}

/*
 * The guest may be destroyed or started anew by what a device's handler does (a
 * command on the control console): nothing below it may be on its stack.
 */
static void interrupt_on_boot_stack(u32 vector)
{
	interrupt(vector);
	if (!this_cpu()->current)
		cpu_loop();
}

static void trap_guest(struct arch_vcpu *a, u32 vector)
{
	switch (vector) {
	case VECTOR_TIMER:
		clock_interrupt();
		break;
	case SILK_I386_VECTOR_CALL:
		if (a->hot.mode == MODE_USER)
			system_call(a);
		else
			hypercall_traced(a);
		break;
	case SILK_I386_VECTOR_RETURN:
		if (a->hot.mode == MODE_USER)
			refuse_int(a, vector);
		else
			return_slow(a);
		break;
	case VECTOR_PF:
		page_fault(a);
		break;
	case VECTOR_DEBUG:
		a->hot.page->debug_status = take_dr6();
		bounce(a, vector, false, 0);
		break;
	case VECTOR_NMI:
		log_printf("NMI ignored\n");
		break;
	case VECTOR_MCE:
		panic("machine check");
	default:
		if (vector == VECTOR_GP && kernel_breakpoint(a))
			break;
		bounce(a, vector, vector < 32 && (HAS_ERROR >> vector & 1), a->regs.error);
	}
}

/*
 * A guest in virtual-8086 mode. No processor takes VM from an iret in ring 3 (Intel
 * SDM volume 2, IRET), some emulators do. Four segment registers lie above the frame,
 * so that it is not where a->regs is: take it from there, and let it be general
 * protection.
 */
static void __attribute__((noreturn)) leave_virtual86(const struct regs *r)
{
	struct arch_vcpu *a = this_cpu()->current;
	bool kernel = a->hot.mode == MODE_KERNEL;
	struct regs regs = *r; /* it overlaps with a->regs */

	regs.cs = kernel ? GUEST_CS : SILK_I386_USER_CS;
	regs.ss = kernel ? GUEST_DS : SILK_I386_USER_DS;
	regs.ds = regs.es = 0;
	regs.eflags = (regs.eflags & SILK_I386_EFLAGS_KERNEL) | EFLAGS_ENTRY;
	a->regs = regs;
	if (regs.vector == VECTOR_DEBUG)
		take_dr6();
	if (is_interrupt(regs.vector))
		call_on_boot_stack(interrupt_on_boot_stack, regs.vector);
	bounce(a, VECTOR_GP, true, 0);
	resume(&a->regs);
}

void trap(struct regs *r)
{
	if (unlikely(r->eflags & EFLAGS_VM))
		leave_virtual86(r);
	if (!(r->cs & 3))
		trap_ring0(r);
	else if (r->vector >= IRQ_VECTOR && r->vector < IRQ_VECTOR + IRQ_LINES)
		call_on_boot_stack(interrupt_on_boot_stack, r->vector);
	else
		trap_guest(this_cpu()->current, r->vector);
}

/* Called again until no work is left. */
void exit_work(struct regs *r)
{
	struct arch_vcpu *a = this_cpu()->current;

	(void)r;
	if (a->hot.work & WORK_SCHEDULE) {
		a->hot.work &= ~(u32)WORK_SCHEDULE;
		schedule();
	} else if (a->hot.work & WORK_EVENTS) {
		a->hot.work &= ~(u32)WORK_EVENTS;
		if ((READ_ONCE(a->hot.page->vif) & SILK_VIF) && event_due(&a->v))
			bounce_event(a);
	}
}

/* The instruction is made again; RF, so that a breakpoint on it counts once. */
u32 machine_call_again(struct vcpu *v, u32 nr, u32 a, u32 b, u32 c)
{
	struct arch_vcpu *arch = arch_of(v);

	(void)a, (void)b, (void)c; /* they stay in its registers */
	arch->regs.eip -= INT_BYTES;
	arch->regs.eflags |= EFLAGS_RF;
	arch->hot.debug_call = SILK_NR_CALLS;
	v->guest->stats.calls[nr]--;
	return nr; /* to EAX */
}
