/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tables.h - what the tests of chunks and page tables share: a machine with one
 * or two guests, addresses in it, operations, and the audit.
 *
 * Guest 0 has TABLE chunks 0 and 1 and RAM chunks 2 to 7.
 */
#ifndef TESTS_TABLES_H
#define TESTS_TABLES_H

#include <check.h>
#include <string.h>

#include "fake_machine.h"
#include "hypervisor/core/audit.h"
#include "hypervisor/core/chunk.h"
#include "hypervisor/core/table.h"

#define P                     SILK_I386_PRESENT
#define W                     SILK_I386_WRITABLE
#define U                     SILK_I386_USER
#define A                     SILK_I386_ACCESSED
#define D                     SILK_I386_DIRTY
#define PS                    SILK_I386_LARGE

#define GUEST_CHUNKS          8u
#define RAM_CHUNK             2u /* the first */
#define MEMORY(chunk, offset) ((u32)(chunk) << CHUNK_SHIFT | (offset))
#define FRAME(n)              ((u32)(n) << PAGE_SHIFT) /* gpa of a table frame */
#define ENTRY(frame, i)       (FRAME(frame) + (u32)(i)*4)
#define BOOT                  2u                /* frame of the boot directory */
#define BUFFER                MEMORY(7, 0x1000) /* for operations, in RAM */

/* After start_tables() */
#define LEAF                  6u                   /* an UNLINKED page table */
#define SPARE                 7u                   /* another */
#define DIR                   8u                   /* a directory that is not loaded */
#define K                     (KERNEL_FIRST + 100) /* an index of the kernel range that is free */

#define OK(call)              ck_assert_int_eq((int)(call), 0)
#define DONE1(call)           ck_assert_int_eq((int)(call), 1) /* of pt_batch: one operation */

static struct guest *g;
static struct vcpu *v;

static inline void start(void)
{
	fake_start(64);
	g = fake_guest(0, GUEST_CHUNKS, 2);
	v = g->vcpu[0];
}

/* After any call: nothing that isolation stands on is broken. */
static inline void audit_all(void)
{
	char why[160];

	fake_run(v);
	ck_assert_msg(!audit_guest(g, why, sizeof(why)), "audit: %s", why);
	ck_assert_msg(!audit_machine(why, sizeof(why)), "audit: %s", why);
}

/* An entry as the guest reads it, and with it what the host finds there. */
static inline u32 entry_of(u32 frame, u32 i)
{
	return ((u32 *)fake_gpa(g, FRAME(frame)))[i];
}

/* Present entry for guest-physical memory. */
static inline u32 map(u32 gpa, u32 bits)
{
	return fake_machine_of(g, gpa) | P | bits;
}

/* Operations in BUFFER, then pt_batch. */
static inline u32 batch(const struct silk_mmu_op *ops, u32 count)
{
	memcpy(fake_gpa(g, BUFFER), ops, count * sizeof(*ops));
	return FAKE_CALL(v, pt_batch, FAKE_GVA(BUFFER), count, 0);
}

static inline u32 op(u32 target, u32 value)
{
	struct silk_mmu_op o = { target, value };

	return batch(&o, 1);
}

/* value of operation i in BUFFER, as the hypervisor left it */
static inline u32 kept(u32 i)
{
	return ((struct silk_mmu_op *)fake_gpa(g, BUFFER))[i].value;
}

static inline void table(u32 frame)
{
	ck_assert_uint_eq(FAKE_CALL(v, pt_alloc, FRAME(frame), SILK_PT_TABLE, 0), 0);
}

static inline void directory(u32 frame)
{
	ck_assert_uint_eq(FAKE_CALL(v, pt_alloc, FRAME(frame), SILK_PT_DIRECTORY, 0), 0);
}

static inline void link_table(u32 dir, u32 i, u32 frame)
{
	DONE1(op(ENTRY(dir, i), map(FRAME(frame), W)));
}

static inline void start_tables(void)
{
	start();
	table(LEAF);
	table(SPARE);
	directory(DIR);
}

/* Take the direct map's entry away: the chunk is mapped nowhere. */
static inline void unmap_direct(u32 chunk)
{
	DONE1(op(ENTRY(BOOT, KERNEL_FIRST + chunk), 0));
}

static inline u32 state_of(u32 frame)
{
	return g->chunks.table[frame / CHUNK_FRAMES]->state[frame % CHUNK_FRAMES];
}

#endif
