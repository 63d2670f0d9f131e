/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sched.h - which process runs: round robin, by slices of 10 ms, without a
 * periodic tick.
 */
#ifndef MINI_SCHED_H
#define MINI_SCHED_H

#include "base.h"

struct process;
struct trap_frame;

/* Processes that wait for one thing, first come first. All zeros is empty. */
struct queue {
	struct process *head, *tail;
};

/* Set when current has something to do before it returns to user mode: to let
 * another process run, or to end. */
extern uint32_t work;

void sched_init(void);
void sched_idle(void) NORETURN; /* what the boot stack ends in */

void sched_wake(struct process *p); /* SLEEPING or new, to RUNNABLE */
void sched_yield(void);
void sched_exit(void) NORETURN;      /* current is a ZOMBIE now */
void sched_load(uint32_t directory); /* a page directory */
uint64_t sched_idle_time(void);      /* ns */
uint64_t sched_cpu_time(const struct process *p);

/* Sleep until woken; false if killed instead. The state that the caller waits
 * for may have changed since it was woken: it has to look again. */
bool sleep_on(struct queue *q);
bool sleep_until(uint64_t ns);
void sleep_on_disk(struct queue *q); /* not ended by a kill */
void wake_one(struct queue *q);
void wake_all(struct queue *q);

/* The FPU's state goes with the process: fpu.c. */
void fpu_init(void);
void fpu_new(struct process *p);
void fpu_copy(struct process *to); /* from current */
void fpu_switch(struct process *to);
void fpu_drop(struct process *p);

#endif /* MINI_SCHED_H */
