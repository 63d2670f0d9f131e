// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c (guest) - the guest's side of the benchmark: trap table, console,
 * page tables, timer and disk by calls of the ABI.
 *
 * Upcalls are disabled but where a row enables them; of the events only the
 * timer's and the disk's are unmasked.
 */
#include "../bench.h"
#include "plat.h"

/* Table frames: the boot directory has 0x2000 and 0x3000. */
#define TABLES 0x00004000
#define WANTED (1u << SILK_EVENT_TIMER | 1u << SILK_EVENT_BLOCK)

struct silk_mmu_op plat_ops[SILK_BATCH_MAX];
u32 plat_directory[2];
static u32 next_table = TABLES;

void plat_write(const char *text, u32 bytes)
{
	while (bytes) {
		int done = call3(SILK_CALL_console_write, (u32)text, bytes, 0);

		if (done > 0) {
			text += done;
			bytes -= done;
		} else {
			call1(SILK_CALL_yield, 0);
		}
	}
}

void plat_die(const char *what, u32 eip, u32 address)
{
	print("BENCH|died|%s at %x, address %x\n", what, eip, address);
	for (;;)
		call3(SILK_CALL_shutdown, SILK_SHUTDOWN_CRASH, 0, 0);
}

/* ---- page tables ---- */

static u32 alloc(u32 level)
{
	u32 frame = next_table;

	next_table += level == SILK_PT_DIRECTORY ? 8192 : 4096;
	if (call3(SILK_CALL_pt_alloc, frame, level, 0))
		plat_die("pt_alloc", VCPU->diag.clause, frame);
	return frame;
}

u32 plat_new_table(u32 index)
{
	u32 table = alloc(SILK_PT_TABLE);
	u32 value = plat_machine(table) | 0x67;

	plat_entries(plat_directory[0] + index * 4, &value, 1);
	return table;
}

/* Make a table, link it, unlink it and flush, free it. */
void plat_table_cycle(void)
{
	u32 entry = plat_directory[0] + 16 * 4;

	call3(SILK_CALL_pt_alloc, next_table, SILK_PT_TABLE, 0);
	plat_ops[0].target = entry | SILK_OP_SET;
	plat_ops[0].value = plat_machine(next_table) | 0x67;
	call3(SILK_CALL_pt_batch, (u32)plat_ops, 1, 0);
	plat_ops[0].value = 0;
	plat_ops[1].target = SILK_CONTROL(SILK_CONTROL_FLUSH_ALL);
	call3(SILK_CALL_pt_batch, (u32)plat_ops, 2, 0);
	if (call3(SILK_CALL_pt_free, next_table, 0, 0))
		plat_die("pt_free", VCPU->diag.clause, next_table);
}

/* ---- time and events ---- */

static u64 now(void)
{
	volatile struct silk_time *t = &VCPU->time;
	u32 version, low, high;
	u64 ns;

	do {
		version = t->version;
		__asm__ volatile("rdtsc"
				 : "=a"(low), "=d"(high));
		ns = ((u64)high << 32 | low) - t->tsc_base;
		ns = t->shift < 0 ? ns >> -t->shift : ns << t->shift;
		ns = (ns >> 32) * t->mult + ((ns & 0xffffffff) * t->mult >> 32);
		ns += t->ns_base;
	} while ((version & 1) || version != t->version);
	return ns;
}

void plat_timer(u32 ns)
{
	u64 when = now() + ns;

	call3(SILK_CALL_set_timer, when, when >> 32, 0);
}

static void complete_blocks(void)
{
	volatile struct silk_ring *ring = (void *)SILK_I386_BLK_RING;
	u32 consumer = ring->consumer;

	while (consumer != ring->producer) {
		if (ring->entry[consumer % SILK_RING_ENTRIES].status < 0)
			plat_die("disk status", 0, consumer);
		ring->consumer = ++consumer;
		event_block();
	}
}

void handle_event(struct regs *r);
void handle_event(struct regs *r)
{
	u32 due = VCPU->pending & ~VCPU->mask;

	(void)r;
	__atomic_fetch_and((u32 *)&VCPU->pending, ~due, __ATOMIC_SEQ_CST);
	if (due & 1u << SILK_EVENT_TIMER)
		event_timer();
	if (due & 1u << SILK_EVENT_BLOCK)
		complete_blocks();
}

void plat_block_read(u32 sector, u32 gpa)
{
	static struct silk_blk_request request;

	request.op = SILK_BLK_READ;
	request.segments = 1;
	request.sector = sector;
	request.segment[0].address = gpa;
	request.segment[0].length = 4096;
	if (call3(SILK_CALL_blk_submit, (u32)&request, 1, 0) != 1)
		plat_die("blk_submit", VCPU->diag.clause, VCPU->diag.value);
}

void guest_main(void);
void guest_main(void)
{
	static const struct {
		u8 vector, flags;
		const char *entry;
	} traps[] = {
		{ 3, SILK_TRAP_USER | SILK_TRAP_MASK, entry_int3 },
		{ 14, SILK_TRAP_MASK, entry_fault },
		{ 0x80, SILK_TRAP_USER | SILK_TRAP_MASK, entry_syscall },
		{ SILK_I386_VECTOR_UPCALL, 0, entry_event },
	};
	struct silk_trap table[ARRAY_SIZE(traps)];

	for (u32 i = 0; i < ARRAY_SIZE(traps); i++)
		table[i] = (struct silk_trap){ traps[i].vector, traps[i].flags,
					       0, (u32)traps[i].entry };
	VCPU->mask = ~WANTED;
	VCPU->kernel_sp = (u32)trap_stack_top;
	if (call3(SILK_CALL_set_traps, (u32)table, ARRAY_SIZE(traps), 0))
		plat_die("set_traps", VCPU->diag.clause, VCPU->diag.value);
	plat_directory[0] = SILK_I386_BOOT_DIRECTORY;
	plat_directory[1] = alloc(SILK_PT_DIRECTORY);
	bench();
	for (;;)
		call3(SILK_CALL_shutdown, SILK_SHUTDOWN_POWEROFF, 0, 0);
}
