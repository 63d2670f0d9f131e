// SPDX-License-Identifier: MIT
/*
 * string.c - bytes and strings. gcc calls the first four by itself.
 */
#include "base.h"

void *memset(void *to, int byte, size_t n)
{
	void *at = to;
	size_t words = n / 4, rest = n % 4;

	__asm__ volatile("rep stosl"
			 : "+D"(at), "+c"(words)
			 : "a"((uint8_t)byte * 0x01010101u)
			 : "memory");
	__asm__ volatile("rep stosb"
			 : "+D"(at), "+c"(rest)
			 : "a"(byte)
			 : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *at = to;
	size_t words = n / 4, rest = n % 4;

	__asm__ volatile("rep movsl"
			 : "+D"(at), "+S"(from), "+c"(words)
			 :
			 : "memory");
	__asm__ volatile("rep movsb"
			 : "+D"(at), "+S"(from), "+c"(rest)
			 :
			 : "memory");
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	if (t <= f || t >= f + n)
		return memcpy(to, from, n);
	while (n-- > 0) {
		t[n] = f[n];
		barrier(); /* or gcc makes it a call of memmove */
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n > 0; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return (size_t)(end - s);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

char *strcpy(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1);
	return to;
}
