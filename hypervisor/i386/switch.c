// SPDX-License-Identifier: GPL-2.0-only
/*
 * switch.c - from one vCPU to another, and what the CPU does between them.
 *
 * Invariant: `current` is the vCPU whose registers, FPU, debug registers and
 * descriptors are in the processor. While the boot stack's loop runs there is
 * none, so there a guest may be made, started anew and destroyed.
 */
#include "../core/chunk.h"
#include "../core/machine.h"
#include "../core/sched.h"
#include "arch.h"

struct cpu cpu0;

void enter_kernel_view(struct arch_vcpu *a)
{
	a->hot.mode = MODE_KERNEL;
	if (read_cr3() != a->hot.kernel_cr3)
		load_cr3(a->hot.kernel_cr3);
}

void enter_user_view(struct arch_vcpu *a)
{
	a->hot.mode = MODE_USER;
	load_cr3(a->hot.user_cr3);
}

void machine_reschedule(void)
{
	struct cpu *c = this_cpu();

	if (c->current)
		c->current->hot.work |= WORK_SCHEDULE;
}

void machine_event_pending(struct vcpu *v)
{
	arch_of(v)->hot.work |= WORK_EVENTS;
}

static void __attribute__((noreturn)) run(struct arch_vcpu *a)
{
	struct cpu *c = this_cpu();

	c->current = a;
	c->attached = NULL;
	c->away = false;
	vcpu_load(a);
	resume(&a->regs);
}

/* Take what interrupts are waiting. */
static void interrupt_window(void)
{
	asm volatile("sti\n\tnop\n\tcli"
		     :
		     :
		     : "memory");
}

static void leave_current(void)
{
	struct cpu *c = this_cpu();

	if (c->current)
		vcpu_save(c->current);
	c->current = NULL;
}

/* On the boot stack, with no current vCPU. */
void cpu_loop(void)
{
	for (;;) {
		struct vcpu *next;

		if (work_due())
			work_run();
		next = sched_pick(machine_now());
		if (!next) {
			if (!this_cpu()->away)
				machine_attach(NULL);
			if (chunk_clear_one()) /* one chunk, then look again */
				interrupt_window();
			else
				idle_wait();
		} else if (next->guest->state == GUEST_BOOTING) {
			guest_boot_step(next->guest);
			interrupt_window();
		} else {
			run(arch_of(next));
		}
	}
}

static u32 current_cr3(const struct arch_vcpu *a)
{
	return a->hot.mode == MODE_KERNEL ? a->hot.kernel_cr3 : a->hot.user_cr3;
}

/* From the way back to a guest; returns if the same vCPU goes on. */
void schedule(void)
{
	struct cpu *c = this_cpu();
	struct vcpu *next;

	if (!work_due()) {
		next = sched_pick(machine_now());
		if (next && arch_of(next) == c->current) {
			if (c->away) {
				c->away = false;
				c->attached = NULL;
				load_cr3(current_cr3(c->current));
			}
			return;
		}
		if (next && next->guest->state != GUEST_BOOTING) {
			vcpu_save(c->current);
			run(arch_of(next));
		}
	}
	leave_current();
	on_boot_stack(cpu_loop);
}
