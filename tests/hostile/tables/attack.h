/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attack.h - what the two files of this test share.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "hostile.h"

#define BOOT SILK_I386_BOOT_DIRECTORY
#define WAYS 4

struct way {
	const char *name;
	uint32_t (*write)(uint32_t entry, uint32_t value); /* 0 or the error */
};

extern const struct way ways[WAYS];
/* A linked table, an unlinked one, a directory that is not loaded, and a frame
 * that is FREE like the next one. */
extern uint32_t table, spare_table, directory, free_frame;

uint32_t and_entry(uint32_t entry, uint32_t value, uint32_t *old);
void chunk_attacks(void);

/* As it is, without a call. */
static inline uint32_t entry_at(uint32_t gpa)
{
	return *(volatile uint32_t *)gpa_to_va(gpa);
}

static inline uint32_t link_to(uint32_t gpa)
{
	return gpa_to_machine(gpa) | 7;
}

/* The base of a machine chunk that is not ours. */
static inline uint32_t foreign(void)
{
	const uint32_t *reverse = (const uint32_t *)SILK_I386_MACHINE_CHUNK;
	uint32_t i = 0;

	while (reverse[i] != SILK_I386_NO_CHUNK)
		i++;
	return i << 22;
}

#endif
