// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows.c - the benchmark itself: one function for each row of the table, the
 * same in the guest and in the native kernel.
 *
 * A row function does its operation many times and returns hundredths of a
 * clock unit for one operation, with the cost of the loop around it taken off.
 * Under -icount shift=0 a clock unit is an instruction. The row "loop" proves
 * it: its 13 instructions must read 13.00, or the other rows mean nothing.
 */
#include "bench.h"
#include "plat.h"

#define REPS         11  /* the median of so many readings is printed */
#define PAGES        256 /* of the fault row */
#define CALLS        1000

/* Memory that the rows use, guest-physical (natively: physical). */
#define FAULT_FRAMES 0x00800000

static u32 fault_table, batch_table;
static bool fault_by_call;
static volatile u32 events;
static u32 values[1024];

/* Hundredths of a unit for each of n operations. */
static u32 each(u64 units, u64 empty, u32 n)
{
	if (units < empty)
		return 0;
	return (units - empty) * 100 / n;
}

#define TIME(n, op) ({ \
	u32 start_ = tsc(); \
	for (u32 i_ = (n); i_; i_--) { \
		op; \
		barrier(); \
	} \
	tsc() - start_; \
})

/* ---- what the handlers do ---- */

static u32 sys_null(struct regs *r)
{
	(void)r;
	return 0;
}

extern u32 exit_user(struct regs *r);
u32 (*const syscalls[SYS_COUNT])(struct regs *r) = {
	[SYS_NULL] = sys_null,
	[SYS_EXIT] = exit_user,
};

void handle_int3(struct regs *r);
void handle_int3(struct regs *r)
{
	(void)r;
}

/* Fill the page that was touched. */
void handle_fault(struct regs *r);
void handle_fault(struct regs *r)
{
	u32 address = plat_fault_address();
	u32 page = (address - FAULT_BASE) >> 12;

	if (page >= PAGES)
		plat_die("fault", r->eip, address);
	values[0] = plat_machine(FAULT_FRAMES + page * 4096) | PLAT_USER_PAGE;
	if (fault_by_call)
		plat_entries(fault_table + page * 4, values, 1);
	else
		plat_defer(fault_table + page * 4, values[0]);
}

/* The platform's interrupt handlers end in one of these. */
void event_timer(void)
{
	events++;
	*(volatile u32 *)USER_STOP = 1;
}

void event_block(void)
{
	events++;
	*(volatile u32 *)USER_STOP = 1;
}

/* ---- user code ---- */

static u32 user(const char *routine, u32 count, u32 address)
{
	*(volatile u32 *)USER_STOP = 0;
	run_user(USER_TEXT + (routine - user_start), count, address);
	return *(volatile u32 *)USER_CYCLES;
}

/* ---- rows ---- */

static u32 row_loop(void)
{
	u32 n = 10000, start = tsc();

	__asm__ volatile("1: nop; nop; nop; nop; nop; nop; nop; nop; nop; nop\n"
			 "nop; decl %0; jnz 1b"
			 : "+r"(n));
	return each(tsc() - start, 0, 10000);
}

static u32 row_hypercall(void)
{
	return each(TIME(CALLS, plat_null_call()), TIME(CALLS, ), CALLS);
}

static u32 row_syscall(void)
{
	return each(user(user_syscall, CALLS, 0), user(user_empty, CALLS, 0),
		    CALLS);
}

static u32 row_int3_user(void)
{
	return each(user(user_int3, CALLS, 0), user(user_empty, CALLS, 0),
		    CALLS);
}

static u32 row_int3_kernel(void)
{
	return each(TIME(CALLS, __asm__ volatile("int3"
						 :
						 :
						 : "memory")),
		    TIME(CALLS, ), CALLS);
}

static u32 row_fault(void)
{
	u32 units = user(user_fault, PAGES, FAULT_BASE);

	units = each(units, user(user_touch, PAGES, FAULT_BASE), PAGES);
	for (u32 i = 0; i < PAGES; i++)
		values[i] = 0;
	plat_entries(fault_table, values, PAGES);
	plat_flush_all();
	return units;
}

