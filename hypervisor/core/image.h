/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.h - the kernel that a guest's owner gave it, kept over reboots.
 */
#ifndef SILK_CORE_IMAGE_H
#define SILK_CORE_IMAGE_H

#include "guest.h"
#include "loader.h"

/* A kept kernel as the loader reads it. */
struct source image_source(const struct kernel_image *image);
/* Release it; harmless if there is none. */
void image_drop(struct kernel_image *image);
/* Forget a copy that was begun and not finished. */
void image_forget(struct guest *g);

#endif
