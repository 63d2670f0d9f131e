// SPDX-License-Identifier: GPL-2.0-only
/*
 * blk.c - block I/O: guests' requests on their way to the real disks and back.
 *
 * A request is copied and checked once, its chunks are pinned [BLK-5], it waits
 * in its guest's queue for the backend, is handed over, completed, unpinned, and
 * written to the ring. Backends take from the guests in turn.
 *
 * Invariants: a guest's requests in flight and the entries it has not consumed
 * are never more than the ring holds, counted by us alone: what the guest writes
 * to `consumer` can only make us take less [BLK-6]. A request holds its pins
 * from its acceptance to its completion, whatever becomes of its guest.
 * All of it is guarded by the block lock.
 */
#include "blk.h"
#include "chunk.h"
#include "event.h"
#include "hypercall.h"
#include "machine.h"

#define POOL_PAGES ((SILK_RING_ENTRIES * sizeof(struct blk_io) + \
		     PAGE_SIZE - 1) / \
		    PAGE_SIZE)

struct fifo {
	struct blk_io *first, **last;
};

/* Of one guest; its `pool` outlives it while a backend has some of it. */
struct blk_queue {
	struct blk_io *pool; /* SILK_RING_ENTRIES, NULL: none */
	struct blk_io *free;
	struct fifo waiting[BLK_BACKENDS_MAX];
	u32 run;      /* counts runs of the guest */
	u32 producer; /* of the ring: the guest can't change this one */
	u32 busy;     /* requests that backends have */
	bool starved; /* told BLK_FULL since the last event */
	bool gone;    /* free the pool when the last one is back */
};

static struct blk_queue queues[GUESTS_MAX];

/* By backend: guests with requests waiting, one bit each; who is next. */
static u32 waiting_guests[BLK_BACKENDS_MAX];
static u32 turn[BLK_BACKENDS_MAX];

static struct blk_queue *queue_of(const struct guest *g)
{
	return &queues[g - guests];
}

/* ---- the pool and the queues ---- */

static void make_free(struct blk_queue *q, struct blk_io *io)
{
	io->next = q->free;
	q->free = io;
}

static void unpin(const struct blk_io *io)
{
	u32 i;

	for (i = 0; i < io->segments; i++)
		chunk_unpin_machine(io->chunk[i]);
}

static void append(struct guest *g, struct blk_io *io)
{
	struct fifo *f = &queue_of(g)->waiting[io->backend];

	io->next = NULL;
	*f->last = io;
	f->last = &io->next;
	waiting_guests[io->backend] |= 1u << (g - guests);
}

static struct blk_io *take_first(u32 guest, u32 backend)
{
	struct fifo *f = &queues[guest].waiting[backend];
	struct blk_io *io = f->first;

	f->first = io->next;
	if (!f->first) {
		f->last = &f->first;
		waiting_guests[backend] &= ~(1u << guest);
	}
	return io;
}

/* ---- completion ---- */

/* [BLK-6] The entry first, then the index that shows it. */
static void ring_put(struct guest *g, u32 cookie, s32 status)
{
	struct blk_queue *q = queue_of(g);
	struct silk_completion *entry =
		&g->blk_ring->entry[q->producer % SILK_RING_ENTRIES];

	entry->cookie = cookie;
	entry->status = status;
	q->producer++;
	__atomic_store_n(&g->blk_ring->producer, q->producer, __ATOMIC_RELEASE);
}

static void finish(struct blk_io *io, s32 status)
{
	struct guest *g = io->guest;
	struct blk_queue *q = queue_of(g);
	bool current = io->run == q->run; /* else: of an earlier run */

	unpin(io);
	make_free(q, io);
	if (current) {
		ring_put(g, io->cookie, status);
		g->blk_in_flight--;
	}
	if (current || q->starved) {
		q->starved = false;
		event_raise(g->vcpu[0], SILK_EVENT_BLOCK);
	}
}

/* The guest whose turn it is at the backend: the first from turn[] on. */
static u32 next_guest(u32 backend)
{
	u32 after = waiting_guests[backend] >> turn[backend] << turn[backend];

	return (u32)__builtin_ctz(after ? after : waiting_guests[backend]);
}

