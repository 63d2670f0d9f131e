/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libc.h - the few functions of a C library that the core uses, and that a
 * compiler may call by itself. On the machine core/string.c has them, in a
 * native test the C library; memcpy and memset are in i386/memory.c.
 */
#ifndef SILK_CORE_LIBC_H
#define SILK_CORE_LIBC_H

#if __STDC_HOSTED__
#include <string.h>
#else
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t most);
char *strchr(const char *text, int c);
#endif

#endif
