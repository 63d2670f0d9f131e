/* SPDX-License-Identifier: GPL-2.0-only */
/* traps.h - which vectors a guest may handle [TRAP-3]. */
#ifndef SILK_CORE_TRAPS_H
#define SILK_CORE_TRAPS_H

#include "types.h"

/* Vectors 0 to 31 that are bounced, as a bit map: not 2 (NMI), 8 (double
 * fault: the guest crashes), 9, 15, 18 (machine check), 20 and above. */
#define TRAP_EXCEPTIONS 0x000b7cfbu

bool trap_vector_allowed(u32 vector);

#endif
