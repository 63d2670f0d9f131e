// SPDX-License-Identifier: GPL-2.0-only
/*
 * blk.c - block I/O: guests' requests on their way to the real disks and back.
 *
 * A request is copied and checked once (blk_check.c), its chunks are pinned
 * [BLK-5], it waits in its guest's queue for the backend, is handed over,
 * completed, unpinned, and written to the ring. Backends take from the guests in
 * turn.
 *
 * Invariants: the parts of a guest's requests in flight and the entries it has not
 * consumed are never more than the ring holds, counted by us alone: what the guest
 * writes to `consumer` can only make us take less [BLK-6]. A request holds its pins
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
#define PARTS(segments) \
	(((segments) + SILK_BLK_SEGMENTS - 1) / SILK_BLK_SEGMENTS)

/* So the first request of a call is never too much for it [BLK-14]. */
_Static_assert(PARTS(SILK_BLK_LIST_MAX) <= SILK_BLK_SUBMIT_MAX, "a list and a call");

struct fifo {
	struct blk_io *first, **last;
};

/* Of one guest; its `pool` outlives it while a backend has some of it. */
struct blk_queue {
	struct blk_io *pool; /* SILK_RING_ENTRIES, NULL: none */
	struct blk_io *free; /* linked by `more` */
	u32 free_parts;
	struct fifo waiting[BLK_BACKENDS_MAX];
	u32 run;      /* counts runs of the guest */
	u32 producer; /* of the ring: the guest can't change this one */
	u32 busy;     /* requests that backends have */
	u32 starved;  /* parts of what was told BLK_FULL and not of room since */
	bool gone;    /* free the pool when the last one is back */
};

static struct blk_queue queues[GUESTS_MAX];

/* By backend: guests with requests waiting, one bit each; who is next. */
static u32 waiting_guests[BLK_BACKENDS_MAX];
static u32 waiting_backends; /* those for which the former is not 0 */
static u32 turn[BLK_BACKENDS_MAX];

static struct blk_queue *queue_of(const struct guest *g)
{
	return &queues[g->id];
}

/* ---- the pool and the queues ---- */

/* So many parts, one behind the other; there are as many. */
static struct blk_io *take_parts(struct blk_queue *q, u32 parts)
{
	struct blk_io *first = q->free, *last = first;
	u32 i;

	for (i = 1; i < parts; i++)
		last = last->more;
	q->free = last->more;
	q->free_parts -= parts;
	last->more = NULL;
	first->parts = (u8)parts;
	return first;
}

static void make_free(struct blk_queue *q, struct blk_io *io)
{
	struct blk_io *last = io;

	while (last->more)
		last = last->more;
	q->free_parts += io->parts;
	last->more = q->free;
	q->free = io;
}

static void unpin(const struct blk_io *io)
{
	const struct blk_segment *s = io->segment;
	u32 left;

	for (left = io->segments; left; left--) {
		if (s == io->segment + SILK_BLK_SEGMENTS) {
			io = io->more;
			s = io->segment;
		}
		chunk_unpin_machine(s++->machine >> CHUNK_SHIFT);
	}
}

static void append(const struct guest *g, struct blk_queue *q, struct blk_io *io)
{
	struct fifo *f = &q->waiting[io->backend];

	io->next = NULL;
	*f->last = io;
	f->last = &io->next;
	waiting_guests[io->backend] |= 1u << g->id;
	waiting_backends |= 1u << io->backend;
}

static inline struct blk_io *take_first(u32 guest, u32 backend)
{
	struct fifo *f = &queues[guest].waiting[backend];
	struct blk_io *io = f->first;

	f->first = io->next;
	if (!f->first) {
		f->last = &f->first;
		waiting_guests[backend] &= ~(1u << guest);
		if (!waiting_guests[backend])
			waiting_backends &= ~(1u << backend);
	}
	return io;
}

/* ---- completion ---- */

/* [BLK-6] The entry first, then the index that shows it. */
static void ring_put(struct guest *g, struct blk_queue *q, u32 cookie, s32 status)
{
	struct silk_completion *entry =
		&g->blk_ring->entry[q->producer % SILK_RING_ENTRIES];

	entry->cookie = cookie;
	entry->status = status;
	q->producer++;
	__atomic_store_n(&g->blk_ring->producer, q->producer, __ATOMIC_RELEASE);
}

static void finish(struct blk_queue *q, struct blk_io *io, s32 status)
{
	struct guest *g = io->guest;
	bool current = io->run == q->run; /* else: of an earlier run */
	bool room;

	unpin(io);
	make_free(q, io);
	if (current) {
		ring_put(g, q, io->cookie, status);
		g->blk_in_flight -= io->parts;
	}
	room = q->starved && q->starved <= q->free_parts;
	if (room)
		q->starved = 0;
	if (current || room)
		event_raise(g->vcpu[0], SILK_EVENT_BLOCK);
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
			finish(q, io, -SILK_EIO);
		else
			q->busy++;
	}
}

