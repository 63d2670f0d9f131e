// SPDX-License-Identifier: MIT
/*
 * time.c - reads the clock from the vCPU page, without a hypercall.
 *
 * [TIME-2]: the hypervisor makes version odd, changes the rest, makes it even
 * again. The copy is good if version was even and the same before and after.
 */
#include "time.h"

static uint64_t read_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc"
			 : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static uint64_t snapshot(struct silk_time *t)
{
	const struct silk_time *shared = &vcpu()->time;
	uint64_t tsc;

	do {
		t->version = READ_ONCE(shared->version);
		barrier();
		t->mult = shared->mult;
		t->shift = shared->shift;
		t->tsc_base = shared->tsc_base;
		t->ns_base = shared->ns_base;
		t->wall_base = shared->wall_base;
		tsc = read_tsc();
		barrier();
	} while (t->version & 1 || READ_ONCE(shared->version) != t->version);
	return tsc;
}

/* delta * mult >> 32, where the product may need 96 bits. */
static uint64_t scale(uint64_t delta, uint32_t mult)
{
	return (delta >> 32) * mult + ((delta & 0xffffffff) * mult >> 32);
}

static uint64_t to_ns(const struct silk_time *t, uint64_t tsc)
{
	uint64_t delta = tsc - t->tsc_base;

	if ((int64_t)delta < 0)
		return t->ns_base;
	delta = t->shift >= 0 ? delta << t->shift : delta >> -t->shift;
	return t->ns_base + scale(delta, t->mult);
}

uint64_t time_ns(void)
{
	struct silk_time t;
	uint64_t tsc = snapshot(&t);

	return to_ns(&t, tsc);
}

uint64_t time_wall_ns(void)
{
	struct silk_time t;
	uint64_t tsc = snapshot(&t);

	return t.wall_base + to_ns(&t, tsc);
}
