/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sched.h - who runs: fair shares by weight, pre-emptively.
 *
 * The path back to a guest asks sched_pick() whenever machine_reschedule() was
 * called, and on a deadline. It runs the vCPU that it gets; NULL: nobody has
 * anything to do.
 */
#ifndef SILK_CORE_SCHED_H
#define SILK_CORE_SCHED_H

#include "guest.h"

#define SCHED_PERIOD    20000000u /* ns: all that are ready run once in about this */
#define SCHED_SLICE_MIN 1000000u
#define SCHED_SLICE_MAX 10000000u
#define SCHED_CREDIT    10000000u /* ns that a sleeper may be behind on waking */
#define SCHED_GAIN      1000000u  /* ns that a woken vCPU must be behind to pre-empt */
#define SCHED_RUN_MIN   250000u   /* ns that a vCPU runs before a woken one pre-empts it */

/* v wants to run (again). Harmless if it does already. */
void sched_wake(struct vcpu *v);
/* v has nothing to do until sched_wake(). */
void sched_block(struct vcpu *v);
/* v stays ready, another is to run first. */
void sched_yield(struct vcpu *v);

/* v's guest may not run (paused, off): v leaves the queue, and keeps in mind
 * whether it wants to run. */
void sched_freeze(struct vcpu *v);
/* v's guest may run again. */
void sched_thaw(struct vcpu *v);

/* Account for the time until now, and choose; arms the next deadline. */
struct vcpu *sched_pick(u64 now);
/* The vCPU that was picked last, NULL: none. */
struct vcpu *sched_current(void);
/* Charge the running vCPU for the time until now: its figures are exact. */
void sched_account(u64 now);
/* When the running vCPU's slice ends, ~0: nobody else is ready. */
u64 sched_slice_end(void);
/* The time until now is not to be charged to the running vCPU. */
void sched_skip(u64 now);
/* Forget v for good. */
void sched_forget(struct vcpu *v);
/* Forget everything (tests). */
void sched_reset(void);

#endif
