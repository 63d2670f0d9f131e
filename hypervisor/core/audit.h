/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * audit.h - is everything that isolation stands on as it should be?
 *
 * Nothing here is used to decide anything: it recomputes each invariant from
 * the tables themselves. Debug builds and tests call it after each hypercall.
 */
#ifndef SILK_CORE_AUDIT_H
#define SILK_CORE_AUDIT_H

#include "guest.h"

/*
 * g's chunks, tables, links, loaded directories. g is attached or runs. 0, or -1
 * with the first thing that is wrong in `why` (n bytes).
 */
int audit_guest(struct guest *g, char *why, size_t n);
/* Every machine chunk is free, the hypervisor's, or one guest's. */
int audit_machine(char *why, size_t n);

#endif
