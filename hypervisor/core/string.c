// SPDX-License-Identifier: GPL-2.0-only
/*
 * string.c - memory and string functions for the freestanding build.
 *
 * Invariant: nothing but the ranges named is touched. Copying and filling go by
 * words where both ends allow it; the empty asm keeps the compiler from turning
 * a loop into a call of the very function that it is in.
 */
#include "libc.h"
#include "types.h"

#define KEEP_LOOP()	__asm__ volatile("" : : : "memory")

/* A word that may alias anything. */
typedef u32 __attribute__((may_alias)) word;

static bool words(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & 3) == 0;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
	u8 *t = to;
	const u8 *f = from;

	if (words(t, f)) {
		for (; bytes >= 4; bytes -= 4, t += 4, f += 4) {
			*(word *)t = *(const word *)f;
			KEEP_LOOP();
		}
	}
	while (bytes--) {
		*t++ = *f++;
		KEEP_LOOP();
	}
	return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
	u8 *t = to;
	const u8 *f = from;

	if (t <= f || t >= f + bytes)
		return memcpy(to, from, bytes);
	while (bytes--) {
		t[bytes] = f[bytes];
		KEEP_LOOP();
	}
	return to;
}

void *memset(void *to, int value, size_t bytes)
{
	u8 *t = to;
	u32 fill = (u8)value * 0x01010101u;

	if (words(t, t)) {
		for (; bytes >= 4; bytes -= 4, t += 4) {
			*(word *)t = fill;
			KEEP_LOOP();
		}
	}
	while (bytes--) {
		*t++ = (u8)value;
		KEEP_LOOP();
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
	const u8 *x = a, *y = b;

	for (; bytes; bytes--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

size_t strlen(const char *text)
{
	size_t n = 0;

	while (text[n]) {
		n++;
		KEEP_LOOP();
	}
	return n;
}

int strncmp(const char *a, const char *b, size_t most)
{
	for (; most; most--, a++, b++) {
		if (*a != *b)
			return (u8)*a - (u8)*b;
		if (!*a)
			break;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

char *strchr(const char *text, int c)
{
	for (; *text; text++) {
		if (*text == (char)c)
			return (char *)(uintptr_t)text;
	}
	return (char)c ? NULL : (char *)(uintptr_t)text;
}
