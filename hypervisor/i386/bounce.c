// SPDX-License-Identifier: GPL-2.0-only
/*
 * bounce.c - handing a trap or an upcall to the guest kernel, and the return
 * from it: all cases, where entry.S has the frequent ones.
 *
 * Invariant: what a frame shows is virtual (ring, interrupt flag), what the
 * processor gets is sanitised here and in entry.S, and nowhere else: eflags by
 * the two masks of the ABI, selectors to the four flat ones.
 */
#include "../core/event.h"
#include "../core/guest.h"
#include "../core/hypercall.h"
#include "../core/machine.h"
#include "../core/trace.h"
#include "arch.h"

#define FRAME_WORDS  6 /* error, eip, cs, eflags, esp, ss */
#define KERNEL_WORDS 3 /* eip, cs, eflags */

/*
 * Push the frame and enter the handler [TRAP-2] [TRAP-5]. `vif_mask` is 0 if
 * the handler starts with upcalls off.
 */
static void enter_handler(struct arch_vcpu *a, u32 entry, u32 vif_mask,
			  bool has_error, u32 error)
{
	struct silk_vcpu *page = a->hot.page;
	bool from_user = a->hot.mode == MODE_USER;
	u32 vif = READ_ONCE(page->vif) & SILK_VIF;
	u32 frame[FRAME_WORDS] = {
		error,
		a->regs.eip,
		from_user ? SILK_I386_USER_CS : SILK_I386_KERNEL_CS,
		(a->regs.eflags & ~(u32)EFLAGS_IF) | vif,
		a->regs.esp,
		a->regs.ss & 0xffff,
	};
	u32 words = has_error + KERNEL_WORDS + (from_user ? 2 : 0);
	u32 sp = from_user ? READ_ONCE(page->kernel_sp) : a->regs.esp;

	sp -= words * 4;
	enter_kernel_view(a);
	if (copy_to_guest(sp, frame + !has_error, words * 4)) {
		a->hot.mode = from_user ? MODE_USER : MODE_KERNEL; /* as it is reported */
		guest_crash(&a->v, SILK_CRASH_BAD_STACK, SILK_CLAUSE(SILK_AREA_TRAP, 11), sp);
		return;
	}
	page->vif = vif & vif_mask;
	a->regs.eip = entry;
	a->regs.cs = GUEST_CS;
	a->regs.eflags = EFLAGS_ENTRY;
	a->regs.esp = sp;
	a->regs.ss = GUEST_DS;
}

void bounce(struct arch_vcpu *a, u32 vector, bool has_error, u32 error)
{
	const struct trap_entry *t = &a->v.guest->trap[vector];

	a->v.guest->stats.bounces++;
	if (a->v.guest->trace)
		trace_bounce(&a->v, vector, has_error ? error : 0, a->regs.eip,
			     vector == VECTOR_PF ? a->hot.page->fault_address : a->regs.eax);
	if (!t->entry) {
		guest_crash(&a->v, SILK_CRASH_NO_HANDLER, SILK_CLAUSE(SILK_AREA_TRAP, 11), vector);
		return;
	}
	enter_handler(a, t->entry, t->flags & SILK_TRAP_MASK ? 0 : ~0u, has_error, error);
}

/* The upcall, which always starts with vif = 0 [EVT-3]. */
void bounce_event(struct arch_vcpu *a)
{
	const struct trap_entry *t = &a->v.guest->trap[SILK_I386_VECTOR_UPCALL];

	if (!t->entry)
		return;
	a->v.guest->stats.upcalls++;
	if (a->v.guest->trace)
		trace_upcall(&a->v, a->regs.eip);
	enter_handler(a, t->entry, 0, false, 0);
}

/* [TRAP-8] The fault is the return instruction's, in the guest kernel. */
static void refuse_selector(struct arch_vcpu *a, u32 selector)
{
	a->regs.eip -= 2;
	bounce(a, VECTOR_GP, true, selector & 0xfffc);
}

static void unreadable(struct arch_vcpu *a)
{
	guest_crash(&a->v, SILK_CRASH_BAD_RETURN, SILK_CLAUSE(SILK_AREA_TRAP, 7),
		    a->regs.esp);
}

static void return_to_user(struct arch_vcpu *a, const u32 *frame)
{
	u32 stack[2];

	if (copy_from_guest(stack, a->regs.esp + KERNEL_WORDS * 4, sizeof(stack))) {
		unreadable(a);
		return;
	}
	if ((u16)frame[1] != SILK_I386_USER_CS) {
		refuse_selector(a, (u16)frame[1]);
		return;
	}
	if ((u16)stack[1] != SILK_I386_USER_DS) {
		refuse_selector(a, (u16)stack[1]);
		return;
	}
	a->regs.eip = frame[0];
	a->regs.cs = SILK_I386_USER_CS;
	a->regs.eflags = (frame[2] & SILK_I386_EFLAGS_USER) | EFLAGS_ENTRY;
	a->regs.esp = stack[0];
	a->regs.ss = SILK_I386_USER_DS;
	a->hot.page->vif = frame[2] & SILK_VIF;
	enter_user_view(a);
}

static void return_to_kernel(struct arch_vcpu *a, const u32 *frame)
{
	a->regs.eip = frame[0];
	a->regs.eflags = (frame[2] & SILK_I386_EFLAGS_KERNEL) | EFLAGS_ENTRY;
	a->regs.esp += KERNEL_WORDS * 4;
	a->hot.page->vif = frame[2] & SILK_VIF;
}

/* [TRAP-7] Each word of the frame is read once. */
void return_slow(struct arch_vcpu *a)
{
	u32 frame[KERNEL_WORDS];

	if (READ_ONCE(a->hot.page->queue_count))
		trace_drain(&a->v);
	if (copy_from_guest(frame, a->regs.esp, sizeof(frame))) {
		unreadable(a);
		return;
	}
	if (frame[1] & 3)
		return_to_user(a, frame);
	else
		return_to_kernel(a, frame);
	if (a->v.guest->trace)
		trace_return(&a->v, a->regs.eip, a->hot.mode == MODE_USER);
	a->hot.work |= WORK_EVENTS;
}
