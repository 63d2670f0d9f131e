// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtc.c - the real-time clock, an MC146818 or what acts as one.
 *
 * Invariant: the time is read twice, with no update under way, and believed only
 * if both are the same; every wait is bounded.
 */
#include "rtc.h"
#include "../core/libc.h"
#include "../i386/io.h"

#define INDEX        0x70 /* bit 7 would mask the NMI: left clear */
#define DATA         0x71
#define REG_SECOND   0x00
#define REG_MINUTE   0x02
#define REG_HOUR     0x04
#define REG_DAY      0x07
#define REG_MONTH    0x08
#define REG_YEAR     0x09
#define REG_A        0x0a
#define REG_B        0x0b
#define REG_CENTURY  0x32 /* by custom; the chip itself has none */
#define A_UPDATING   0x80
#define UPDATE_POLLS 100000u /* an update takes 2 ms */
#define TRIES        10u

static u8 read_register(u8 n)
{
	outb(INDEX, n);
	return inb(DATA);
}

static void read_all(struct rtc_registers *r)
{
	u32 i;

	for (i = 0; i < UPDATE_POLLS; i++)
		if (!(read_register(REG_A) & A_UPDATING))
			break;
	*r = (struct rtc_registers){
		.second = read_register(REG_SECOND),
		.minute = read_register(REG_MINUTE),
		.hour = read_register(REG_HOUR),
		.day = read_register(REG_DAY),
		.month = read_register(REG_MONTH),
		.year = read_register(REG_YEAR),
		.century = read_register(REG_CENTURY),
		.status_b = read_register(REG_B),
	};
}

u64 rtc_read(void)
{
	struct rtc_registers a, b;
	u32 i;

	for (i = 0; i < TRIES; i++) {
		read_all(&a);
		read_all(&b);
		if (!memcmp(&a, &b, sizeof(a)))
			return rtc_seconds(&a);
	}
	return 0;
}
