/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * traps.h - enters the kernel's handlers in the trap table.
 */
#ifndef MINI_TRAPS_H
#define MINI_TRAPS_H

void traps_init(void);

#endif /* MINI_TRAPS_H */
