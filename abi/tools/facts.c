/* SPDX-License-Identifier: MIT */
/*
 * facts.c - prints everything that silk.h defines, one fact to a line, fields
 * separated by tabs: the source of abi.lock and of the tables in spec/.
 *
 * Invariant: each value is the compiler's own (facts.inc, made by facts.awk,
 * only says what to ask for), and the last field of each line is free text,
 * which the lock leaves out where the word "text" stands in the table below.
 *
 *	version	MAJOR	MINOR
 *	group	NR	NAME	MAJOR	MINOR
 *	feature	NAME	GROUP	BIT	text
 *	call	NR	NAME	GROUP	ARGUMENTS	ARG1	ARG2	ARG3	text
 *	error	NR	NAME	text
 *	area	NR	NAME	text
 *	refusal	ID	CALL	ERROR	ARGUMENT	AREA	CLAUSE	text
 *	event	BIT	NAME	text
 *	reason	NR	NAME	text
 *	crash	NR	NAME	text
 *	const	NAME	VALUE	text
 *	struct	NAME	SIZE
 *	member	STRUCT	NAME	OFFSET	SIZE	TYPE	text
 */
#include <stdio.h>
#include "silk.h"

/* KIND(name) of an argument as "KIND name"; NONE is empty. */
#define ARG_NONE(n)	""
#define ARG_U32(n)	"U32 " #n
#define ARG_ENUM(n)	"ENUM " #n
#define ARG_GVA(n)	"GVA " #n
#define ARG_GPA(n)	"GPA " #n
#define ARG_CHUNK(n)	"CHUNK " #n
#define ARG_CODE(n)	"CODE " #n

static void print_calls(void)
{
#define X(nr, name, group, nargs, a1, a2, a3, text) \
	printf("call\t%d\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", nr, #name, #group, \
	       nargs, ARG_##a1, ARG_##a2, ARG_##a3, text);
	SILK_HYPERCALLS(X)
#undef X
}

static void print_refusals(void)
{
#define X(id, call, error, arg, area, clause, text) \
	printf("refusal\t%s\t%s\t%s\t%d\t%s\t%d\t%s\n", #id, #call, #error, \
	       arg, #area, clause, text);
	SILK_REFUSALS(X)
#undef X
}

static void print_numbered(void)
{
#define X(nr, name, text) printf("error\t%d\t%s\t%s\n", nr, #name, text);
	SILK_ERRORS(X)
#undef X
#define X(nr, name, text) printf("area\t%d\t%s\t%s\n", nr, #name, text);
	SILK_AREAS(X)
#undef X
#define X(nr, name, text) printf("event\t%d\t%s\t%s\n", nr, #name, text);
	SILK_EVENTS(X)
#undef X
#define X(nr, name, text) printf("reason\t%d\t%s\t%s\n", nr, #name, text);
	SILK_REASONS(X)
#undef X
#define X(nr, name, text) printf("crash\t%d\t%s\t%s\n", nr, #name, text);
	SILK_CRASHES(X)
#undef X
}

static void print_groups(void)
{
	printf("version\t%d\t%d\n", SILK_ABI_MAJOR, SILK_ABI_MINOR);
#define X(nr, name, major, minor) \
	printf("group\t%d\t%s\t%d\t%d\n", nr, #name, major, minor);
	SILK_GROUPS(X)
#undef X
#define X(name, group, bit, text) \
	printf("feature\t%s\t%s\t%d\t%s\n", #name, #group, bit, text);
	SILK_FEATURES(X)
#undef X
}

/* Constants and structures: asked for by facts.inc. */
#define HEX(name, text) \
	printf("const\t%s\t0x%x\t%s\n", #name, (unsigned int)(name), text);
#define DEC(name, text) \
	printf("const\t%s\t%u\t%s\n", #name, (unsigned int)(name), text);
#define TEXT(name, text) \
	printf("const\t%s\t\"%s\"\t%s\n", #name, name, text);
#define STRUCT(name) \
	printf("struct\t%s\t%u\n", #name, (unsigned int)sizeof(struct name));
#define MEMBER(type, name, declared, text) \
	printf("member\t%s\t%s\t%u\t%u\t%s\t%s\n", #type, #name, \
	       (unsigned int)SILK_OFFSETOF(struct type, name), \
	       (unsigned int)sizeof(((struct type *)0)->name), declared, text);

static void print_constants(void)
{
#include "facts.inc"
}

int main(void)
{
	print_groups();
	print_calls();
	print_numbered();
	print_refusals();
	print_constants();
	return 0;
}
