// SPDX-License-Identifier: GPL-2.0-only
/* main.c - start, console, clock, traps and events of the outsider kernel. */
#include <stdarg.h>
#include "kernel.h"

bool stopping, need_resched, queue_on, large_on;
volatile u32 ticks;
static volatile u32 events;
static u32 passed, bad, breakpoints, echoed;

/* Ends the run; shutdown comes back only if it was refused. */
static void power(u32 reason, const char *message)
{
	u32 length = 0;

	while (message && message[length])
		length++;
	hypercall(shutdown, reason, message, length);
	for (;;)
		__asm__ volatile("ud2");
}

void panic(const char *why)
{
	say("outsider: panic: %s\n", why);
	power(SILK_SHUTDOWN_CRASH, why);
	__builtin_unreachable();
}

/* [EVT-10] Sleeps until an event; upcalls run in here and nowhere else in the kernel. */
void sleep_once(void)
{
	hypercall(block);
	VCPU->vif = 0;
}

/* [CON-1] [CON-3] Some bytes at a time; if there is no room, until there is. */
void write_console(const char *text, u32 length)
{
	u32 n;

	while (length) {
		n = hypercall(console_write, text, length);
		if (n == (u32)-SILK_EAGAIN) {
			sleep_once();
			continue;
		}
		if (failed(n))
			power(SILK_SHUTDOWN_CRASH, "console_write refused");
		text += n;
		length -= n;
	}
}

static char *number(char *to, u32 value, u32 base)
{
	char digits[10];
	int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
	} while (value /= base);
	while (n)
		*to++ = digits[--n];
	return to;
}

/* %s, %u and %x; a line is below 256 bytes, strings are cut to 96. */
void say(const char *format, ...)
{
	char line[256], *to = line;
	const char *s;
	va_list args;
	int n;

	va_start(args, format);
	for (; *format && to < line + 140; format++) {
		if (*format != '%') {
			*to++ = *format;
			continue;
		}
		switch (*++format) {
		case 's':
			for (s = va_arg(args, const char *), n = 0; n < 96 && s[n]; n++)
				*to++ = s[n];
			break;
		case 'u':
			to = number(to, va_arg(args, u32), 10);
			break;
		default:
			to = number(to, va_arg(args, u32), 16);
		}
	}
	va_end(args);
	write_console(line, (u32)(to - line));
}

void check(bool good, const char *what)
{
	if (good)
		passed++;
	else
		bad++;
	say("outsider: %s: %s\n", what, good ? "good" : "FAILED");
}

/* A call that nothing may refuse: say which clause did [CALL-8], and end. */
u32 must(u32 result, const char *what)
{
	volatile struct silk_diag *d = &VCPU->diag;

	if (!failed(result))
		return result;
	say("outsider: call %u refused by %u-%u, argument %u is 0x%x\n", d->call,
	    d->clause >> 16, d->clause & 0xffff, d->argument, d->value);
	panic(what);
}

/* [TIME-2] [TIME-9] Guest time in nanoseconds. */
u64 now(void)
{
	volatile struct silk_time *t = &VCPU->time;
	u32 version, low, high;
	u64 d, ns;

	do {
		version = t->version;
		__asm__ volatile("rdtsc"
				 : "=a"(low), "=d"(high)
				 :
				 : "memory");
		d = ((u64)high << 32 | low) - t->tsc_base;
		if ((int64_t)d < 0)
			d = 0;
		d = t->shift >= 0 ? d << t->shift : d >> -t->shift;
		ns = t->ns_base + (d >> 32) * t->mult + ((d & 0xffffffff) * t->mult >> 32);
	} while (version & 1 || version != t->version);
	return ns;
}

void set_timer(u64 at)
{
	must(hypercall(set_timer, at, at >> 32), "set_timer");
}

static void echo(void)
{
	char text[32];
	u32 n;

	while ((n = must(hypercall(console_read, text, sizeof(text)), "console_read"))) {
		write_console(text, n);
		echoed += n;
	}
}

/* What upcalls left to do. The bits were cleared before [EVT-6]. */
void do_events(void)
{
	u32 what;

	while ((what = __atomic_exchange_n(&events, 0, __ATOMIC_SEQ_CST))) {
		if (what & 1u << SILK_EVENT_TIMER) {
			ticks++;
			need_resched = true;
		}
		if (what & 1u << SILK_EVENT_CONSOLE)
			echo();
		if (what & 1u << SILK_EVENT_SHUTDOWN) {
			say("outsider: asked to shut down\n");
			stopping = true;
		}
	}
}

struct frame *trap(struct frame *f)
{
	bool user = f->cs & 3;

