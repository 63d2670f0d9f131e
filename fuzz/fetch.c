// SPDX-License-Identifier: GPL-2.0-only
/*
 * fetch.c - memory that a guest shares with the hypervisor changes between two
 * reads of it.
 *
 * The compiler has each load of hypervisor/core say where it reads. A word of the
 * guest's own pages (vCPU page, deferred queue, rings) that is read for a second
 * time in one call has another value then, if the input wants that: a processor
 * of the guest's has written it. What is copied from guest memory changes in
 * target.c, for the same reason.
 *
 * Invariant: the model goes by the first value; so whoever uses the second shows.
 */
#include <string.h>

#include "fuzz.h"

#define HV_PAGES (FAKE_HV_CHUNKS * CHUNK_FRAMES)
#define WORDS    4096u

static bool shared[HV_PAGES];
static bool changing;
static u32 seen[WORDS], count; /* machine addresses read in this call */
static bool is_seen[HV_PAGES];

void fetch_share(const void *page, bool share)
{
	if (page)
		shared[hv_page_machine(page) / PAGE_SIZE] = share;
}

bool fetch_shared(u32 machine)
{
	return machine / PAGE_SIZE < HV_PAGES && shared[machine / PAGE_SIZE];
}

void fetch_forget(void)
{
	memset(shared, 0, sizeof(shared));
}

void fetch_begin(bool change)
{
	changing = change;
	while (count)
		is_seen[seen[--count] / PAGE_SIZE] = false;
}

void fetch_end(void)
{
	changing = false;
}

static bool read_before(u32 at)
{
	u32 i;

	for (i = 0; is_seen[at / PAGE_SIZE] && i < count; i++)
		if (seen[i] == at)
			return true;
	if (count == WORDS)
		return false;
	is_seen[at / PAGE_SIZE] = true;
	seen[count++] = at;
	return false;
}

static void load(const void *p)
{
	size_t at = (size_t)((const u8 *)p - fake.memory);

	if (!changing || at >= (size_t)HV_PAGES * PAGE_SIZE || !shared[at / PAGE_SIZE])
		return;
	at &= ~(size_t)3;
	if (read_before((u32)at))
		*(u32 *)(fake.memory + at) ^= ~0u;
}

/* The compiler's names for what is called before a load of so many bytes. */
#define LOAD(bytes) \
	void __sanitizer_cov_load##bytes(const void *p); \
	void __sanitizer_cov_load##bytes(const void *p) \
	{ \
		load(p); \
	}
LOAD(1)
LOAD(2)
LOAD(4)
LOAD(8)
LOAD(16)
