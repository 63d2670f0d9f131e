// SPDX-License-Identifier: GPL-2.0-only
/*
 * model_others.c - what the calls should have returned and refused that page
 * tables have no part in: traps, debug registers, consoles, disks, ends of runs.
 *
 * Where an answer depends on what the outside does (room at a console) the model
 * takes the real one, if that is allowed.
 */
#include <string.h>

#include "model.h"

/* [TRAP-2] [TRAP-50] to [TRAP-54] */
static bool may_handle(u32 vector)
{
	static const u8 not [] = { 2, 8, 9, 15, 18 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(not ); i++)
		if (vector == not [i])
			return false;
	return vector < 20 || vector == SILK_I386_VECTOR_CALL || vector == SILK_I386_VECTOR_UPCALL;
}

static struct verdict set_traps(u32 gva, u32 count)
{
	struct silk_trap t;
	const u8 *at;
	u32 i;

	if (!count || count > SILK_TRAPS_MAX)
		return NO(TRAPS_COUNT, count);
	at = model_fetched(gva, count * sizeof(t));
	if (!at)
		return NO(TRAPS_FAULT, gva);
	for (i = 0; i < count; i++) {
		memcpy(&t, at + i * sizeof(t), sizeof(t));
		if (!may_handle(t.vector))
			return NO(TRAPS_VECTOR, t.vector);
		if (t.flags > SILK_TRAP_FLAGS)
			return NO(TRAPS_FLAGS, t.flags);
		if (t.zero)
			return NO(TRAPS_FLAGS, t.zero);
		if (t.entry && t.entry - SILK_I386_KERNEL_BASE >= SILK_I386_HYPERVISOR - SILK_I386_KERNEL_BASE)
			return NO(TRAPS_ENTRY, t.entry);
	}
	return OK(0);
}

/* [CPU-6]: of DR7 bits 11 to 15 are the hypervisor's, and no break on I/O. */
static struct verdict set_debugreg(u32 number, u32 value)
{
	u32 i;

	if (number > 3 && number != 7)
		return NO(DEBUG_NUMBER, number);
	if (number != 7)
		return value > SILK_I386_HYPERVISOR - 8 ? NO(DEBUG_ADDRESS, value) : OK(0);
	for (i = 16; i < 32; i += 4)
		if ((value >> i & 3) == 2)
			return NO(DEBUG_CONTROL, value);
	return value & 0xf800 ? NO(DEBUG_CONTROL, value) : OK(0);
}

static struct verdict shutdown(const struct call *c)
{
	const struct guest *g = c->v->guest;
	u32 reason = c->arg[0], length = c->arg[2];

	if (reason > SILK_SHUTDOWN_CRASH)
		return NO(SHUTDOWN_REASON, reason);
	if (length > SILK_MESSAGE_MAX)
		return NO(SHUTDOWN_LENGTH, length);
	if (length && !model_fetched(c->arg[1], length))
		return NO(SHUTDOWN_MESSAGE, c->arg[1]);
	if ((reason == SILK_SHUTDOWN_CRASH && g->state != GUEST_CRASHED) ||
	    (reason == SILK_SHUTDOWN_REBOOT && g->wish != WISH_BOOT) ||
	    (reason == SILK_SHUTDOWN_POWEROFF && g->wish != WISH_OFF))
		finding("shutdown(%u) and guest %u goes on", reason, g->id);
	return OK(0);
}

/* What an image is like image.c says when the guest boots. */
static struct verdict set_kernel(const struct model *m, const struct call *c)
{
	u32 gpa = c->arg[0], length = c->arg[1];
	u64 at, end = (u64)gpa + length;

	if (length && (length < 52 || length > SILK_KERNEL_MAX))
		return NO(KERNEL_LENGTH, length);
	for (at = gpa; at < end; at = (at / CHUNK_SIZE + 1) * CHUNK_SIZE)
		if (at >> CHUNK_SHIFT >= CHUNKS || m->kind[at >> CHUNK_SHIFT] != SILK_CHUNK_RAM)
			return NO(KERNEL_OWNER, (u32)at);
	if (c->result == -(u32)SILK_ENOEXEC && length)
		return NO(KERNEL_FORMAT, gpa);
	if (c->result == -(u32)SILK_ENOMEM && length)
		return NO(KERNEL_MEMORY, length);
	return OK(0);
}

