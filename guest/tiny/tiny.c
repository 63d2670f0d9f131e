// SPDX-License-Identifier: MIT
/*
 * tiny.c - the smallest guest worth booting: copy it to start your own.
 *
 * It says who it is, handles the timer's event a few times, and powers off.
 * Words on the command line change that:
 *
 *   ticks=N    so many ticks (3)
 *   ms=N       so many milliseconds between them (100)
 *   forever    ticks without end
 *   spin       never sleep: burn the processor, say a line each second
 *   crash      execute an undefined instruction that nobody handles
 *   panic      end as a crash, with a message
 *   reboot     reboot at the end, instead of powering off
 */
#include "print.h"
#include "time.h"
#include "trap.h"

static volatile uint32_t ticks;
static uint64_t interval;
static uint64_t next;

/* A handler runs with upcalls disabled. An event may come without a cause, and
 * a timer late, so the clock decides whether it was a tick. */
static void timer_event(struct trap_frame *frame)
{
	(void)frame;
	if (time_ns() >= next) {
		ticks++;
		next += interval;
	}
	time_set_timer(next);
}

static void who_am_i(void)
{
	print("tiny: guest '%s' under %s, ABI %u.%u\n", info()->name,
	      info()->hypervisor, info()->version >> 16, info()->version & 0xffff);
	print("tiny: %u MB of memory, %u of %u chunks hold page tables\n",
	      info()->chunks * 4, info()->table_chunks, info()->chunks);
	if (info()->cmdline[0])
		print("tiny: command line '%s'\n", info()->cmdline);
}

/* Sleeps between ticks. irq_disable() and the test come before block, which
 * enables upcalls and sleeps in one step: a tick can't slip in between. */
static void tick(uint32_t limit)
{
	uint32_t seen = 0;

	while (seen < limit) {
		irq_disable();
		if (ticks == seen)
			hv_block();
		irq_enable();
		while (seen < ticks && seen < limit)
			print("tiny: tick %u\n", ++seen);
	}
}

static NORETURN void spin(void)
{
	uint64_t second = time_ns();
	uint32_t beats = 0, turns = 0;

	for (;; turns++) {
		if (time_ns() < second)
			continue;
		print("tiny: heartbeat %u, %u turns\n", beats++, turns);
		second += NS_PER_S;
		turns = 0;
	}
}

void guest_main(void);

void guest_main(void)
{
	uint32_t limit = cmdline_number("ticks", 3);

	who_am_i();
	if (cmdline("crash"))
		__asm__ volatile("ud2");
	if (cmdline("panic"))
		panic("tiny was told to panic");
	if (cmdline("spin"))
		spin();

	interval = (uint64_t)cmdline_number("ms", 100) * NS_PER_MS;
	next = time_ns() + interval;
	if (event_handle(SILK_EVENT_TIMER, timer_event) != 0)
		panic("the hypervisor refused the upcall");
	time_set_timer(next);
	irq_enable();
	tick(cmdline("forever") ? UINT32_MAX : limit);

	print("tiny: done\n");
	hv_shutdown(cmdline("reboot") ? SILK_SHUTDOWN_REBOOT : SILK_SHUTDOWN_POWEROFF,
		    NULL, 0);
}
