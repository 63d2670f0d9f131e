// SPDX-License-Identifier: GPL-2.0-only
/*
 * pipe.c - pipes: a page of bytes between two processes.
 *
 * Invariant: bytes from out to in (free-running) are full, and in - out is at
 * most the page's size.
 */
#include "file.h"
#include "page.h"
#include "process.h"
#include "user.h"

struct pipe {
	uint32_t in, out;
	bool has_reader, has_writer;
	struct queue waiting; /* for bytes, or for room */
};

#define ROOM (PAGE_SIZE - (uint32_t)sizeof(struct pipe))

static char *bytes(struct pipe *p)
{
	return (char *)(p + 1);
}

struct pipe *pipe_create(void)
{
	uint32_t page = page_alloc();
	struct pipe *p = gpa_to_va(page);

	if (!page)
		return NULL;
	memset(p, 0, sizeof(*p));
	p->has_reader = p->has_writer = true;
	return p;
}

void pipe_close(struct pipe *p, bool writer)
{
	if (writer)
		p->has_writer = false;
	else
		p->has_reader = false;
	if (!p->has_reader && !p->has_writer)
		page_free(va_to_gpa(p));
	else
		wake_all(&p->waiting);
}

static uint32_t least(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

int pipe_read(struct pipe *p, void *user, uint32_t n)
{
	uint32_t done = 0;

	while (p->in == p->out) {
		if (!p->has_writer || n == 0)
			return 0;
		if (!sleep_on(&p->waiting))
			return -EINTR;
	}
	while (done < n && p->in != p->out) {
		uint32_t at = p->out % ROOM;
		uint32_t part = least(n - done, p->in - p->out, ROOM - at);

		if (copy_out((char *)user + done, bytes(p) + at, part))
			return done > 0 ? (int)done : -EFAULT;
		p->out += part;
		done += part;
	}
	wake_all(&p->waiting);
	return (int)done;
}

int pipe_write(struct pipe *p, const void *user, uint32_t n)
{
	uint32_t done = 0;

	while (done < n) {
		uint32_t at = p->in % ROOM;
		uint32_t part = least(n - done, ROOM - (p->in - p->out), ROOM - at);

		if (!p->has_reader)
			return done > 0 ? (int)done : -EPIPE;
		if (part == 0) {
			if (!sleep_on(&p->waiting))
				return done > 0 ? (int)done : -EINTR;
			continue;
		}
		if (copy_in(bytes(p) + at, (const char *)user + done, part))
			return done > 0 ? (int)done : -EFAULT;
		p->in += part;
		done += part;
		wake_all(&p->waiting);
	}
	return (int)done;
}
