// SPDX-License-Identifier: GPL-2.0-only
/*
 * shares - three guests that are ready all the time, with weights 1 to 2 to 3: each
 * gets four fifths of its share at least, whatever the others do. The first one only
 * computes, the second one makes calls, the third one raises traps.
 *
 * guest: mem=12M weight=100 alone
 * guest: mem=12M weight=200 -- calls
 * guest: mem=12M weight=300 -- traps
 * covers: TIME-6 TIME-7 TIME-8
 */
#include "suite.h"

#define TOTAL  600u /* of the weights */
#define WARMUP (1 * (uint64_t)NS_PER_S)
#define PERIOD (3 * (uint64_t)NS_PER_S)
#define LONGER (5 * (uint64_t)NS_PER_S) /* so that the others are busy all the time */

static void ud2(uint32_t unused)
{
	(void)unused;
	__asm__ volatile("ud2");
}

static void work(uint64_t until)
{
	while (time_ns() < until) {
		for (uint32_t i = 0; i < 100; i++) {
			if (!strcmp(info()->cmdline, "calls"))
				hv_query(99);
			else if (!strcmp(info()->cmdline, "traps"))
				attempt(ud2, 0);
			else
				__asm__ volatile("pause");
		}
	}
}

void hostile_main(void)
{
	uint32_t weight = info()->weight, share, wanted;
	uint64_t start, stolen, elapsed, ran;

	if (!feature(SILK_GROUP_TIME, SILK_F_TIME_STOLEN)) {
		test("TIME-7", "shares");
		skip("feature TIME_STOLEN, by which a guest sees its share");
		return;
	}
	work(time_ns() + WARMUP);
	start = time_ns();
	stolen = vcpu()->stolen_ns;
	work(start + PERIOD);
	elapsed = time_ns() - start;
	ran = elapsed - (vcpu()->stolen_ns - stolen);
	work(time_ns() + (weight == 100 ? 0 : LONGER));
	test("TIME-6 TIME-7", "weight %u of %u", weight, TOTAL);
	share = (uint32_t)divide(ran * 1000, (uint32_t)divide(elapsed, 1000, NULL), NULL);
	share = (uint32_t)divide(share, 1000, NULL);
	wanted = weight * 1000 / TOTAL * 4 / 5;
	expect_that(share >= wanted && share <= 1000,
		    "thousandths of the processor: expected %u at least, seen %u", wanted, share);
	end();
}