	if (user)
		current->frame = f;
	switch (f->vector) {
	case SILK_I386_VECTOR_UPCALL:
		events |= __atomic_exchange_n(&VCPU->pending, 0, __ATOMIC_SEQ_CST);
		break;
	case SILK_I386_VECTOR_CALL:
		syscall(f);
		break;
	case 14:
		if (current && mm_fault(current, VCPU->fault_address, f->error & 2))
			break;
		__attribute__((fallthrough));
	default:
		if (user) {
			kill_current(f);
		} else if (f->vector == 3) {
			breakpoints++;
		} else if (f->eip == (u32)probe_insn) {
			f->eip = (u32)probe_fixup;
		} else {
			say("outsider: trap %u, error 0x%x at 0x%x, address 0x%x\n", f->vector,
			    f->error, f->eip, VCPU->fault_address);
			panic("a trap in the kernel");
		}
	}
	if (user) { /* never from a kernel frame: no nesting */
		do_events();
		if (need_resched || stopping || !current->ready)
			f = schedule();
	}
	if (!queue_on)
		mmu_commit();
	return f;
}

static void set_traps(void)
{
	struct silk_trap traps[SILK_TRAPS_MAX] = { 0 };
	u32 n = (u32)(trap_stubs_end - trap_stubs), i;

	for (i = 0; i < n; i++) {
		traps[i].vector = (u8)trap_stubs[i][0];
		traps[i].flags = SILK_TRAP_MASK;
		if (traps[i].vector == 3 || traps[i].vector == 4 || traps[i].vector == 0x80)
			traps[i].flags |= SILK_TRAP_USER;
		traps[i].entry = trap_stubs[i][1];
	}
	must(hypercall(set_traps, traps, n), "set_traps");
}

static bool offered(u32 group) /* [GEN-13] for a guest written for 1.0 */
{
	return INFO->group_version[group] >> 16 == 1;
}

/* [GEN-13] Of another major version only query is known to work [GEN-11]. */
static void check_version(void)
{
	u32 core, group;

	if (INFO->magic == SILK_MAGIC && INFO->version >> 16 == SILK_ABI_MAJOR) {
		for (group = SILK_GROUP_ABI; group <= SILK_GROUP_CONSOLE; group++)
			if (!offered(group))
				break;
		if (group > SILK_GROUP_CONSOLE)
			return;
	}
	core = hypercall(query, SILK_GROUP_CORE);
	if (!failed(core) && core >> 16 == 1)
		power(SILK_SHUTDOWN_CRASH, "outsider: needs SILK version 1");
	__asm__ volatile("ud2");
}

static void test_timer(void)
{
	u64 start = now(), at = start + 20 * MS;
	u32 before = ticks;

	set_timer(at);
	while (ticks == before) {
		sleep_once();
		do_events();
	}
	check(now() >= at, "the timer goes off, not before its time");
	set_timer(now() + 3600000 * MS);
	set_timer(0);
	before = ticks;
	set_timer(1); /* has come already [TIME-3] */
	check(VCPU->pending & 1u << SILK_EVENT_TIMER, "a time that is past is pending");
	VCPU->vif = SILK_VIF; /* [EVT-12] */
	__asm__ volatile(""
			 :
			 :
			 : "memory");
	if (VCPU->pending & ~VCPU->mask)
		hypercall(deliver_events);
	VCPU->vif = 0;
	do_events();
	check(ticks == before + 1, "deliver_events delivers");
}

/* Answers the console for so long, or until somebody wants the end. */
static void idle(u64 time)
{
	u64 end = now() + time;

	set_timer(end);
	while (now() < end && !stopping) {
		sleep_once();
		do_events();
	}
	set_timer(0);
}

void kernel_main(void)
{
	static void (*const stages[])(void) = {
		test_timer,
		test_chunks,
		run_tasks,
		test_disks,
		test_network,
	};
	u32 i;

	check_version();
	queue_on = INFO->features[SILK_GROUP_MMU] & SILK_F_MMU_QUEUE;
	large_on = INFO->features[SILK_GROUP_MMU] & SILK_F_MMU_LARGE;
	say("outsider: %s on %s, ABI %u.%u, %u chunks of at most %u\n",
	    (const char *)INFO->name, (const char *)INFO->hypervisor, INFO->version >> 16,
	    INFO->version & 0xffff, INFO->chunks, INFO->chunk_limit);
	say("outsider: queue %s, large pages %s, command line '%s'\n", queue_on ? "yes" : "no",
	    large_on ? "yes" : "no", (const char *)INFO->cmdline);
	set_traps();
	__asm__ volatile("int3");
	check(breakpoints == 1, "int3 comes to its handler");
	check(probe_read(SILK_I386_INFO) && !probe_read(SILK_I386_HYPERVISOR),
	      "the info page can be read, the hypervisor can't");
	mm_init();
	for (i = 0; i < ARRAY_SIZE(stages) && !stopping; i++) {
		stages[i]();
		do_events();
	}
	if (!stopping) {
		say("outsider: type something, it comes back\n");
		idle(300 * MS);
	}
	if (INFO->features[SILK_GROUP_TIME] & SILK_F_TIME_STOLEN)
		say("outsider: %u us stolen\n", (u32)(VCPU->stolen_ns / 1024));
	say("outsider: %u ticks, %u bytes echoed\n", ticks, echoed);
	say("outsider: %u checks passed, %u failed\n", passed, bad);
	power(SILK_SHUTDOWN_POWEROFF, "outsider: done");
}
