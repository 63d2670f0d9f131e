// SPDX-License-Identifier: GPL-2.0-only
/*
 * shared.c - judges what the guest does to the shared pages: the info page, the
 * vCPU page, the deferred queue and the completion ring.
 *
 * Invariant: each write to them is judged once, right after the instruction.
 */
#include "watch.h"

#define EVENTS     ((1u << SILK_NR_EVENTS) - 1)
#define BIT(event) (1u << (event))
#define FOLLOWED   16u /* instructions in which a guest should look */
#define AT(member) ((u32)offsetof(struct silk_vcpu, member))

static bool magic_read, version_read;
static u32 relied;         /* offset in the info page that was read before those two */
static struct act reading; /* what read it */
static bool looked;
static u32 early, owed;     /* events: looked at before, to be looked at after */
static struct act clearing; /* what made it owed */

bool watching_info(void)
{
	return !magic_read || !version_read;
}

static void info_read(u32 offset)
{
	judged(CL(GEN, 13));
	if (offset == offsetof(struct silk_info, magic))
		magic_read = true;
	else if (offset == offsetof(struct silk_info, version))
		version_read = true;
	else if (!relied) {
		relied = offset;
		act_find_callers(&act);
		reading = act;
	}
}

/* To read is not to rely; but what a call does may come from what was read. */
static void look_at_info(u32 number)
{
	if (!relied || !watching_info() || number == SILK_CALL_query ||
	    number == SILK_CALL_shutdown)
		return;
	broke_then(&reading, CL(GEN, 13),
		   "magic and version read before anything else of the info page is used",
		   "offset %u was read, and %s was called before %s was read", relied,
		   call_name(number), magic_read ? "version" : "magic");
	relied = 0;
}

/* [EVT-6]: what an event speaks of is looked at after its bit was cleared. */
void state_looked_at(u32 event)
{
	if (vcpu_page.pending & BIT(event))
		early |= BIT(event);
	else
		owed &= ~BIT(event);
}

/* Memory that a device may be writing to. */
static void memory_read(u32 va)
{
	u32 machine = walk(va, user_mode).machine;

	if (block_reading(machine, 1))
		early_look(CL(BLK, 12), machine, va);
	else if (net_posted(machine, 1))
		early_look(CL(NET, 11), machine, va);
	else
		early_again(machine);
}

/* The instant before vif is set is the one at which a look at pending comes too
 * early [EVT-12]. */
static void event_at_store(void)
{
	static const u8 events[] = { SILK_EVENT_RESUMED, SILK_EVENT_CONSOLE, SILK_EVENT_TIMER };
	static u32 stores; /* some guests set it now and then only */
	u32 i = 0;

	while (i < sizeof(events) && vcpu_page.mask & BIT(events[i]))
		i++;
	if ((mood != SLOW && mood != POISONED) || vcpu_page.vif & SILK_VIF || vcpu_page.pending & ~vcpu_page.mask ||
	    i == sizeof(events) || (stores++ > 4 && !chance(8)))
		return;
	event(events[i]);
	nasty(NASTY_UPCALL_STORE);
}

void watch_before(u32 va, bool write)
{
	u32 offset = va % PAGE & ~3u;

	switch (va & ~(PAGE - 1)) {
	case SILK_I386_INFO:
		info_read(offset);
		break;
	case SILK_I386_VCPU:
		if (offset == AT(pending))
			looked = true;
		if (write && offset == AT(vif))
			event_at_store();
		if (!write && offset >= AT(time) && offset < AT(stolen_ns))
			clock_read(offset - AT(time));
		break;
	case SILK_I386_BLK_RING:
		ring_access(&block_ring, offset, write);
		break;
	case SILK_I386_NET_RING:
		ring_access(&net_ring, offset, write);
		break;
	case SILK_I386_QUEUE:
		break;
	default:
		if (!write)
			memory_read(va);
	}
}

bool now_looked(void)
{
	return looked;
}

void not_looked(const struct act *enabling)
{
	broke_then(enabling, CL(EVT, 12),
		   "a look at pending & ~mask after vif was set or a bit unmasked",
		   "%u instructions later the guest had not looked, with pending %x and mask %x",
		   FOLLOWED, vcpu_page.pending, vcpu_page.mask);
}

static void may_be_due(void)
{
	judged(CL(EVT, 12));
	watch_storm();
	if (!due() || mood == NERVOUS)
		return;
	looked = false;
	watch_follow(FOLLOWED);
}

static void vif_written(void)
{
	judged(CL(EVT, 13));
	if (vcpu_page.vif != 0 && vcpu_page.vif != SILK_VIF)
		broke(CL(EVT, 13), "0 or 0x200", "vif became %x", vcpu_page.vif);
	if (vcpu_page.vif & SILK_VIF)
		may_be_due();
}

