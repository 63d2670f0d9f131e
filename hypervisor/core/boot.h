/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h - how a guest's memory comes to be, from its first chunk to its entry.
 */
#ifndef SILK_CORE_BOOT_H
#define SILK_CORE_BOOT_H

#include "guest.h"

/* End of the guest-physical memory that a kernel may be loaded to, for a guest
 * with so many chunks. */
u32 boot_limit(const struct guest_config *c, u32 chunks);
/* Could g boot with so many chunks? NULL, or why not. Wants machine_attach(). */
const char *boot_check(struct guest *g, u32 chunks);
/* g owns no chunk: begin. guest_boot_step() does the rest, or ends in OFF. */
void boot_begin(struct guest *g);
/* Chunks that the guests that boot still want. */
u32 boot_outstanding(void);

#endif