/* ---- consoles ---- */

#define CONSOLE_MOST 4096u /* looked at by one call */

static struct verdict console_write(const struct call *c)
{
	u32 n = MIN(c->arg[1], CONSOLE_MOST);

	if (n && !model_fetched(c->arg[0], n))
		return NO(CONW_FAULT, c->arg[0]);
	if (!n)
		return OK(0);
	return c->result && c->result <= n ? OK(c->result) : NO(CONW_FULL, c->arg[1]);
}

static struct verdict console_read(const struct call *c)
{
	u32 i;

	for (i = 0; i < c->transfers; i++)
		if (c->transfer[i].write && c->transfer[i].gva == c->arg[0] && !c->transfer[i].done)
			return NO(CONR_FAULT, c->arg[0]);
	if (c->result > MIN(c->arg[1], CONSOLE_MOST))
		finding("console_read(%u) gave %u bytes", c->arg[1], c->result);
	return OK(c->result);
}

/* ---- disks ---- */

/* A request, and its segments wherever they lie. */
struct asked {
	struct silk_blk_request request;
	struct silk_blk_segment segment[SILK_BLK_LIST_MAX];
	u32 op, segments;
};

static struct verdict segments(const struct model *m, const struct asked *r, u32 *sectors)
{
	u32 i;

	*sectors = 0;
	for (i = 0; i < r->segments; i++) {
		u32 length = r->segment[i].length, address = r->segment[i].address;

		if (!length || length % SILK_BLK_SECTOR)
			return NO(BLK_LENGTH, length);
		if (address & 3)
			return NO(BLK_LENGTH, address);
		*sectors += length / SILK_BLK_SECTOR;
	}
	for (i = 0; i < r->segments; i++) {
		u64 last = (u64)r->segment[i].address + r->segment[i].length - 1;

		if (last >> CHUNK_SHIFT != r->segment[i].address >> CHUNK_SHIFT ||
		    m->kind[r->segment[i].address >> CHUNK_SHIFT] != SILK_CHUNK_RAM)
			return NO(BLK_OWNER, r->segment[i].address);
	}
	return OK(0);
}

/* A guest of the fuzzer's has one disk or none, number 0. */
/* [BLK-13]; the list's copy is the next one. */
static struct verdict find_segments(struct asked *a, u32 *copy)
{
	const struct silk_blk_request *r = &a->request;
	u32 n = r->segment[0].length;
	const u8 *at;

	a->segments = r->segments;
	memcpy(a->segment, r->segment, sizeof(r->segment));
	if (a->op == r->op) {
		if (r->segments > SILK_BLK_SEGMENTS || (a->op == SILK_BLK_FLUSH) != !r->segments)
			return NO(BLK_SEGMENTS, r->segments);
		return OK(0);
	}
	if (r->segments != 1)
		return NO(BLK_SEGMENTS, r->segments);
	if (!n || n > SILK_BLK_LIST_MAX)
		return NO(BLK_SEGMENTS, n);
	at = model_fetched_next(copy, r->segment[0].address, n * 8);
	if (!at)
		return NO(BLK_LIST, r->segment[0].address);
	a->segments = n;
	memcpy(a->segment, at, n * 8);
	return OK(0);
}

/* A guest of the fuzzer's has one disk or none, number 0. */
static struct verdict request(const struct model *m, const struct guest *g, struct asked *a,
			      u32 *copy)
{
	const struct blk_device *disk = &g->config.blk[0];
	const struct silk_blk_request *r = &a->request;
	struct verdict d;
	u32 sectors;

	if (r->device || !(disk->flags & SILK_BLK_F_PRESENT))
		return NO(BLK_DEVICE, r->device);
	a->op = r->op == 0x80 || r->op == 0x81 ? r->op - SILK_BLK_LIST : r->op;
	if (a->op > SILK_BLK_FLUSH)
		return NO(BLK_OP, r->op);
	if (a->op == SILK_BLK_WRITE && fake.disk_flags[disk->backend] & SILK_BLK_F_READONLY)
		return NO(BLK_READONLY, r->device);
	d = find_segments(a, copy);
	if (!d.why)
		d = segments(m, a, &sectors);
	if (d.why || a->op == SILK_BLK_FLUSH)
		return d;
	if (r->sector > fake.disk_sectors[disk->backend] ||
	    sectors > fake.disk_sectors[disk->backend] - r->sector)
		return NO(BLK_RANGE, (u32)r->sector);
	return OK(0);
}

