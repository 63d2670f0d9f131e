/* SPDX-License-Identifier: MIT */
/*
 * time.h - the clock and the timer, in nanoseconds since this guest's boot.
 */
#ifndef GUEST_TIME_H
#define GUEST_TIME_H

#include "irq.h"

#define NS_PER_US 1000u
#define NS_PER_MS 1000000u
#define NS_PER_S  1000000000u

uint64_t time_ns(void);
uint64_t time_wall_ns(void); /* since 1970-01-01 UTC */

/* SILK_EVENT_TIMER comes at that time, or at once if it is past; 0: never. */
static inline void time_set_timer(uint64_t ns)
{
	hv_set_timer((uint32_t)ns, (uint32_t)(ns >> 32));
}

#endif /* GUEST_TIME_H */
