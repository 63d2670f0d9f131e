/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * version.h - which kernel this is. guest.mk builds two that differ in this
 * alone, so that an upgrade can be seen.
 */
#ifndef MINI_VERSION_H
#define MINI_VERSION_H

#ifndef MINI_VERSION
#define MINI_VERSION "mini 1.0"
#endif

#endif /* MINI_VERSION_H */
