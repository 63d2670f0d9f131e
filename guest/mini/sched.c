// SPDX-License-Identifier: GPL-2.0-only
/*
 * sched.c - scheduling: the run queue, the sleepers, and the one timer that
 * serves both.
 *
 * Invariants: current is on no queue while it runs; a RUNNABLE process is on
 * the run queue unless it is current; the timer is armed for the first moment
 * at which there will be something to do, or earlier.
 */
#include "sched.h"
#include "mmu.h"
#include "page.h"
#include "print.h"
#include "process.h"
#include "time.h"

#define SLICE (10ull * NS_PER_MS)

struct process *current; /* NULL: idle */
uint32_t work;

void context_switch(uint32_t *save, uint32_t load); /* entry.S */

static struct queue run_queue;
static struct queue sleepers;           /* the first to wake is the head */
static uint64_t slice_start, slice_end; /* of current */
static uint64_t idle_time;
static uint64_t timer; /* 0: not armed */
static uint32_t loaded_directory;
static uint32_t idle_esp;

static void append(struct queue *q, struct process *p)
{
	p->next = NULL;
	p->queue = q;
	if (q->tail)
		q->tail->next = p;
	else
		q->head = p;
	q->tail = p;
}

static void remove(struct process *p)
{
	struct queue *q = p->queue;
	struct process **link = &q->head, *before = NULL;

	while (*link != p) {
		before = *link;
		link = &before->next;
	}
	*link = p->next;
	if (q->tail == p)
		q->tail = before;
	p->queue = NULL;
}

static void arm(uint64_t when)
{
	if (timer && timer <= when)
		return;
	timer = when;
	time_set_timer(when);
}

/* If an event woke p (a device, the clock), whom the event interrupted lets p
 * run at once. Who woke p by a system call runs to the end of his slice. */
void sched_wake(struct process *p)
{
	if (p->queue)
		remove(p);
	p->state = RUNNABLE;
	append(&run_queue, p);
	if (!current)
		return;
	if (user_frame(current)->vector == SILK_I386_VECTOR_UPCALL)
		work = 1;
	if (slice_end == 0)
		slice_end = time_ns() + SLICE;
	arm(slice_end);
}

/* slice_end is 0 while nobody else wants to run: then no timer is needed. */
static void start_slice(uint64_t now)
{
	slice_start = now;
	slice_end = 0;
	if (run_queue.head && current) {
		slice_end = now + SLICE;
		arm(slice_end);
	}
	work = current && current->killed;
}

static void account(uint64_t now)
{
	if (current)
		current->cpu += now - slice_start;
	else
		idle_time += now - slice_start;
}

void sched_load(uint32_t directory)
{
	if (hv_pt_switch(directory) < 0)
		panic("pt_switch(0x%x) was refused", directory);
	loaded_directory = directory;
}

static void schedule(void)
{
	struct process *from = current, *to = run_queue.head;
	uint64_t now = time_ns();

	account(now);
	if (to)
		remove(to);
	current = to;
	start_slice(now);
	if (to == from)
		return;
	if (to) {
		vcpu()->kernel_sp = (uint32_t)gpa_to_va(to->stack) + PAGE_SIZE;
		if (to->space.directory != loaded_directory)
			sched_load(to->space.directory);
		fpu_switch(to);
	}
	context_switch(from ? &from->saved_esp : &idle_esp,
		       to ? to->saved_esp : idle_esp);
}

void sched_yield(void)
{
	current->state = RUNNABLE;
	append(&run_queue, current);
	schedule();
}

void sched_exit(void)
{
	fpu_drop(current);
	schedule();
	panic("an ended process runs");
}

bool sleep_on(struct queue *q)
{
	if (current->killed)
		return false;
	current->state = SLEEPING;
	append(q, current);
	schedule();
	return !current->killed;
}

void sleep_on_disk(struct queue *q)
{
	current->state = SLEEPING_DISK;
	append(q, current);
	schedule();
}

bool sleep_until(uint64_t ns)
{
	struct process **link = &sleepers.head, *p = current, *before = NULL;

	if (p->killed)
		return false;
	while (*link && (*link)->wake_at <= ns) {
		before = *link;
		link = &before->next;
	}
	p->wake_at = ns;
	p->state = SLEEPING;
	p->queue = &sleepers;
	p->next = *link;
	*link = p;
	if (!p->next)
		sleepers.tail = p;
	arm(ns);
	schedule();
	return !current->killed;
}

void wake_one(struct queue *q)
{
	if (q->head)
		sched_wake(q->head);
}

void wake_all(struct queue *q)
{
	while (q->head)
		sched_wake(q->head);
}

/* An event may come early, or without a cause: the clock decides. */
static void timer_event(struct trap_frame *frame)
{
	uint64_t now = time_ns();

	(void)frame;
	timer = 0;
	while (sleepers.head && sleepers.head->wake_at <= now)
		wake_one(&sleepers);
	if (current && slice_end) {
		if (now >= slice_end)
			work = 1;
		else
			arm(slice_end);
	}
	if (sleepers.head)
		arm(sleepers.head->wake_at);
}

void sched_init(void)
{
	loaded_directory = info()->boot_directory;
	/* After a pause the timer may be long past. */
	if (event_handle(SILK_EVENT_TIMER, timer_event) < 0 ||
	    event_handle(SILK_EVENT_RESUMED, timer_event) < 0)
		panic("the upcall was refused");
}

/* block enables upcalls and sleeps in one step, so that what becomes runnable
 * after the test ends the sleep [EVT-10]. */
void sched_idle(void)
{
	slice_start = time_ns();
	for (;;) {
		if (run_queue.head)
			schedule();
		else
			hv_block();
		irq_disable();
	}
}

uint64_t sched_idle_time(void)
{
	return idle_time;
}

uint64_t sched_cpu_time(const struct process *p)
{
	return p->cpu + (p == current ? time_ns() - slice_start : 0);
}
