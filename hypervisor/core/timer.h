/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timer.h - one-shot timers of vCPUs, and the machine's one deadline.
 */
#ifndef SILK_CORE_TIMER_H
#define SILK_CORE_TIMER_H

#include "guest.h"

#define TIMER_OFF (~0ull)

/* The machine's deadline has come (or it thinks so: early is harmless). */
void timer_interrupt(void);
/* Raise the event of each timer that is due. */
void timers_run(u64 now);
/* When the next timer is due, TIMER_OFF: none. */
u64 timers_next(void);
/* Tell the machine when to interrupt: a timer or the end of a slice. */
void timer_arm(void);

#endif
