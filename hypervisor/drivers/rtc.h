/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtc.h - the real-time clock: what time it is outside.
 */
#ifndef SILK_DRIVERS_RTC_H
#define SILK_DRIVERS_RTC_H

#include "../core/types.h"

/* Seconds since 1970-01-01 00:00:00 UTC, 0 if the clock makes no sense. It is
 * taken to run in UTC. */
u64 rtc_read(void);

/* The clock's registers as they are read, and what they mean. */
struct rtc_registers {
	u8 second, minute, hour, day, month, year, century;
	u8 status_b;
};

u64 rtc_seconds(const struct rtc_registers *r);

#endif
