// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - the guests' consoles: a ring of bytes each way.
 *
 * Output goes to the guest's port and, if the operator looks at it, to the log's
 * terminal. If somebody is there who is slow, the guest is told to wait
 * [CON-1]; if nobody is there, the last CONSOLE_RING bytes are kept for whoever
 * comes. Bytes are neither changed nor reordered [CON-4].
 *
 * Invariant: each reader's position is at most CONSOLE_RING behind `head`;
 * only bytes of the guest that has the port go to the port [CON-5]. Guarded by
 * the console lock.
 */
#include "console.h"
#include "event.h"
#include "format.h"
#include "hypercall.h"
#include "libc.h"
#include "machine.h"

#define RING_PAGES ((sizeof(struct console_ring) + PAGE_SIZE - 1) / PAGE_SIZE)
#define CALL_BYTES CONSOLE_RING /* looked at by one call */

static struct guest *attached; /* shown on the log's terminal */
static u32 shown;              /* its output up to here is */
static bool line_start = true;

/* ---- rings ---- */

static void put(struct console_ring *r, const char *text, u32 bytes)
{
	u32 at = r->head % CONSOLE_RING;
	u32 n = MIN(bytes, CONSOLE_RING - at);

	memcpy(r->data + at, text, n);
	memcpy(r->data, text + n, bytes - n);
	r->head += bytes;
}

/* The bytes from position `from` on that lie in one piece. */
static u32 piece(const struct console_ring *r, u32 from)
{
	return MIN(r->head - from, CONSOLE_RING - from % CONSOLE_RING);
}

/* Where a newcomer begins to read: with a whole line, if there is one. */
static u32 oldest(const struct console_ring *r)
{
	u32 from = r->head > CONSOLE_RING ? r->head - CONSOLE_RING : 0, at;

	if (!from)
		return 0;
	for (at = from; at != r->head; at++) {
		if (r->data[at % CONSOLE_RING] == '\n')
			return at + 1;
	}
	return from;
}

/* Write to a device from *position on, as much as it takes. */
static void drain(const struct console_ring *r, u32 *position, u32 port)
{
	u32 n, taken;

	while ((n = piece(r, *position))) {
		const char *from = r->data + *position % CONSOLE_RING;

		if (port == CONSOLE_LOG)
			taken = log_show(from, n);
		else
			taken = machine_console_write(port, from, n);
		*position += taken;
		if (port == CONSOLE_LOG && taken)
			line_start = from[taken - 1] == '\n';
		if (taken < n)
			break;
	}
}

static u32 room(const struct guest *g)
{
	const struct console_ring *out = g->console.out;
	u32 behind = out->head - out->tail;

	if (g == attached)
		behind = MAX(behind, out->head - shown);
	return CONSOLE_RING - behind;
}

static void show(struct guest *g)
{
	struct console_ring *out = g->console.out;

	if (machine_console_connected(g->console.port))
		drain(out, &out->tail, g->console.port);
	else
		out->tail = out->head;
	if (g == attached)
		drain(out, &shown, CONSOLE_LOG);
}

/* Is there a run that input and events are for? */
static bool alive(const struct guest *g)
{
	return g->state == GUEST_RUNNING || g->state == GUEST_PAUSED;
}

/* Output moves on, and a guest that waits for that is told. */
static void move_on(struct guest *g)
{
	show(g);
	if (g->console.starved && room(g)) {
		g->console.starved = false;
		if (alive(g))
			event_raise(g->vcpu[0], SILK_EVENT_CONSOLE);
	}
}

/* ---- the life of a guest ---- */

int console_init(struct guest *g)
{
	struct console *c = &g->console;

	c->port = g->config.console_port;
	c->in = hv_pages_alloc(RING_PAGES);
	c->out = hv_pages_alloc(RING_PAGES);
	return c->in && c->out ? 0 : -1;
}

void console_exit(struct guest *g)
{
	if (attached == g)
		attached = NULL;
	hv_pages_free(g->console.in, RING_PAGES);
	hv_pages_free(g->console.out, RING_PAGES);
	g->console.in = g->console.out = NULL;
}

void console_boot(struct guest *g)
{
	g->console.in->tail = g->console.in->head;
	g->console.starved = false;
}

/* ---- from the outside ---- */

static struct guest *guest_of(u32 port)
{
	u32 i;

	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].console.out && guests[i].console.port == port)
			return &guests[i];
	}
	return NULL;
}

static u32 type(struct guest *g, const char *text, u32 bytes)
{
	struct console_ring *in = g->console.in;
	u32 n = MIN(bytes, CONSOLE_RING - (in->head - in->tail));

	if (!alive(g))
		return 0;
	put(in, text, n);
	if (n)
		event_raise(g->vcpu[0], SILK_EVENT_CONSOLE);
	return n;
}

u32 console_input(u32 port, const char *text, u32 bytes)
{
	struct guest *g = guest_of(port);

	return g ? type(g, text, bytes) : 0;
}

void console_type(struct guest *g, const char *text, u32 bytes)
{
	type(g, text, bytes);
}

void console_opened(u32 port)
{
	struct guest *g = guest_of(port);

	if (g) {
		g->console.out->tail = oldest(g->console.out);
		move_on(g);
	}
}

void console_room(u32 port)
{
	struct guest *g = guest_of(port);

	if (g)
		move_on(g);
}

void console_log_room(void)
{
	log_pump();
	if (attached)
		move_on(attached);
}

/* ---- the operator's view ---- */

void console_attach(struct guest *g)
{
	struct guest *last = attached;

	attached = g;
	line_start = true;
	if (g)
		shown = oldest(g->console.out);
	if (last)
		move_on(last);
	if (g)
		move_on(g);
}

struct guest *console_attached(void)
{
	return attached;
}

void console_break_line(void)
{
	if (attached && !line_start)
		log_raw("\n", 1);
	line_start = true;
}

/* ---- the calls ---- */

/* Static, not on the stack: guarded by the console lock. */
static char buffer[CALL_BYTES];

u32 call_console_write(struct vcpu *v, u32 gva, u32 length, u32 c)
{
	struct guest *g = v->guest;
	u32 n = MIN(length, CALL_BYTES), done = 0, now;

	(void)c;
	if (n && copy_from_guest(buffer, gva, n))
		return refuse(v, SILK_R_CONW_FAULT, gva, 0);
	for (;;) {
		show(g);
		now = MIN(n - done, room(g));
		if (!now)
			break;
		put(g->console.out, buffer + done, now);
		done += now;
	}
	if (n && !done) {
		g->console.starved = true;
		return refuse(v, SILK_R_CONW_FULL, length, 0);
	}
	return done;
}

u32 call_console_read(struct vcpu *v, u32 gva, u32 length, u32 c)
{
	struct console_ring *in = v->guest->console.in;
	u32 n = MIN(length, in->head - in->tail);
	u32 first = MIN(n, piece(in, in->tail));

	(void)c;
	memcpy(buffer, in->data + in->tail % CONSOLE_RING, first);
	memcpy(buffer + first, in->data, n - first);
	if (n && copy_to_guest(gva, buffer, n))
		return refuse(v, SILK_R_CONR_FAULT, gva, 0);
	in->tail += n;
	return n;
}
