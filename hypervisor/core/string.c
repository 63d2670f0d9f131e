// SPDX-License-Identifier: GPL-2.0-only
/*
 * string.c - string functions for the freestanding build. memcpy and memset are the
 * machine's: there the string instructions do it.
 *
 * Invariant: nothing but the ranges named is touched; the empty asm keeps the compiler from turning
 * a loop into a call of the very function that it is in.
 */
#include "libc.h"
#include "types.h"

#define KEEP_LOOP() __asm__ volatile("" \
				     : \
				     : \
				     : "memory")

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
