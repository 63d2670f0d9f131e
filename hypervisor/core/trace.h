/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - what a guest and the hypervisor say to each other, call by call.
 *
 * While a guest is traced its traps take the slow paths, which call the
 * functions below; while it is not, nothing is spent on tracing: the gates of
 * the fast paths lead past here.
 */
#ifndef SILK_CORE_TRACE_H
#define SILK_CORE_TRACE_H

#include "guest.h"

/*
 * Start and stop; in work_run() only. With `all` the guest stands still when the
 * buffer is full, until it is read; without, what doesn't fit is counted and
 * lost. NULL, or why not.
 */
const char *trace_start(struct guest *g, bool all);
void trace_stop(struct guest *g);
/* Show up to TRACE_SHOWN of what happened since the last time; how many. */
#define TRACE_SHOWN 100u
u32 trace_show(struct guest *g);

/* ---- from the trap path, if g->trace ---- */

/* A hypercall ended: its number, arguments and result. */
void trace_call(struct vcpu *v, u32 number, u32 a, u32 b, u32 c, u32 result);
/* Carry out the deferred queue on a slow path; what was refused is recorded. */
void trace_drain(struct vcpu *v);
/* A trap goes to the guest kernel; `detail` is the address of a page fault, eax
 * of a system call. */
void trace_bounce(struct vcpu *v, u32 vector, u32 error, u32 eip, u32 detail);
void trace_upcall(struct vcpu *v, u32 eip);
void trace_return(struct vcpu *v, u32 eip, bool user);

#endif