/* Hand waiting requests to the backend until it is full. */
static void dispatch(u32 backend)
{
	struct blk_queue *q;
	struct blk_io *io;
	int started;
	u32 n;

	while (waiting_guests[backend]) {
		n = next_guest(backend);
		q = &queues[n];
		started = machine_blk_start(q->waiting[backend].first);
		if (started == BLK_START_FULL)
			return;
		io = take_first(n, backend);
		turn[backend] = (n + 1) % GUESTS_MAX;
		if (started)
			finish(io, -SILK_EIO);
		else
			q->busy++;
	}
}

static void free_pool(struct blk_queue *q)
{
	hv_pages_free(q->pool, POOL_PAGES);
	q->pool = q->free = NULL;
	q->gone = false;
}

void blk_complete(struct blk_io *io, s32 status)
{
	struct blk_queue *q = queue_of(io->guest);
	u32 backend = io->backend;

	q->busy--;
	finish(io, status);
	if (q->gone && !q->busy)
		free_pool(q);
	dispatch(backend);
}

u32 blk_busy(const struct guest *g)
{
	return queue_of(g)->busy;
}

/* ---- blk_submit ---- */

/* Sectors of a read's or write's segments, which have been checked. */
static u32 sectors_of(const struct silk_blk_request *r)
{
	u32 i, bytes = 0;

	for (i = 0; i < r->segments; i++)
		bytes += r->segment[i].length;
	return bytes / SILK_BLK_SECTOR;
}

static bool segment_owned(const struct guest *g,
			  const struct silk_blk_segment *s)
{
	u32 chunk = s->address >> CHUNK_SHIFT;

	return s->length <= CHUNK_SIZE - (s->address & (CHUNK_SIZE - 1)) &&
	       g->chunks.kind[chunk] == SILK_CHUNK_RAM;
}

static enum silk_refusal check_segments(const struct guest *g,
					const struct silk_blk_request *r, u32 *value)
{
	const struct silk_blk_segment *s;
	u32 i;

	for (i = 0; i < r->segments; i++) {
		s = &r->segment[i];
		*value = s->length;
		if (!s->length || s->length % SILK_BLK_SECTOR)
			return SILK_R_BLK_LENGTH;
		*value = s->address;
		if (s->address % 4)
			return SILK_R_BLK_LENGTH;
	}
	for (i = 0; i < r->segments; i++) {
		*value = r->segment[i].address;
		if (!segment_owned(g, &r->segment[i]))
			return SILK_R_BLK_OWNER;
	}
	return SILK_R_NONE;
}

static const struct blk_device *device_of(const struct guest *g, u32 n)
{
	if (n >= SILK_BLK_DEVICES ||
	    !(g->config.blk[n].flags & SILK_BLK_F_PRESENT))
		return NULL;
	return &g->config.blk[n];
}

/* The conditions of [BLK-52] to [BLK-58], in their order. */
static enum silk_refusal check(const struct guest *g,
			       const struct silk_blk_request *r, u32 *value)
{
	const struct blk_device *d = device_of(g, r->device);
	enum silk_refusal why;

	*value = r->device;
	if (!d)
		return SILK_R_BLK_DEVICE;
	*value = r->op;
	if (r->op > SILK_BLK_FLUSH)
		return SILK_R_BLK_OP;
	*value = r->device;
	if (r->op == SILK_BLK_WRITE && d->flags & SILK_BLK_F_READONLY)
		return SILK_R_BLK_READONLY;
	*value = r->segments;
	if (r->segments > SILK_BLK_SEGMENTS ||
	    (r->op == SILK_BLK_FLUSH) != (r->segments == 0))
		return SILK_R_BLK_SEGMENTS;
	why = check_segments(g, r, value);
	if (why)
		return why;
	*value = (u32)r->sector;
	if (r->op != SILK_BLK_FLUSH && (r->sector > d->sectors ||
					sectors_of(r) > d->sectors - r->sector))
		return SILK_R_BLK_RANGE;
	return SILK_R_NONE;
}

/* Is there room in the ring for one more? A consumer index that can't be is
 * as good as a full ring [BLK-8]. */
static bool have_room(const struct guest *g)
{
	const struct blk_queue *q = queue_of(g);
	u32 unread = q->producer - READ_ONCE(g->blk_ring->consumer);

	return q->free && unread <= SILK_RING_ENTRIES &&
	       g->blk_in_flight + unread < SILK_RING_ENTRIES;
}

