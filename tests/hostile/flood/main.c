// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood - one kind of noise without a pause, for `ms` milliseconds (900) of
 * guest time, while the witness must get its fair share of the processor.
 *
 *   how=query     the cheapest call       how=unknown  refused calls
 *   how=yield     giving the turn away    how=timer    a timer 1 us ahead
 *   how=wake      sleeping and waking     how=batch    1024 operations a call
 *   how=queue     512 deferred ones       how=flush    translations
 *   how=switch    two directories         how=tables   page tables made, freed
 *   how=traps     user code that faults   how=steps    single steps
 *   how=console   output                  how=block    disk reads
 *   how=chunks    a chunk there and back  how=convert  a chunk's kind
 *   how=kernel    a kernel image        how=nothing  a loop
 *
 * covers: TIME-7 TIME-8 LIFE-4 CALL-5 GEN-7
 */
#include "hostile.h"
#include "image.h"

#define BOOT   SILK_I386_BOOT_DIRECTORY
#define VICTIM 3u

static struct silk_mmu_op ops[SILK_BATCH_MAX];
static char text[1024];
static uint32_t table, directory;

static void flood_query(void)
{
	hv_query(SILK_GROUP_CORE);
}

static void flood_unknown(void)
{
	hv_call3(0xffffffff, 1, 2, 3);
}

static void flood_yield(void)
{
	hv_yield();
}

static void flood_timer(void)
{
	time_set_timer(time_ns() + 1000);
	vcpu()->pending = 0;
}

/* As fast as it can: to sleep, and 20 us later awake again. */
static void flood_wake(void)
{
	irq_disable(); /* else the upcall may come before the sleep */
	vcpu()->mask = ~(1u << SILK_EVENT_TIMER);
	__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
	time_set_timer(time_ns() + 20000);
	hv_block();
}

static void flood_batch(void)
{
	for (uint32_t i = 0; i < SILK_BATCH_MAX; i++) {
		ops[i].target = table + i * 4;
		ops[i].value = spare_page(i) | 7;
	}
	hv_pt_batch(ops, SILK_BATCH_MAX);
}

static void flood_queue(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	for (uint32_t i = 0; i < SILK_QUEUE_MAX; i++) {
		queue[i].target = table + i * 4;
		queue[i].value = spare_page(i) | 7;
	}
	vcpu()->queue_count = SILK_QUEUE_MAX;
	hv_deliver_events();
}

static void flood_flush(void)
{
	hv_pt_flush((void *)0, 0xbffff);
	hv_pt_flush((void *)0, 0);
}

static void flood_switch(void)
{
	hv_pt_switch(directory);
	hv_pt_switch(BOOT);
}

static void flood_tables(void)
{
	hv_pt_alloc(0x200000, SILK_PT_DIRECTORY);
	hv_pt_free(0x200000);
	hv_pt_alloc(0x200000, SILK_PT_TABLE);
	hv_pt_free(0x200000);
}

static void flood_traps(void)
{
	static const uint8_t fault[] = { 0xa3, 0, 0, 0, 0 };

	run_user(fault, sizeof(fault));
}

static void flood_steps(void)
{
	struct entry e = user_entry();

	e.eflags |= FL_TF;
	enter(&e);
}

static void flood_console(void)
{
	hv_console_write(text, sizeof(text));
}

static void flood_block(void)
{
	struct silk_ring *ring = (struct silk_ring *)SILK_I386_BLK_RING;
	static struct silk_blk_request request[SILK_BLK_SUBMIT_MAX];

	for (uint32_t i = 0; i < SILK_BLK_SUBMIT_MAX; i++) {
		request[i].op = SILK_BLK_READ;
		request[i].segments = 1;
		request[i].sector = i * 8;
		request[i].segment[0].address = SPARE_GPA + 0x10000 + i * 4096;
		request[i].segment[0].length = 4096;
	}
	hv_blk_submit(request, SILK_BLK_SUBMIT_MAX);
	ring->consumer = ring->producer;
}

static void flood_chunks(void)
{
	hv_chunk_give(VICTIM);
	hv_chunk_take(VICTIM, SILK_CHUNK_RAM);
}

static void flood_convert(void)
{
	hv_chunk_convert(VICTIM, SILK_CHUNK_TABLE);
	hv_chunk_convert(VICTIM, SILK_CHUNK_RAM);
}

/* The longest of all calls: an image of 8 MB is copied, and checked twice. */
static void flood_kernel(void)
{
	smallest_image(gpa_to_va(SPARE_GPA), true);
	if (hv_set_kernel(SPARE_GPA, 2 * CHUNK_SIZE))
		panic("the image was refused");
}

static void flood_nothing(void)
{
}

static const struct {
	const char *name;
	void (*act)(void);
} floods[] = {
#define F(name) \
	{ \
#name, flood_##name \
	}
	F(query),
	F(unknown),
	F(yield),
	F(timer),
	F(wake),
	F(batch),
	F(queue),
	F(flush),
	F(switch),
	F(tables),
	F(traps),
	F(steps),
	F(console),
	F(block),
	F(chunks),
	F(convert),
	F(kernel),
	F(nothing),
#undef F
};

static void prepare(void)
{
	struct silk_mmu_op unmap = {
		BOOT + ((SILK_I386_KERNEL_BASE >> 22) + VICTIM) * 4,
		0,
	};

	table = table_alloc(SILK_PT_TABLE);
	directory = table_alloc(SILK_PT_DIRECTORY);
	hv_pt_batch(&unmap, 1);
	memset(text, 'x', sizeof(text));
	event_handle(SILK_EVENT_TIMER, NULL);
}

void hostile_main(void)
{
	const char *how = cmdline("how");
	uint64_t until;
	uint32_t turns = 0;

	prepare();
	for (uint32_t i = 0; how && i < ARRAY_SIZE(floods); i++) {
		if (strncmp(how, floods[i].name, strlen(floods[i].name)))
			continue;
		until = time_ns() + (uint64_t)cmdline_number("ms", 900) * NS_PER_MS;
		do {
			floods[i].act();
			turns++;
		} while (time_ns() < until);
		irq_disable();
		vcpu()->mask = ~0u;
		print("\n");
		begin(floods[i].name);
		expect(true, turns > 0, "turns");
		end();
		print("flood: %s, %u turns\n", floods[i].name, turns);
	}
}