static u32 row_fault_call(void)
{
	u32 units;

	fault_by_call = true;
	units = row_fault();
	fault_by_call = false;
	return units;
}

/* 1024 entries, `batch` in a call. */
static u32 entries(u32 batch)
{
	u32 start;

	for (u32 i = 0; i < batch; i++)
		values[i] = plat_machine(FAULT_FRAMES + i * 4096) |
			    PLAT_USER_PAGE;
	start = tsc();
	for (u32 i = 0; i < 1024; i += batch)
		plat_entries(batch_table + i * 4, values, batch);
	return each(tsc() - start, 0, 1024);
}

static u32 row_entry_1(void)
{
	return entries(1);
}

static u32 row_entry_32(void)
{
	return entries(32);
}

static u32 row_entry_1024(void)
{
	return entries(1024);
}

static u32 runs(u32 run)
{
	u32 start;

	for (u32 i = 0; i < run; i++)
		values[i] = plat_machine(FAULT_FRAMES + i * 4096) |
			    PLAT_USER_PAGE;
	start = tsc();
	for (u32 i = 0; i < 1024; i += run)
		plat_run(batch_table + i * 4, values, run);
	return each(tsc() - start, 0, 1024);
}

static u32 row_run_32(void)
{
	return runs(32);
}

static u32 row_run_1024(void)
{
	return runs(1024);
}

/* 32 entries in the deferred queue, drained by the next call. */
static u32 row_queue_32(void)
{
	u32 start = tsc();

	for (u32 i = 0; i < 1024; i += 32) {
		for (u32 j = i; j < i + 32; j++)
			plat_defer(batch_table + j * 4, values[j - i]);
		plat_drain();
	}
	return each(tsc() - start, 0, 1024);
}

static u32 row_table(void)
{
	u32 n = 32, empty = TIME(n, );

	return each(TIME(n, plat_table_cycle()), empty, n);
}

static u32 row_switch(void)
{
	u32 n = CALLS / 2, empty = TIME(n, );

	return each(TIME(n, (plat_switch(1), plat_switch(0))), empty, 2 * n);
}

static u32 row_tls(void)
{
	return each(TIME(CALLS, plat_set_tls()), TIME(CALLS, ), CALLS);
}

static u32 row_cli_sti(void)
{
	u32 units = TIME(CALLS, (plat_cli(), plat_sti()));

	plat_cli();
	return each(units, TIME(CALLS, ), CALLS);
}

/* Ask for an event now, until its handler has run and returned. */
static u32 row_event(void)
{
	u32 units = 0, seen;

	plat_sti();
	for (u32 i = 0; i < 100; i++) {
		u32 start = tsc();

		seen = events;
		plat_event_now();
		while (events == seen)
			;
		units += tsc() - start;
	}
	plat_cli();
	return each(units, 0, 100);
}

/* The event is pending already: allow it, until its handler has returned. */
static u32 row_event_sti(void)
{
	u32 units = 0, seen;

	for (u32 i = 0; i < 100; i++) {
		u32 start;

		seen = events;
		plat_event_now();
		for (u32 j = 0; j < 100; j++)
			barrier(); /* hardware takes its time */
		start = tsc();
		plat_sti();
		while (events == seen)
			;
		units += tsc() - start;
		plat_cli();
	}
	return each(units, 0, 100);
}

/* A timer's interrupt while user code runs: what it takes from that code. */
static u32 row_event_user(void)
{
	plat_timer(200000);
	return each(user(user_spin, 0, 0), 0, 1);
}

static u32 row_block_submit(void)
{
	u32 start = tsc();

	plat_block_read(8, FAULT_FRAMES);
	start = tsc() - start;
	user(user_spin, 0, 0); /* until it is done */
	return each(start, 0, 1);
}

