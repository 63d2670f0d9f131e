// SPDX-License-Identifier: GPL-2.0-only
/*
 * time.c - the clock, the timer, and time that others had.
 *
 * The time-stamp counter is Linux's clocksource, at the rate that the
 * hypervisor tells; the timer is one-shot, in the guest's nanoseconds.
 *
 * Invariant: a struct silk_time is used only if its version was even and the
 * same before and after [TIME-9].
 */
#include <linux/clockchips.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel_stat.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include <asm/silk.h>
#include <asm/tsc.h>

/* What the counter showed while the values were true. */
static u64 read_time(struct silk_time *t)
{
	const struct silk_time *from = (void *)&SILK_VCPU->time;
	u32 version;
	u64 tsc;

	do {
		version = READ_ONCE(from->version);
		barrier();
		*t = *from;
		tsc = rdtsc_ordered();
		barrier();
	} while (version & 1 || version != READ_ONCE(from->version));
	return tsc;
}

/* [TIME-2] */
static u64 time_ns(const struct silk_time *t, u64 tsc)
{
	s64 passed = tsc - t->tsc_base;
	u64 delta = max_t(s64, passed, 0);

	delta = t->shift >= 0 ? delta << t->shift : delta >> -t->shift;
	return t->ns_base + mul_u64_u32_shr(delta, t->mult, 32);
}

u64 silk_ns(void)
{
	struct silk_time t;
	u64 tsc = read_time(&t);

	return time_ns(&t, tsc);
}

unsigned long silk_tsc_khz(void)
{
	struct silk_time t;

	read_time(&t);
	return t.tsc_khz;
}

void silk_get_wallclock(struct timespec64 *ts)
{
	struct silk_time t;
	u64 tsc = read_time(&t);

	*ts = ns_to_timespec64(t.wall_base + time_ns(&t, tsc));
}

/* ---- time that others had [TIME-6] ---- */

/* What of it is new since *taken, at most max. */
static u64 take_stolen(u64 *taken, u64 max)
{
	u64 stolen = SILK_VCPU->stolen_ns;

	if (likely(stolen == *taken))
		return 0;
	do {
		stolen = SILK_VCPU->stolen_ns;
	} while (stolen != SILK_VCPU->stolen_ns);
	stolen = min(stolen - *taken, max);
	*taken += stolen;
	return stolen;
}

/* For the statistics of the processor, at each tick. */
u64 silk_account_stolen(u64 max)
{
	static u64 taken;
	u64 stolen = take_stolen(&taken, max);

	account_steal_time(stolen);
	return stolen;
}

/* For the clock by which tasks share the processor and are charged. */
u64 silk_stolen_from_rq(u64 max)
{
	static u64 taken;

	return take_stolen(&taken, max);
}

/* ---- the timer ---- */

static void set_timer(u64 ns)
{
	silk_call2(SILK_CALL_set_timer, (u32)ns, ns >> 32);
}

static int silk_next_event(unsigned long delta, struct clock_event_device *dev)
{
	set_timer(silk_ns() + delta);
	return 0;
}

static int silk_timer_shutdown(struct clock_event_device *dev)
{
	set_timer(0);
	return 0;
}

static struct clock_event_device silk_timer = {
	.name = "silk",
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.set_next_event = silk_next_event,
	.set_state_shutdown = silk_timer_shutdown,
	.set_state_oneshot_stopped = silk_timer_shutdown,
	.rating = 500,
	.mult = 1,			/* a tick is a nanosecond */
	.shift = 0,
	.max_delta_ns = 0x7fffffff,
	.max_delta_ticks = 0x7fffffff,
	.min_delta_ns = 1000,
	.min_delta_ticks = 1000,
};

static irqreturn_t silk_timer_interrupt(int irq, void *dev)
{
	silk_timer.event_handler(&silk_timer);
	return IRQ_HANDLED;
}

void __init silk_init_timer(void)
{
	silk_timer.cpumask = cpumask_of(0);
	silk_timer.irq = SILK_IRQ(SILK_EVENT_TIMER);
	clockevents_register_device(&silk_timer);
	if (request_irq(silk_timer.irq, silk_timer_interrupt,
			IRQF_TIMER | IRQF_NOBALANCING, "timer", NULL))
		panic("silk: no timer interrupt");
}
