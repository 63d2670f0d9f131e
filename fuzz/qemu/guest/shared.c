// SPDX-License-Identifier: GPL-2.0-only
/*
 * shared.c - the pages that guest and hypervisor share, memory that is ours or
 * not, events, and the ends of a run.
 */
#include "fuzz.h"
#include "image.h"

/* ---- the deferred queue ---- */

void act_queue(void)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;
	static struct silk_mmu_op ops[SILK_QUEUE_MAX];
	uint32_t n = some_ops(ops, ARRAY_SIZE(ops)), error;

	memcpy(queue, ops, n * sizeof(ops[0]));
	vcpu()->queue_error = 0;
	WRITE_ONCE(vcpu()->queue_count, one_in(30) ? a_word() : n);
	checked_call(SILK_CALL_query, below(SILK_NR_GROUPS - 1), 0, 0);
	error = READ_ONCE(vcpu()->queue_error);
	if (vcpu()->queue_count)
		finding("the queue was not drained: %u are left", vcpu()->queue_count);
	if (error >= SILK_NR_ERRORS)
		finding("the queue's error is %x", error);
	now->a = n;
	now->b = error;
}

/* ---- the shared pages ---- */

void act_shared(void)
{
	uint32_t *page = (uint32_t *)SILK_I386_VCPU, n = 1 + below(8);

	now->a = n;
	while (n--) {
		uint32_t at = below(64);

		/* Not the stack, on which act_stack() tries things, and no queue of
		 * which nobody knows what it does. */
		if (at == SILK_OFFSETOF(struct silk_vcpu, kernel_sp) / 4 ||
		    at == SILK_OFFSETOF(struct silk_vcpu, queue_count) / 4)
			continue;
		page[at] = one_in(2) ? a_word() : random32();
	}
	WRITE_ONCE(vcpu()->vif, 0);
	if (one_in(2))
		((struct silk_ring *)SILK_I386_BLK_RING)->consumer = a_word();
	if (one_in(2))
		((uint32_t *)SILK_I386_BLK_RING)[below(1024)] = random32();
	if (one_in(4))
		((uint32_t *)SILK_I386_NET_RING)[below(1024)] = random32();
	checked_call(SILK_CALL_query, below(SILK_NR_GROUPS - 1), 0, 0);
	take_completions();
}

/* ---- memory ---- */

static bool readable(uint32_t at)
{
	return at < SILK_I386_HYPERVISOR;
}

/* Reads anywhere, and writes where it hurts nobody if they are allowed. */
void act_touch(void)
{
	uint32_t at = an_address();

	now->a = at;
	if (one_in(2)) {
		uint32_t word = *(volatile uint32_t *)at;

		if (!readable(at))
			finding("the hypervisor's memory at %x can be read: %x", at, word);
		now->b = word;
		return;
	}
	if (at - CHUNK_VA(KERNEL_CHUNK) < CHUNK_SIZE || at - SILK_I386_VCPU < PAGE_SIZE)
		return;
	*(volatile uint32_t *)at = at;
	if (!readable(at) || at - SILK_I386_INFO < 4 * PAGE_SIZE)
		finding("memory at %x can be written", at);
}

/* ---- events ---- */

void act_event(void)
{
	uint32_t ns = below(one_in(4) ? 200000 : 3000), how = below(4);
	uint64_t at = time_ns() + ns;

	heal_traps();
	now->a = ns;
	now->b = how;
	vcpu()->mask = how == 3 ? random32() & ~(1u << SILK_EVENT_TIMER) : ~(1u << SILK_EVENT_TIMER);
	if (how < 2)
		__atomic_fetch_and(&vcpu()->pending, random32(), __ATOMIC_SEQ_CST);
	hv_set_timer((uint32_t)at, (uint32_t)(at >> 32));
	if (!how) /* else the upcall may come before the sleep */
		WRITE_ONCE(vcpu()->vif, SILK_VIF);
	if (how) /* it sleeps until the timer at the latest [EVT-4] */
		hv_block();
	else
		hv_deliver_events();
	WRITE_ONCE(vcpu()->vif, 0);
	if (how && time_ns() < at && !(READ_ONCE(vcpu()->pending) & ~READ_ONCE(vcpu()->mask)))
		now->c = 1; /* early: that is allowed */
}

/* ---- life ---- */

/* A kernel that can be booted, and does nothing but crash; or nearly one. */
static void make_kernel(uint32_t *header)
{
	smallest_image(header, true);
	while (!one_in(3))
		header[below(IMAGE_WORDS)] = one_in(2) ? a_word() : random32();
}

/* Seldom, all of these end the run or change the next one. */
void act_life(void)
{
	static char message[SILK_MESSAGE_MAX];
	uint32_t i;

	make_kernel((uint32_t *)BUFFER);
	checked_call(SILK_CALL_set_kernel, BUFFER_CHUNK << 22, 8192, 0);
	if (!one_in(8) || !disks)
		checked_call(SILK_CALL_set_kernel, 0, 0, 0);
	if (!one_in(disks ? 100 : 400))
		return;
	for (i = 0; i < sizeof(message); i++)
		message[i] = (char)random32();
	checked_call(SILK_CALL_shutdown, disks ? SILK_SHUTDOWN_REBOOT : SILK_SHUTDOWN_CRASH, (uint32_t)message,
		     below(sizeof(message)));
}
