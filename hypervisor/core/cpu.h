/* SPDX-License-Identifier: GPL-2.0-only */
/* cpu.h - segment descriptors, for the deferred queue and batches [PT-13]. */
#ifndef SILK_CORE_CPU_H
#define SILK_CORE_CPU_H

#include "guest.h"

/* set_descriptor without refuse(): why not, and the value that was refused. */
enum silk_refusal set_descriptor(struct vcpu *v, u32 index, u32 low, u32 high, u32 *refused);

#endif