static void pending_written(u32 before, bool atomic)
{
	u32 cleared = before & ~vcpu_page.pending;

	judged(CL(EVT, 6));
	if (!atomic)
		broke(CL(EVT, 6), "a locked instruction or an exchange",
		      "an instruction that is not atomic made %x of pending %x",
		      vcpu_page.pending, before);
	if (vcpu_page.pending & ~before & ~EVENTS)
		broke(CL(GEN, 6), "0 in bits without a name", "pending became %x",
		      vcpu_page.pending);
	if (cleared & early & ~owed) {
		act_find_callers(&act);
		clearing = act;
	}
	owed |= cleared & early;
	early &= ~cleared;
	if (vcpu_page.pending & ~before)
		may_be_due();
}

static void mask_written(void)
{
	judged(CL(GEN, 6));
	if (vcpu_page.mask & ~EVENTS)
		broke(CL(GEN, 6), "0 in bits without a name", "mask became %x",
		      vcpu_page.mask);
	may_be_due();
}

/* Operations behind the count that were written before the last call. */
static bool left_open[SILK_QUEUE_MAX], open_now[SILK_QUEUE_MAX];
static bool any_open;

static void count_written(void)
{
	u32 n = vcpu_page.queue_count;

	for (u32 i = 0; i < n && i < SILK_QUEUE_MAX; i++) {
		if (left_open[i])
			broke(CL(PT, 25), "no call between an operation and the count",
			      "operation %u was written before the last call", i);
		left_open[i] = open_now[i] = false;
	}
	judged(CL(PT, 25));
	if (n > SILK_QUEUE_MAX)
		broke(CL(PT, 25), "at most 512", "queue_count became %u", n);
	if (n > 0 && !(info_page.features[SILK_GROUP_MMU] & SILK_F_MMU_QUEUE))
		broke(CL(GEN, 4), "no use of the queue without MMU_QUEUE",
		      "queue_count became %u", n);
}

static void operation_written(u32 offset)
{
	bool handled = handlers[SILK_I386_VECTOR_UPCALL].entry;

	if (offset / sizeof(struct silk_mmu_op) < vcpu_page.queue_count)
		return;
	judged(CL(PT, 25));
	open_now[offset / sizeof(struct silk_mmu_op)] = any_open = true;
	left_open[offset / sizeof(struct silk_mmu_op)] = false;
	if (vcpu_page.vif & SILK_VIF && handled && (vcpu_page.mask & EVENTS) != EVENTS)
		broke(CL(PT, 25), "upcalls off from writing an operation to raising the count",
		      "operation %u is written with vif set", offset / 8);
}

static void vcpu_written(u32 offset, const struct silk_vcpu *before, bool atomic)
{
	if (offset == AT(vif))
		vif_written();
	else if (offset == AT(pending))
		pending_written(before->pending, atomic);
	else if (offset == AT(mask))
		mask_written();
	else if (offset == AT(queue_count))
		count_written();
}

void watch_after(const struct access *a, const struct silk_vcpu *before)
{
	for (u32 i = 0; i < a->count; i++) {
		u32 offset = a->va[i] % PAGE & ~3u;

		if (!a->write[i])
			continue;
		switch (a->va[i] & ~(PAGE - 1)) {
		case SILK_I386_VCPU:
			vcpu_written(offset, before, a->atomic);
			break;
		case SILK_I386_QUEUE:
			operation_written(offset);
			break;
		case SILK_I386_BLK_RING:
			ring_written(&block_ring, offset);
			break;
		case SILK_I386_NET_RING:
			ring_written(&net_ring, offset);
			break;
		}
	}
}

/* What may have been changed where the stub did not see it. */
void watch_call(u32 number)
{
	if (number != ~0u)
		look_at_info(number);
	if (number == SILK_CALL_console_read)
		state_looked_at(SILK_EVENT_CONSOLE);
	clock_call();
	if (any_open)
		memcpy(left_open, open_now, sizeof(left_open));
	any_open = false;
	if (number != ~0u && number != SILK_CALL_block)
		return;
	if (owed)
		broke_then(&clearing, CL(EVT, 6),
			   "the bit cleared first, then the look at what it is about",
			   "events %x were looked at, then cleared, and not looked at again", owed);
	owed = early = 0;
}

void watch_upcall(void)
{
	owed = early = 0;
	clock_unsure();
}

void watch_interrupted(void)
{
	clock_unsure();
}

void watch_new_run(void)
{
	magic_read = version_read = any_open = false;
	relied = 0;
	memset(left_open, 0, sizeof(left_open));
	memset(open_now, 0, sizeof(open_now));
	owed = early = 0;
	clock_unsure();
}
