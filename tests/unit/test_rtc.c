// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rtc.c - the real-time clock's registers against the C library's calendar.
 */
#define _DEFAULT_SOURCE
#include <string.h>
#include <time.h>

#include "unit.h"
#include "hypervisor/drivers/rtc_time.c"

#define HOURS_24 0x02
#define BINARY   0x04
#define PM       0x80

static u8 coded(u32 n, u8 b)
{
	return (u8)(b & BINARY ? n : n / 10 * 16 + n % 10);
}

static struct rtc_registers registers(time_t when, u8 b)
{
	struct rtc_registers r = { .status_b = b };
	struct tm tm;
	u32 year, hour;

	gmtime_r(&when, &tm);
	year = (u32)tm.tm_year + 1900;
	hour = (u32)tm.tm_hour;
	r.second = coded((u32)tm.tm_sec, b);
	r.minute = coded((u32)tm.tm_min, b);
	r.hour = coded(b & HOURS_24 ? hour : (hour + 11) % 12 + 1, b);
	if (!(b & HOURS_24) && hour >= 12)
		r.hour |= PM;
	r.day = coded((u32)tm.tm_mday, b);
	r.month = coded((u32)tm.tm_mon + 1, b);
	r.year = coded(year % 100, b);
	r.century = coded(year / 100, b);
	return r;
}

/* Every day at a different time, 1970 to 2199, in each of the four formats. */
START_TEST(test_calendar)
{
	static const u8 formats[] = { 0, HOURS_24, BINARY, BINARY | HOURS_24 };
	struct rtc_registers r;
	time_t when;
	u32 i;

	for (when = 1; when < 7258118400; when += 86400 + 3607) {
		for (i = 0; i < ARRAY_SIZE(formats); i++) {
			r = registers(when, formats[i]);
			ck_assert_uint_eq(rtc_seconds(&r), (u64)when);
		}
	}
}
END_TEST

START_TEST(test_no_century)
{
	struct rtc_registers r = registers(1795000000, HOURS_24);

	r.century = 0;
	ck_assert_uint_eq(rtc_seconds(&r), 1795000000);
	r.century = 0xff;
	ck_assert_uint_eq(rtc_seconds(&r), 1795000000);
}
END_TEST

START_TEST(test_nonsense)
{
	static const struct {
		u32 at;
		u8 value;
	} bad[] = {
		{ offsetof(struct rtc_registers, second), 60 },
		{ offsetof(struct rtc_registers, minute), 60 },
		{ offsetof(struct rtc_registers, hour), 24 },
		{ offsetof(struct rtc_registers, day), 0 },
		{ offsetof(struct rtc_registers, day), 32 },
		{ offsetof(struct rtc_registers, month), 0 },
		{ offsetof(struct rtc_registers, month), 13 },
		{ offsetof(struct rtc_registers, year), 100 },
	};
	struct rtc_registers r;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		r = registers(1795000000, BINARY | HOURS_24);
		((u8 *)&r)[bad[i].at] = bad[i].value;
		ck_assert_uint_eq(rtc_seconds(&r), 0);
	}
	memset(&r, 0xff, sizeof(r));
	ck_assert_uint_eq(rtc_seconds(&r), 0);
	/* 29 February */
	r = registers(951782400, BINARY | HOURS_24);
	ck_assert_uint_eq(rtc_seconds(&r), 951782400);
	r.year = 1;
	ck_assert_uint_eq(rtc_seconds(&r), 0);
}
END_TEST

static void tests(TCase *c)
{
	tcase_add_test(c, test_calendar);
	tcase_add_test(c, test_no_century);
	tcase_add_test(c, test_nonsense);
}

UNIT_MAIN("real-time clock", tests)
