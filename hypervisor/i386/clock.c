// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock.c - the time-stamp counter as a clock, and one interrupt at a time.
 *
 * Invariant: machine_now() never goes back. The interrupt comes from the local
 * APIC's timer in one-shot mode, or, where there is none, from the 8254: either
 * way no tick, the next deadline is set when the last has come. (Intel SDM
 * volume 3, 10.5.4 APIC timer; 8254 data sheet, modes 0 and 2.)
 */
#include "../core/format.h"
#include "../core/machine.h"
#include "../core/timer.h"
#include "../drivers/rtc.h"
#include "arch.h"
#include "io.h"
#include "irq.h"

#define PIT_HZ        1193182u
#define PIT_CHANNEL0  0x40
#define PIT_CHANNEL2  0x42
#define PIT_COMMAND   0x43
#define PIT_ONESHOT0  0x30 /* channel 0, both bytes, mode 0 */
#define PIT_ONESHOT2  0xb0
#define PIT_GATE      0x61      /* bit 0 gate of channel 2, bit 5 its output */
#define PIT_LONGEST   50000000u /* ns, fits its 16 bits */
#define PIT_LATCH2    0x80
#define PIT_FULL      0xffffu /* 55 ms */
#define PIT_PER_MS    (PIT_HZ / 1000)

#define APIC_BASE     0xfee00000u
#define APIC_EOI      0x0b0
#define APIC_SPURIOUS 0x0f0
#define APIC_TIMER    0x320
#define APIC_LINT0    0x350
#define APIC_LINT1    0x360
#define APIC_INITIAL  0x380
#define APIC_CURRENT  0x390
#define APIC_DIVIDE   0x3e0
#define APIC_ENABLE   0x100
#define APIC_EXTINT   0x700
#define APIC_NMI      0x400
#define APIC_MASKED   0x10000
#define APIC_DIVIDE_1 0x0b
#define CPUID_APIC    (1u << 9)

#define LONGEST_WAIT  1000000000u /* ns; later deadlines take several */

static volatile u32 *apic;
static u32 tsc_khz, tsc_mult;
static s32 tsc_shift;
static u64 tsc_base;
static u32 ticks_per_us; /* of the timer, fixed point << 16 */
static u64 deadline = TIMER_OFF;
static u64 wall_base; /* ns since 1970 at machine_now() = 0 */

static void apic_write(u32 reg, u32 value)
{
	apic[reg / 4] = value;
}

/* delta * mult / 2^32 in 64 bits. */
static u64 scale(u64 delta, u32 mult)
{
	return (delta >> 32) * mult + ((u64)(u32)delta * mult >> 32);
}

/* The formula that guests use too [TIME-2]. */
static u64 tsc_to_ns(u64 tsc)
{
	u64 delta = tsc - tsc_base;

	return scale(tsc_shift >= 0 ? delta << tsc_shift : delta >> -tsc_shift, tsc_mult);
}

u64 machine_now(void)
{
	return tsc_to_ns(rdtsc());
}

static void set_scale(void)
{
	u64 mult = div64_32((u64)1000000 << 32, tsc_khz, NULL);

	tsc_shift = 0;
	while (mult >> 32) {
		mult >>= 1;
		tsc_shift++;
	}
	tsc_mult = (u32)mult;
}

/* All clocks at one moment, which is known to `width` of the counter. */
struct moment {
	u64 tsc, width;
	u32 pit, apic;
};

static void read_clocks(struct moment *m)
{
	u64 before = rdtsc();
	u8 low;

	outb(PIT_COMMAND, PIT_LATCH2);
	m->apic = apic ? apic[APIC_CURRENT / 4] : 0;
	m->tsc = rdtsc();
	m->width = m->tsc - before;
	low = inb(PIT_CHANNEL2);
	m->pit = (u32)inb(PIT_CHANNEL2) << 8 | low;
}

static bool pit_has_ended(void)
{
	return inb(PIT_GATE) & 0x20;
}

static void start_count(void)
{
	outb(PIT_GATE, (u8)((inb(PIT_GATE) & ~2) | 1));
	outb(PIT_COMMAND, PIT_ONESHOT2);
	outb(PIT_CHANNEL2, (u8)PIT_FULL);
	outb(PIT_CHANNEL2, (u8)(PIT_FULL >> 8));
	if (apic)
		apic_write(APIC_INITIAL, ~0u);
}

