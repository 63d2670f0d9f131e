/* SPDX-License-Identifier: MIT */
/*
 * base.h - what every file of a guest needs of C and of the processor: types,
 * accesses that the compiler may not fold, bytes and strings.
 */
#ifndef GUEST_BASE_H
#define GUEST_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE        4096u
#define ARRAY_SIZE(a)    (sizeof(a) / sizeof((a)[0]))
#define NORETURN         __attribute__((noreturn))
#define PRINTF(f, a)     __attribute__((format(printf, f, a)))

/* Memory that the hypervisor or an upcall may change under us. */
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define barrier()        __asm__ volatile("" :: \
					   : "memory")

void *memset(void *to, int byte, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strcpy(char *to, const char *from);

/* n / d and n % d. Written with the processor's own division, because a
 * freestanding i386 program has no libgcc to do 64-bit divisions for it. */
static inline uint64_t divide(uint64_t n, uint32_t d, uint32_t *remainder)
{
	uint32_t high = (uint32_t)(n >> 32), low, rest;

	__asm__("divl %4"
		: "=a"(low), "=d"(rest)
		: "0"((uint32_t)n), "1"(high % d), "rm"(d)
		: "cc");
	if (remainder)
		*remainder = rest;
	return (uint64_t)(high / d) << 32 | low;
}

#endif /* GUEST_BASE_H */
