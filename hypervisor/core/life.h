/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * life.h - what the parts of a guest's life say to each other: guest.c (made,
 * started, paused, unmade), boot.c (booted), end.c (shutdown and crash).
 */
#ifndef SILK_CORE_LIFE_H
#define SILK_CORE_LIFE_H

#include "guest.h"

/* A run that ends within QUICK_NS of its boot is quick. After QUICK_ENDS of them
 * in a row a guest that crashes stays down, and its reboots are not logged. */
#define QUICK_NS   1000000000ull
#define QUICK_ENDS 5

/* There is something to do in work_run(). */
void work_cause(void);

/* g runs no more: its vCPUs are out of the scheduler. From anywhere. */
void guest_halt(struct guest *g);
/* Release its memory; in work_run() and guest_boot_step() only. */
void guest_end_run(struct guest *g);
/* g runs no more, and `wish` is done in work_run(). From anywhere. */
void guest_wish(struct guest *g, enum guest_wish wish);
/* In work_run(): report a crash that was not reported yet, and decide what
 * becomes of the guest. */
void guest_tell_crash(struct guest *g);
/* Count this end of a run as quick or not. */
void guest_note_end(struct guest *g);

/* The share of the CPU, at once; the info page says it from the next boot on, as
 * it does not change during a run [BOOT-3]. */
void guest_set_weight(struct guest *g, u32 weight);
/* Ask the guest to shut down. NULL, or why not. */
const char *guest_ask_shutdown(struct guest *g);

#endif
