/* SPDX-License-Identifier: MIT */
/*
 * mmu.h - memory as the ABI deals it: chunks, page tables, and the queue of
 * writes to them.
 *
 * A gpa is a guest-physical address: chunk << 22 | offset. Page tables hold
 * machine addresses, and the window's two tables translate [MEM-7]. Tables
 * live in TABLE chunks, which we can read and only the hypervisor writes: a
 * guest asks for a frame (table_alloc), for writes (mmu_write), and gives the
 * frame back (table_free).
 */
#ifndef GUEST_MMU_H
#define GUEST_MMU_H

#include "irq.h"

#define CHUNK_SIZE     SILK_I386_CHUNK_SIZE
#define DIRECT_CHUNKS  156u /* chunk numbers that fit the direct map */
#define LEAF_INDEX(va) ((uint32_t)(va) >> 12 & 1023)
#define DIR_INDEX(va)  ((uint32_t)(va) >> 22)

static inline void *gpa_to_va(uint32_t gpa)
{
	return (void *)(gpa + SILK_I386_KERNEL_BASE);
}

static inline uint32_t va_to_gpa(const void *va)
{
	return (uint32_t)va - SILK_I386_KERNEL_BASE;
}

static inline uint32_t gpa_to_machine(uint32_t gpa)
{
	const uint32_t *table = (const uint32_t *)SILK_I386_CHUNK_MACHINE;

	return table[gpa >> SILK_I386_CHUNK_SHIFT] | (gpa & (CHUNK_SIZE - 1));
}

static inline uint32_t machine_to_gpa(uint32_t machine)
{
	const uint32_t *table = (const uint32_t *)SILK_I386_MACHINE_CHUNK;

	return table[machine >> SILK_I386_CHUNK_SHIFT] |
	       (machine & (CHUNK_SIZE - 1));
}

static inline unsigned int chunk_kind(uint32_t chunk)
{
	return ((const volatile uint8_t *)SILK_I386_CHUNK_KIND)[chunk];
}

/* The gpa of the frame that a present entry names. */
static inline uint32_t entry_gpa(uint32_t entry)
{
	return machine_to_gpa(entry & SILK_I386_FRAME);
}

/*
 * Writes to page tables. They may wait in the deferred queue until the next
 * hypercall or return [PT-14]; mmu_commit() carries them out now. Read tables
 * by mmu_read(), which sees all writes. A refused write is a bug of ours, and
 * panics.
 */
void mmu_write(uint32_t entry_gpa, uint32_t value);
void mmu_flush_page(const void *va);
void mmu_flush_all(void);
void mmu_commit(void);

/* count consecutive entries at once, from an array. */
void mmu_write_run(uint32_t entry_gpa, const uint32_t *values, uint32_t count);

static inline uint32_t mmu_read(uint32_t entry_gpa)
{
	if (READ_ONCE(vcpu()->queue_count))
		mmu_commit();
	return *(const volatile uint32_t *)gpa_to_va(entry_gpa);
}

/*
 * The pool of table frames [PT-2]. table_alloc returns a zeroed page table or
 * page directory that is linked nowhere, or 0. An empty pool takes a
 * chunk from the hypervisor, or calls more(), which may convert one; true from
 * it means: try again.
 */
void tables_init(bool (*more)(void));
uint32_t table_alloc(unsigned int level); /* SILK_PT_TABLE or _DIRECTORY */
void table_free(uint32_t gpa, unsigned int level);
uint32_t tables_free_frames(void);
uint32_t tables_total_frames(void);

/* Makes a TABLE chunk of a RAM chunk in which nothing lies any more and which
 * only the direct map maps. False: refused, and all is as before. */
bool tables_convert(uint32_t chunk);

/*
 * The gpa of va's entry in its page table, or 0 if there is no table or it is
 * a 4 MB page. mmu_make_entry makes the table that lacks; 0: no frame.
 */
uint32_t mmu_entry(uint32_t directory, const void *va);
uint32_t mmu_make_entry(uint32_t directory, const void *va);

#endif /* GUEST_MMU_H */