static void free_pool(struct blk_queue *q)
{
	hv_pages_free(q->pool, POOL_PAGES);
	q->pool = q->free = NULL;
	q->free_parts = 0;
	q->gone = false;
}

void blk_complete(struct blk_io *io, s32 status)
{
	struct blk_queue *q = queue_of(io->guest);
	u32 backend = io->backend;

	q->busy--;
	finish(q, io, status);
	if (q->gone && !q->busy)
		free_pool(q);
	if (waiting_guests[backend])
		dispatch(backend);
}

u32 blk_busy(const struct guest *g)
{
	return queue_of(g)->busy;
}

/* ---- blk_submit ---- */

/* Is there room for so many parts more? A consumer index that can't be is as good
 * as a full ring [BLK-8]. */
static bool have_room(const struct guest *g, const struct blk_queue *q, u32 parts)
{
	u32 unread = q->producer - READ_ONCE(g->blk_ring->consumer);

	return parts <= q->free_parts && unread <= SILK_RING_ENTRIES &&
	       g->blk_in_flight + unread + parts <= SILK_RING_ENTRIES;
}

static u32 parts_of(const struct blk_asked *a)
{
	return a->segments <= SILK_BLK_SEGMENTS ? 1 : PARTS(a->segments);
}

/* The asked segments into the parts of a request; their chunks are pinned. */
static void pin(const struct guest *g, struct blk_io *io, const struct blk_asked *a)
{
	const struct silk_blk_segment *s = a->segment;
	const struct silk_blk_segment *end = s + a->segments;
	struct blk_segment *to = io->segment;
	u32 base;

	for (; s < end; s++, to++) {
		if (to == io->segment + SILK_BLK_SEGMENTS) {
			io = io->more;
			to = io->segment;
		}
		base = g->chunks.machine[s->address >> CHUNK_SHIFT];
		chunk_pin(base >> CHUNK_SHIFT);
		to->machine = base | (s->address & (CHUNK_SIZE - 1));
		to->bytes = s->length;
	}
}

/* Take a checked request. A flush of a disk without a cache is done at once. */
static void accept(struct guest *g, struct blk_queue *q, const struct blk_asked *a,
		   u32 parts)
{
	const struct silk_blk_request *r = &a->request;
	const struct blk_device *d = &g->config.blk[r->device];
	struct blk_io *io = take_parts(q, parts);

	io->guest = g;
	io->run = q->run;
	io->cookie = r->cookie;
	io->backend = d->backend;
	io->op = a->op;
	io->segments = (u16)a->segments;
	io->sector = a->op == SILK_BLK_FLUSH ? 0 : d->first + r->sector;
	pin(g, io, a);
	g->blk_in_flight += parts;
	if (a->op == SILK_BLK_FLUSH && !(d->flags & SILK_BLK_F_FLUSH))
		finish(q, io, 0);
	else
		append(g, q, io);
}

/*
 * Check and take requests until one is refused, or they are work enough for one
 * call [BLK-14]. A refusal is the call's result if it is the first's; else the call
 * returns how many were taken, and the diagnostics slot says what was wrong with
 * the next [BLK-4].
 */
static u32 take_requests(struct vcpu *v, u32 requests, u32 count)
{
	struct guest *g = v->guest;
	struct blk_queue *q = queue_of(g);
	struct blk_asked a;
	enum silk_refusal why;
	u32 n, value, error, parts, left = SILK_BLK_SUBMIT_MAX;

	for (n = 0; n < count; n++) {
		why = blk_check(g, requests + n * (u32)sizeof(a.request), &a, &value);
		if (why) {
			error = refuse(v, why, value, n);
			return n ? n : error;
		}
		parts = parts_of(&a);
		if (parts > left)
			return n;
		left -= parts;
		if (!have_room(g, q, parts)) {
			q->starved = parts;
			return n ? n : refuse(v, SILK_R_BLK_FULL, count, 0);
		}
		accept(g, q, &a, parts);
	}
	return n;
}

u32 call_blk_submit(struct vcpu *v, u32 requests, u32 count, u32 c)
{
	u32 waiting, result;

	(void)c;
	if (count == 0 || count > SILK_BLK_SUBMIT_MAX)
		return refuse(v, SILK_R_BLK_COUNT, count, 0);
	result = take_requests(v, requests, count);
	for (waiting = waiting_backends; waiting; waiting &= waiting - 1)
		dispatch((u32)__builtin_ctz(waiting));
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
	for (i = SILK_RING_ENTRIES; i-- > 0;) {
		q->pool[i].parts = 1;
		make_free(q, &q->pool[i]);
	}
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
	q->starved = 0;
	g->blk_in_flight = 0;
	for (i = 0; i < BLK_BACKENDS_MAX; i++) {
		while (q->waiting[i].first) {
			io = take_first(g->id, i);
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
