// SPDX-License-Identifier: GPL-2.0-only
/* date.c - date and time of day, UTC. */
#include "mini.h"

/* Year, month, day from days since 1970-01-01: years are counted from March on,
 * so that the leap day is the last of its year; 146097 days are 400 years. */
static void civil(uint32_t days, uint32_t *year, uint32_t *month, uint32_t *day)
{
	uint32_t z = days + 719468, era = z / 146097, doe = z % 146097;
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t m = (5 * doy + 2) / 153;

	*day = doy - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

int main(void)
{
	uint32_t seconds, year, month, day, of_day;
	struct mini_time t;

	if (get_time(&t))
		return 1;
	seconds = (uint32_t)divide(t.wall, NS_PER_S, NULL);
	civil(seconds / 86400, &year, &month, &day);
	of_day = seconds % 86400;
	print("%04u-%02u-%02u %02u:%02u:%02u UTC\n", year, month, day,
	      of_day / 3600, of_day / 60 % 60, of_day % 60);
	return 0;
}
