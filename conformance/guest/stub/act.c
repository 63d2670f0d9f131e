// SPDX-License-Identifier: GPL-2.0-only
/*
 * act.c - where in its code the guest is, and what it does there: for whoever has to
 * find the place of what he did wrong.
 *
 * Invariant: act.eip is the instruction whose act is being judged, not the one behind
 * it, from the trap that it led to until the next one.
 */
#include "stub.h"

#define INT_BYTES 2u   /* of int $n */
#define LOOKED_AT 256u /* words of the stack */

struct act act;
static u32 esp; /* of that instruction */

/* An argument's text is "KIND(name)", as the header has it. */
static const struct call {
	const char *name, *arguments[3];
	u32 count;
} calls[] = {
#define X(nr, name, group, nargs, a, b, c, text) [nr] = { #name, { #a, #b, #c }, nargs },
	SILK_HYPERCALLS(X)
#undef X
};

const char *call_name(u32 number)
{
	return number < COUNT(calls) ? calls[number].name : "an unknown call";
}

void act_new_run(void)
{
	memset(&act, 0, sizeof(act));
}

void act_trap(void)
{
	bool call = cpu->vector == SILK_I386_VECTOR_CALL ||
		    cpu->vector == SILK_I386_VECTOR_RETURN;

	act.eip = cpu->eip - (call ? INT_BYTES : 0);
	act.user = user_mode;
	act.at = act.at == BOOTED ? BOOTED : BEHIND_CALL;
	act.callers = 0;
	esp = cpu->esp;
}

void act_call(void)
{
	act.at = IN_CALL;
	act.number = cpu->eax;
	act.values[0] = cpu->ebx;
	act.values[1] = cpu->ecx;
	act.values[2] = cpu->edx;
}

/* The call instruction that ends there, or 0. Intel SDM volume 2: E8 and four bytes, or FF,
 * a byte with 2 in its middle, and 0, 1 or 4 bytes more. */
static u32 call_before(u32 va)
{
	static const u8 more[] = { 0, 1, 4 };
	u8 b[6];

	if (va < SILK_I386_KERNEL_BASE || va >= SILK_I386_WINDOW ||
	    !copy_in(b, va - sizeof(b), sizeof(b)))
		return 0;
	if (b[1] == 0xe8)
		return va - 5;
	for (u32 i = 0; i < COUNT(more); i++)
		if (b[4 - more[i]] == 0xff && (b[5 - more[i]] & 0x38) == 0x10)
			return va - 2 - more[i];
	return 0;
}

/* Words of the guest-kernel stack that look like return addresses: it need not have
 * frame pointers. */
void act_find_callers(struct act *a)
{
	a->callers = 0;
	for (u32 i = 0; !a->user && a->eip && i < LOOKED_AT && a->callers < COUNT(a->caller); i++) {
		u32 word;

		if (!copy_in(&word, esp + i * 4, 4))
			return;
		word = call_before(word);
		if (word)
			a->caller[a->callers++] = word;
	}
}

static void put(char **to, char *end, const char *text, ...)
	__attribute__((format(printf, 3, 4)));
static void put(char **to, char *end, const char *text, ...)
{
	va_list args;

	if (end - *to < 20)
		return;
	va_start(args, text);
	format(*to, (u32)(end - *to), text, args);
	va_end(args);
	*to += strlen(*to);
}

static void put_argument(char **to, char *end, const char *argument, u32 value)
{
	const char *name = argument;
	bool plain = argument[0] == 'U' || argument[0] == 'E' || argument[1] == 'H';

	while (*name++ != '(')
		continue;
	for (; *name != ')'; name++)
		put(to, end, "%c", *name);
	put(to, end, plain ? " %u" : " %x", value);
}

static void put_call(char **to, char *end, const struct act *a)
{
	u32 count = a->number < COUNT(calls) ? calls[a->number].count : 0;

	if (a->number >= COUNT(calls)) {
		put(to, end, "call %u", a->number);
		return;
	}
	put(to, end, "%s(", calls[a->number].name);
	for (u32 i = 0; i < count; i++) {
		put(to, end, "%s", i ? ", " : "");
		put_argument(to, end, calls[a->number].arguments[i], a->values[i]);
	}
	put(to, end, ")");
}

void act_words(const struct act *a, char *to, u32 size)
{
	char *end = to + size;

	*to = '\0';
	if (!a->eip) {
		put(&to, end, "before its first instruction");
		return;
	}
	put(&to, end, "eip %x in guest-%s mode, ", a->eip, a->user ? "user" : "kernel");
	if (a->at == BOOTED) {
		put(&to, end, "before its first call");
		return;
	}
	put(&to, end, a->at == IN_CALL ? "in " : "behind ");
	put_call(&to, end, a);
}
