// SPDX-License-Identifier: GPL-2.0-only
/*
 * early.c - looks at memory that a device is to fill, before it has [BLK-12] [NET-11].
 *
 * A guest may look; what it may not is to rely on what it sees. It did if it waited there
 * for the contents to change, or if it never looked again when the data had come: then it
 * went on with what it had seen. What the guest's programs look at is their affair.
 * Invariant: an early look is kept until somebody looks again, or it is judged.
 */
#include "stub.h"

#define KEPT    32u
#define WAITING 16u /* looks at one word by one instruction, nothing in between */

static struct look {
	u32 clause; /* 0: none */
	u32 page;   /* machine address */
	u32 va, times;
	bool filled;
	struct act act;
} looks[KEPT];
static u32 kept;

static struct look *find(u32 machine)
{
	for (u32 i = 0; i < KEPT; i++)
		if (looks[i].clause && looks[i].page == (machine & ~(PAGE - 1)))
			return &looks[i];
	return NULL;
}

/* An old one that nobody looked at again makes room. */
static struct look *new_look(u32 machine, u32 clause)
{
	static u32 next;
	struct look *l = &looks[next++ % KEPT];

	kept += !l->clause;
	*l = (struct look){ .clause = clause, .page = machine & ~(PAGE - 1) };
	return l;
}

static void forget(struct look *l)
{
	l->clause = 0;
	kept--;
}

static void judge(struct look *l)
{
	broke_then(&l->act, l->clause, "no use of what a buffer holds until it is completed",
		   l->times >= WAITING ? "%x was looked at again and again while a request to it "
					 "was in flight"
				       : "%x was read while a request to it was in flight, and not "
					 "when the data had come",
		   l->va);
	forget(l);
}

void early_look(u32 clause, u32 machine, u32 va)
{
	struct look *l = find(machine);

	if (user_mode)
		return;
	if (!l)
		l = new_look(machine, clause);
	l->times = l->va == va && l->act.eip == act.eip ? l->times + 1 : 1;
	l->va = va;
	l->filled = false;
	act_find_callers(&act);
	l->act = act;
	if (l->times == WAITING)
		judge(l);
}

void early_again(u32 machine)
{
	struct look *l = find(machine);

	if (l && l->filled)
		forget(l);
}

bool early_kept(u32 machine, u32 bytes)
{
	for (u32 i = 0; kept && i < KEPT; i++)
		if (looks[i].clause && looks[i].page < machine + bytes && machine < looks[i].page + PAGE)
			return true;
	return false;
}

void early_filled(u32 machine, u32 bytes)
{
	for (u32 i = 0; i < KEPT; i++)
		if (looks[i].page < machine + bytes && machine < looks[i].page + PAGE)
			looks[i].filled = true;
}

/* A device gets that memory once more. */
void early_reused(u32 machine, u32 bytes)
{
	for (u32 i = 0; i < KEPT; i++)
		if (looks[i].clause && looks[i].filled && looks[i].page < machine + bytes &&
		    machine < looks[i].page + PAGE)
			judge(&looks[i]);
}

void early_end_of_run(void)
{
	for (u32 i = 0; i < KEPT; i++)
		if (looks[i].clause)
			judge(&looks[i]);
}
