// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtc_time.c - from the registers of a real-time clock to seconds since 1970.
 *
 * Invariant: registers that no calendar has give 0, never a wild time.
 */
#include "rtc.h"

/* MC146818A data sheet, register B */
#define B_24_HOURS 0x02
#define B_BINARY   0x04
#define HOUR_PM    0x80

static u32 number(const struct rtc_registers *r, u8 value)
{
	if (r->status_b & B_BINARY)
		return value;
	return (value >> 4) * 10u + (value & 15);
}

static u32 hour_of(const struct rtc_registers *r)
{
	u32 hour = number(r, r->hour & (u8)~HOUR_PM);

	if (r->status_b & B_24_HOURS)
		return number(r, r->hour);
	return hour % 12 + (r->hour & HOUR_PM ? 12 : 0);
}

static bool leap(u32 year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static u32 days_in(u32 month, u32 year)
{
	static const u8 days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && leap(year) ? 1u : 0u);
}

/* A clock without a century register has 0 or nonsense there. */
static u32 year_of(const struct rtc_registers *r)
{
	u32 century = number(r, r->century);

	if (century < 19 || century > 21)
		century = 20;
	return century * 100 + number(r, r->year);
}

u64 rtc_seconds(const struct rtc_registers *r)
{
	u32 second = number(r, r->second), minute = number(r, r->minute);
	u32 hour = hour_of(r), day = number(r, r->day);
	u32 month = number(r, r->month), year = year_of(r);
	u32 y, m, days = 0;

	if (second > 59 || minute > 59 || hour > 23 || month < 1 || month > 12 ||
	    number(r, r->year) > 99 || year < 1970 || day < 1 ||
	    day > days_in(month, year))
		return 0;
	for (y = 1970; y < year; y++)
		days += leap(y) ? 366 : 365;
	for (m = 1; m < month; m++)
		days += days_in(m, year);
	days += day - 1;
	return (u64)days * 86400 + hour * 3600 + minute * 60 + second;
}
