/* SPDX-License-Identifier: MIT */
/*
 * hypercall.h - one inline function for each hypercall, made from the table in
 * silk.h: hv_NAME(arguments in the table's order). A result from -16 to -1 is
 * an error, -SILK_E...; anything else is the call's own.
 *
 * [CALL-2]: number in eax, arguments in ebx, ecx, edx; result in eax; the
 * registers that carried arguments are undefined afterwards, all others are
 * kept.
 */
#ifndef GUEST_HYPERCALL_H
#define GUEST_HYPERCALL_H

#include "base.h"
#include "silk.h"

static inline int32_t hv_call0(uint32_t call)
{
	int32_t result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(call)
			 : "cc", "memory");
	return result;
}

static inline int32_t hv_call1(uint32_t call, uint32_t a)
{
	int32_t result;

	__asm__ volatile("int $0x80"
			 : "=a"(result), "+b"(a)
			 : "0"(call)
			 : "cc", "memory");
	return result;
}

static inline int32_t hv_call2(uint32_t call, uint32_t a, uint32_t b)
{
	int32_t result;

	__asm__ volatile("int $0x80"
			 : "=a"(result), "+b"(a), "+c"(b)
			 : "0"(call)
			 : "cc", "memory");
	return result;
}

static inline int32_t hv_call3(uint32_t call, uint32_t a, uint32_t b, uint32_t c)
{
	int32_t result;

	__asm__ volatile("int $0x80"
			 : "=a"(result), "+b"(a), "+c"(b), "+d"(c)
			 : "0"(call)
			 : "cc", "memory");
	return result;
}

/*
 * An argument of the table is KIND(name): HV_ARG_KIND makes a parameter of it,
 * HV_VAL_KIND the value for the register.
 */
#define HV_ARG_U32(n)   uint32_t n
#define HV_ARG_ENUM(n)  uint32_t n
#define HV_ARG_GVA(n)   const volatile void *n
#define HV_ARG_GPA(n)   uint32_t n
#define HV_ARG_CHUNK(n) uint32_t n
#define HV_ARG_CODE(n)  uint32_t n
#define HV_VAL_U32(n)   n
#define HV_VAL_ENUM(n)  n
#define HV_VAL_GVA(n)   (uint32_t) n
#define HV_VAL_GPA(n)   n
#define HV_VAL_CHUNK(n) n
#define HV_VAL_CODE(n)  n

#define HV_DEFINE_0(nr, name, a, b, c) \
	static inline int32_t hv_##name(void) \
	{ \
		return hv_call0(nr); \
	}
#define HV_DEFINE_1(nr, name, a, b, c) \
	static inline int32_t hv_##name(HV_ARG_##a) \
	{ \
		return hv_call1(nr, HV_VAL_##a); \
	}
#define HV_DEFINE_2(nr, name, a, b, c) \
	static inline int32_t hv_##name(HV_ARG_##a, HV_ARG_##b) \
	{ \
		return hv_call2(nr, HV_VAL_##a, HV_VAL_##b); \
	}
#define HV_DEFINE_3(nr, name, a, b, c) \
	static inline int32_t hv_##name(HV_ARG_##a, HV_ARG_##b, HV_ARG_##c) \
	{ \
		return hv_call3(nr, HV_VAL_##a, HV_VAL_##b, HV_VAL_##c); \
	}

#define X(nr, name, group, nargs, a, b, c, text) \
	HV_DEFINE_##nargs(nr, name, a, b, c)
SILK_HYPERCALLS(X)
#undef X

/* The info page: read-only, and always there. */
static inline const struct silk_info *info(void)
{
	return (const struct silk_info *)SILK_I386_INFO;
}

static inline bool feature(enum silk_group group, uint32_t bit)
{
	return info()->features[group] & bit;
}

#endif /* GUEST_HYPERCALL_H */
