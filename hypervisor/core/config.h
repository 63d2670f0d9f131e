/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config.h - from a line of text to a guest's configuration.
 *
 * A guest is described by
 *
 *	[FILE] name=N [mem=32M] [maxmem=SIZE] [weight=100] [console=N]
 *	[disk=D[pP][:ro],...] [kernel=MODULE] [initrd=MODULE] [tables=N]
 *	[low=SIZE] [restart=yes|no] [paused] [-- kernel command line]
 *
 * as the string of a Multiboot module, which is then its kernel, or behind the
 * operator's "create". MODULE is a module's number or the name of its file.
 */
#ifndef SILK_CORE_CONFIG_H
#define SILK_CORE_CONFIG_H

#include "guest.h"

#define CONFIG_NONE       (~0u)
#define CONFIG_CHUNKS     8   /* 32 MB unless said otherwise */
#define CONFIG_CHUNKS_MIN 2   /* one TABLE, one RAM */
#define CONFIG_LOW_CHUNKS 156 /* direct map unless said otherwise */
#define CONFIG_LOW_MAX    190 /* where the window begins, less one */
#define CONFIG_WEIGHT     100
#define CONFIG_WEIGHT_MAX 1000
#define CONFIG_LINE       1536 /* bytes, the longest line with its 0 */

/* False for a module that is only material for guests: "FILE initrd" and
 * "FILE kernel". */
bool config_is_guest(const char *text);

/*
 * Fill in *c. `module` is the module that the text is the string of, or
 * CONFIG_NONE. NULL, or what is wrong with it in one line. Says nothing of what
 * depends on other guests.
 */
const char *config_parse(struct guest_config *c, const char *text, u32 module);

/* A number in decimal, nothing else; false if it is not or above `most`. */
bool config_number(const char *text, u32 most, u32 *to);

/* The module of this number or with this file, CONFIG_NONE: there is none. */
u32 config_module(const char *text);

#endif