/* The completion: what it takes from the user code that runs meanwhile. */
static u32 row_block_done(void)
{
	plat_block_read(8, FAULT_FRAMES);
	return each(user(user_spin, 0, 0), 0, 1);
}

static u32 row_block(void)
{
	u32 start = tsc();

	plat_block_read(8, FAULT_FRAMES);
	start = tsc() - start;
	return each(start + user(user_spin, 0, 0), 0, 1);
}

static const struct row {
	const char *name;
	u32 (*run)(void);
	bool usable;
	const char *text;
} rows[] = {
	{ "loop", row_loop, true, "13 instructions (must read 13.00)" },
	{ "hypercall", row_hypercall, PLAT_IS_GUEST, "empty hypercall (query)" },
	{ "syscall", row_syscall, true, "system call, user - kernel - user" },
	{ "int3_user", row_int3_user, true, "int3 from user and back" },
	{ "int3_kernel", row_int3_kernel, true, "int3 from the kernel and back" },
	{ "fault", row_fault, true, "page fault filled (deferred queue)" },
	{ "fault_call", row_fault_call, true, "page fault filled (batch of 1)" },
	{ "entry_1", row_entry_1, true, "page-table entry, batch of 1" },
	{ "entry_32", row_entry_32, true, "page-table entry, batch of 32" },
	{ "entry_1024", row_entry_1024, true, "page-table entry, batch of 1024" },
	{ "queue_32", row_queue_32, true, "page-table entry, 32 deferred" },
	{ "run_32", row_run_32, true, "page-table entry, run of 32" },
	{ "run_1024", row_run_1024, true, "page-table entry, run of 1024" },
	{ "table", row_table, true, "page table made, linked, freed" },
	{ "switch", row_switch, true, "address-space switch" },
	{ "tls", row_tls, true, "segment descriptor written" },
	{ "cli_sti", row_cli_sti, true, "cli, sti" },
	{ "event", row_event, true, "timer in the past, handled, returned" },
	{ "event_sti", row_event_sti, true, "pending event taken by sti" },
	{ "event_user", row_event_user, true, "timer interrupt in user mode" },
	{ "block_submit", row_block_submit, true, "4 KB read submitted" },
	{ "block_done", row_block_done, true, "its completion in user mode" },
	{ "block", row_block, true, "4 KB read, both" },
};

static void run_row(const struct row *row)
{
	u32 sample[REPS] = { 0 }, n;

	row->run(); /* warm: code translated, tables in place */
	for (n = 0; n < REPS; n++) {
		u32 value = row->run(), at = n;

		for (; at && sample[at - 1] > value; at--)
			sample[at] = sample[at - 1];
		sample[at] = value;
	}
	print("BENCH|%s|%s|%u.%02u|%u.%02u|%u.%02u\n", row->name, row->text,
	      sample[0] / 100, sample[0] % 100,
	      sample[REPS / 2] / 100, sample[REPS / 2] % 100,
	      sample[REPS - 1] / 100, sample[REPS - 1] % 100);
}

/* The user's pages, and tables for the two rows that fill one. */
static void set_up(void)
{
	u32 user_table = plat_new_table(USER_TEXT >> 22);
	const u32 pages[2] = {
		plat_machine(FAULT_FRAMES + 0x3fe000) | PLAT_USER_PAGE,
		plat_machine(FAULT_FRAMES + 0x3ff000) | PLAT_USER_PAGE,
	};
	char *to = (char *)USER_TEXT;

	plat_entries(user_table + (USER_TEXT >> 12) % 1024 * 4, pages, 2);
	fault_table = plat_new_table(FAULT_BASE >> 22);
	batch_table = plat_new_table(BATCH_BASE >> 22);
	for (const char *from = user_start; from < user_end; from++)
		*to++ = *from;
}

void bench(void)
{
	set_up();
	for (u32 i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].usable)
			run_row(&rows[i]);
	print("BENCH|end\n");
}
