/* SPDX-License-Identifier: GPL-2.0-only */
/* witness.h - what the parts of the witness say to each other. */
#ifndef WITNESS_H
#define WITNESS_H

#include "base.h"

/* Something is not what it was. */
void error(const char *what, uint32_t expected, uint32_t seen);

/* Write a pattern to the first disk, if there is one; check a part of it. */
void disk_begin(void);
void disk_check(void);

/* Calls get the answers that they always get. */
void answers_check(void);

#endif