/* A consumer that can't be is as good as a full ring [BLK-8]. */
static bool crowded(u32 unread, u32 busy)
{
	return unread > SILK_RING_ENTRIES || unread + busy > SILK_RING_ENTRIES;
}

/* Is there a reason to take no more? The call itself may have made room after it
 * looked: what a dead disk had is done. */
static bool full(const struct call *c, u32 taken, u32 more)
{
	return c->changing || crowded(c->unread, c->busy + taken + more) ||
	       crowded(call_unread(c->v->guest), call_busy(c->v->guest) + more);
}

static struct verdict blk_submit(const struct model *m, const struct call *c, struct verdict *late)
{
	u32 n, count = c->arg[1], copy = 0, taken = 0, parts;
	static struct asked a;
	struct verdict d;
	const u8 *at;

	if (!count || count > SILK_BLK_SUBMIT_MAX)
		return NO(BLK_COUNT, count);
	for (n = 0; n < count; n++) {
		u32 gva = c->arg[0] + n * (u32)sizeof(a.request);

		at = model_fetched_next(&copy, gva, sizeof(a.request));
		d = NO(BLK_FAULT, gva);
		if (at) {
			memcpy(&a.request, at, sizeof(a.request));
			d = request(m, c->v->guest, &a, &copy);
		}
		d.done = n;
		if (d.why && n)
			*late = d;
		if (d.why)
			return n ? OK(n) : d;
		parts = a.segments <= SILK_BLK_SEGMENTS ? 1 : (a.segments + 13) / SILK_BLK_SEGMENTS;
		if (taken + parts > SILK_BLK_SUBMIT_MAX) /* [BLK-14] */
			return OK(n);
		if (c->result == (n ? n : -(u32)SILK_EAGAIN)) {
			if (!full(c, taken, parts))
				finding("request %u is not taken, and there is room", n);
			return n ? OK(n) : NO(BLK_FULL, count);
		}
		taken += parts;
	}
	return OK(n);
}

struct verdict model_others(const struct model *m, const struct call *c, struct verdict *late)
{
	const u32 *a = c->arg;

	switch (c->nr) {
	case SILK_CALL_set_traps:
		return set_traps(a[0], a[1]);
	case SILK_CALL_set_debugreg:
		return set_debugreg(a[0], a[1]);
	case SILK_CALL_shutdown:
		return shutdown(c);
	case SILK_CALL_set_kernel:
		return set_kernel(m, c);
	case SILK_CALL_console_write:
		return console_write(c);
	case SILK_CALL_console_read:
		return console_read(c);
	default:
		return blk_submit(m, c, late);
	}
}

/* ---- events ---- */

/* [TIME-3] What is due is pending at once; else the processor will be interrupted
 * then at the latest. */
static u32 timer_events(const struct call *c)
{
	u64 boot = c->v->guest->boot_ns, at = (u64)c->arg[1] << 32 | c->arg[0];

	if (!at || at >= ~0ull - boot)
		return 0;
	if (boot + at <= fake.now)
		return 1u << SILK_EVENT_TIMER;
	if (fake.deadline > boot + at)
		finding("a timer for %llu, and the deadline is %llu", boot + at, fake.deadline);
	return 0;
}

void model_events(const struct call *c)
{
	u32 now = c->v->page->pending, must = 0, may = 0;

	if (c->changing)
		return;
	if (c->nr == SILK_CALL_set_timer)
		must = timer_events(c);
	if (c->nr == SILK_CALL_blk_submit) /* done at once, or a disk that is dead */
		may = 1u << SILK_EVENT_BLOCK;
	if (must & ~now || now & ~(c->pending | must | may))
		finding("events %x are pending, before the call %x, it tells %x", now, c->pending, must);
	if (c->pending & ~now)
		finding("events %x have been lost", c->pending & ~now);
}