/*
 * Two moments while channel 2 of the 8254 counts down: of the first 5 ms and of
 * those after 30 the ones that are known best. On a busy host an emulator's
 * processor stands still between any two instructions; such a moment is known
 * badly, and is not taken. False if there were not two.
 */
static bool measure(struct moment *from, struct moment *to)
{
	struct moment now;

	*from = *to = (struct moment){ .width = ~0ull };
	start_count();
	for (;;) {
		read_clocks(&now);
		if (pit_has_ended())
			break;
		if (now.pit > PIT_FULL - 5 * PIT_PER_MS && now.width < from->width)
			*from = now;
		else if (now.pit < PIT_FULL - 30 * PIT_PER_MS && now.width < to->width)
			*to = now;
	}
	return from->width != ~0ull && to->width != ~0ull;
}

/* How fast the time-stamp counter and the APIC's timer are. */
static void calibrate(void)
{
	struct moment from, to;
	u32 pit;

	while (!measure(&from, &to))
		;
	pit = from.pit - to.pit;
	tsc_khz = (u32)div64_32((to.tsc - from.tsc) * PIT_HZ, pit * 1000, NULL);
	if (!apic)
		return;
	ticks_per_us = (u32)div64_32(div64_32(((u64)(from.apic - to.apic) << 16) * PIT_HZ,
					      pit, NULL),
				     1000000, NULL);
	apic_write(APIC_INITIAL, 0);
}

static void apic_init(void)
{
	u32 eax = 1, ebx, ecx = 0, edx;

	asm volatile("cpuid"
		     : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	if (!(edx & CPUID_APIC))
		return;
	apic = mmio_map(APIC_BASE, PAGE_SIZE);
	apic_write(APIC_SPURIOUS, APIC_ENABLE | VECTOR_SPURIOUS);
	apic_write(APIC_LINT0, APIC_EXTINT);
	apic_write(APIC_LINT1, APIC_NMI);
	apic_write(APIC_DIVIDE, APIC_DIVIDE_1);
	apic_write(APIC_TIMER, APIC_MASKED);
}

static void pit_interrupt(void *arg)
{
	(void)arg;
	timer_interrupt();
}

void clock_init(void)
{
	apic_init();
	calibrate();
	set_scale();
	tsc_base = rdtsc();
	wall_base = (u64)rtc_read() * 1000000000u;
	if (apic)
		apic_write(APIC_TIMER, VECTOR_TIMER);
	else
		irq_register(0, pit_interrupt, NULL);
	log_printf("clock: TSC %u kHz, %s\n", tsc_khz,
		   apic ? "local APIC timer" : "8254 timer");
}

void clock_interrupt(void)
{
	apic_write(APIC_EOI, 0);
	timer_interrupt();
}

static void start_apic(u32 ns)
{
	u32 ticks = (u32)((u64)(ns / 1000 + 1) * ticks_per_us >> 16);

	apic_write(APIC_INITIAL, ticks ? ticks : 1);
}

static void start_pit(u32 ns)
{
	u32 per_ns = (u32)(((u64)PIT_HZ << 32) / 1000000000u); /* fixed point */
	u32 count = (u32)((u64)MIN(ns, PIT_LONGEST) * per_ns >> 32) + 1;

	outb(PIT_COMMAND, PIT_ONESHOT0);
	outb(PIT_CHANNEL0, (u8)count);
	outb(PIT_CHANNEL0, (u8)(count >> 8));
}

void machine_set_deadline(u64 ns)
{
	u64 now;
	u32 wait;

	deadline = ns;
	if (ns == TIMER_OFF) {
		if (apic)
			apic_write(APIC_INITIAL, 0);
		return;
	}
	now = machine_now();
	wait = ns <= now ? 1 : (u32)MIN(ns - now, (u64)LONGEST_WAIT);
	if (apic)
		start_apic(wait);
	else
		start_pit(wait);
}

bool machine_preempt_due(void)
{
	return machine_now() >= deadline;
}

/* [TIME-2] */
void machine_vcpu_time(struct vcpu *v)
{
	struct silk_time *t = &v->page->time;
	u64 tsc = rdtsc();

	t->version++;
	t->mult = tsc_mult;
	t->shift = tsc_shift;
	t->tsc_khz = tsc_khz;
	t->tsc_base = tsc;
	t->ns_base = tsc_to_ns(tsc) - v->guest->boot_ns;
	t->wall_base = wall_base + v->guest->boot_ns;
	t->version++;
}
