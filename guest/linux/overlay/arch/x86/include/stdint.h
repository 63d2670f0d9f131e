/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stdint.h - what the ABI's header (asm/silk_abi.h, a copy of abi/silk.h)
 * includes: the kernel's own fixed-width types.
 */
#ifndef SILK_STDINT_H
#define SILK_STDINT_H

#include <linux/types.h>

#endif