/* Take a checked request. A flush of a disk without a cache is done at once. */
static void accept(struct guest *g, const struct silk_blk_request *r)
{
	const struct blk_device *d = &g->config.blk[r->device];
	struct blk_queue *q = queue_of(g);
	struct blk_io *io = q->free;
	u32 i, base;

	q->free = io->next;
	io->guest = g;
	io->run = q->run;
	io->cookie = r->cookie;
	io->backend = d->backend;
	io->op = r->op;
	io->segments = r->segments;
	io->sector = r->op == SILK_BLK_FLUSH ? 0 : d->first + r->sector;
	for (i = 0; i < r->segments; i++) {
		base = g->chunks.machine[r->segment[i].address >> CHUNK_SHIFT];
		io->chunk[i] = (u16)(base >> CHUNK_SHIFT);
		chunk_pin(io->chunk[i]);
		io->segment[i].machine = base |
					 (r->segment[i].address & (CHUNK_SIZE - 1));
		io->segment[i].bytes = r->segment[i].length;
	}
	g->blk_in_flight++;
	if (r->op == SILK_BLK_FLUSH && !(d->flags & SILK_BLK_F_FLUSH))
		finish(io, 0);
	else
		append(g, io);
}

/*
 * Copy, check and take requests until one is refused. Its refusal is the call's
 * result if it is the first; else the call returns how many were taken, and the
 * diagnostics slot says what was wrong with the next [BLK-4].
 */
static u32 take_requests(struct vcpu *v, u32 requests, u32 count)
{
	struct guest *g = v->guest;
	struct silk_blk_request r;
	enum silk_refusal why;
	u32 n, gva, value, error;

	for (n = 0; n < count; n++) {
		gva = requests + n * (u32)sizeof(r);
		value = gva;
		why = SILK_R_BLK_FAULT;
		if (!copy_from_guest(&r, gva, sizeof(r)))
			why = check(g, &r, &value);
		if (!why && !have_room(g)) {
			queue_of(g)->starved = true;
			return n ? n : refuse(v, SILK_R_BLK_FULL, count, 0);
		}
		if (why) {
			error = refuse(v, why, value, n);
			return n ? n : error;
		}
		accept(g, &r);
	}
	return n;
}

u32 call_blk_submit(struct vcpu *v, u32 requests, u32 count, u32 c)
{
	u32 backend, result;

	(void)c;
	if (count == 0 || count > SILK_BLK_SUBMIT_MAX)
		return refuse(v, SILK_R_BLK_COUNT, count, 0);
	result = take_requests(v, requests, count);
	for (backend = 0; backend < BLK_BACKENDS_MAX; backend++)
		dispatch(backend);
	machine_blk_kick();
	return result;
}

/* ---- the life of a guest ---- */

int blk_guest_init(struct guest *g)
{
	struct blk_queue *q = queue_of(g);
	u32 i, flags = 0;

	for (i = 0; i < SILK_BLK_DEVICES; i++)
		flags |= g->config.blk[i].flags;
	q->gone = false;
	if (!(flags & SILK_BLK_F_PRESENT) || q->pool)
		return 0;
	q->pool = hv_pages_alloc(POOL_PAGES);
	if (!q->pool)
		return -1;
	for (i = SILK_RING_ENTRIES; i-- > 0;)
		make_free(q, &q->pool[i]);
	for (i = 0; i < BLK_BACKENDS_MAX; i++)
		q->waiting[i].last = &q->waiting[i].first;
	return 0;
}

void blk_guest_boot(struct guest *g)
{
	struct blk_queue *q = queue_of(g);
	u32 i;

	q->producer = 0;
	for (i = 0; i < SILK_BLK_DEVICES; i++) {
		g->info->blk[i].sectors = g->config.blk[i].sectors;
		g->info->blk[i].flags = g->config.blk[i].flags;
	}
}

void blk_guest_stop(struct guest *g)
{
	struct blk_queue *q = queue_of(g);
	struct blk_io *io;
	u32 i;

	q->run++;
	q->starved = false;
	g->blk_in_flight = 0;
	for (i = 0; i < BLK_BACKENDS_MAX; i++) {
		while (q->waiting[i].first) {
			io = take_first((u32)(g - guests), i);
			unpin(io);
			make_free(q, io);
		}
	}
}

void blk_guest_exit(struct guest *g)
{
	struct blk_queue *q = queue_of(g);

	q->gone = q->busy != 0;
	if (q->pool && !q->busy)
		free_pool(q);
}
