// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.pml - events, mask, upcall, return and block of one vCPU.
 * covers: EVT-3 EVT-4 EVT-6 EVT-7 EVT-8 EVT-9 EVT-10 EVT-12 TRAP-7
 *
 * The vCPU runs a guest that does what it likes in any order (writes vif and
 * mask, makes calls), but for its upcall handler, which keeps the rules of the
 * guest's clauses. Two sources of events run on other processors, for ever and
 * at any speed. Stores to the mask go through the processor's store buffer; all
 * other stores that two sides look at are locked.
 *
 * Invariants, by name:
 *   vif_0		no upcall while vif is 0 [EVT-3]
 *   nesting		upcalls don't pile up on the stack, whatever the rate
 *			of events [TRAP-7]: the frame goes before the next comes
 *   overdue		the guest runs with an upcall due only if an interrupt
 *			is on its way, or its own store made it due [EVT-3]
 *   overslept		no sleep with an unmasked pending event [EVT-4]
 *   forgotten		what an event speaks of is looked at, or its bit is
 *			pending still [EVT-4, EVT-6, EVT-8]
 */

#define ONE	1
#define BOTH	3

/* Never set: they give the assertions their names in the verifier's output. */
hidden byte vif_0, nesting, overdue, overslept, forgotten;

/* The vCPU page. */
bool vif;
byte pending, mask = BOTH;

/* The store buffer of the vCPU's processor, and what it sees through it. */
bool buffered;
byte buffer;
#define MASK		(buffered -> buffer : mask)
#define UNMASKED	(pending & ~MASK & BOTH)

/* The hypervisor's state of the vCPU. */
bool handler;			/* vector 0x81 has one */
bool runnable = true;
bool kick;			/* an interrupt for its processor is on its way */

mtype = { GUEST, HYPERVISOR, SLEEP };
mtype where = GUEST;

/* Ghosts: what the properties need and nobody acts on. */
byte work;			/* what has happened and was not looked at */
byte raising;			/* a source is at it: between event and kick */
byte clearing;			/* cleared, to be looked at next */
bool stored;			/* own store may have made an upcall due */
byte depth;			/* upcall frames on the stack */

#define DUE	(vif && handler && UNMASKED)

/* ---- the hypervisor, on the vCPU's processor ---- */

inline deliver()	/* [EVT-7] */
{
	assert(vif || vif_0);
	depth++;
	assert(depth <= 1 || nesting);
#ifndef UPCALL_KEEPS_VIF
	vif = false;
#endif
#ifdef UPCALL_CLEARS_PENDING
	pending = pending & MASK;
#endif
}

inline leave()		/* before the guest runs: look, then go */
{
	atomic {
		if
#ifdef VIF_NOT_LOOKED_AT
		:: handler && UNMASKED -> deliver()
#else
		:: DUE -> deliver()
#endif
		:: else
		fi;
		stored = false
	}
#ifdef INTERRUPT_FORGOTTEN
	kick = false;
#endif
	where = GUEST
}

inline interrupt()
{
	where = HYPERVISOR;
	kick = false;	/* acknowledged first, then the bits are looked at */
	leave()
}

inline block()		/* [EVT-10] */
{
	where = HYPERVISOR;
	vif = true;
#ifdef SLEEP_AFTER_LOOK
	if
	:: UNMASKED
	:: else -> runnable = false; where = SLEEP; runnable; where = HYPERVISOR
	fi;
#else
	runnable = false;
	if
	:: UNMASKED -> runnable = true
	:: else -> where = SLEEP; runnable; where = HYPERVISOR
	fi;
#endif
	leave()
}

/* [TRAP-7] popped: how many upcall frames the return takes off the stack. */
inline return_to(interrupts, popped)
{
	where = HYPERVISOR;
#ifdef RETURN_LOOKS_BEFORE_POP
	vif = interrupts;
	leave();
	depth = depth - popped
#else
	depth = depth - popped;
	vif = interrupts;
#ifdef RETURN_DOES_NOT_LOOK
	atomic { stored = false; where = GUEST }
#else
	leave()
#endif
#endif
}

/* ---- the guest ---- */

/* [EVT-12] After a store that may make an upcall due: look, and ask for it. */
inline look()
{
	if
#ifdef GUEST_DOES_NOT_LOOK
	:: atomic { true -> stored = false }
#else
	:: atomic { UNMASKED == 0 -> stored = false }
	:: UNMASKED -> where = HYPERVISOR; leave()	/* deliver_events */
#endif
	:: true			/* or doesn't care to: then it is late */
	fi
}

inline store_mask(value)
{
	!buffered;
	atomic { buffer = value; buffered = true; stored = true }
}

active proctype vcpu()
{
	byte bits;

	do
	:: where == GUEST && kick -> interrupt()
	:: depth == 0 ->
		if
		:: vif = false
		:: atomic { vif = true; stored = true }; look()
		:: store_mask(0); look()
		:: store_mask(ONE); look()
		:: store_mask(BOTH); look()
		:: block()
		:: return_to(true, 0)
		:: return_to(false, 0)
		:: where = HYPERVISOR; handler = !handler; leave()
		fi
	:: depth > 0 ->		/* the handler of upcalls [EVT-6] */
		bits = UNMASKED;
		!buffered;	/* locked instructions drain the buffer */
#if defined GUEST_CLEARS_WITHOUT_LOCK
		atomic { clearing = bits; bits = pending & ~bits };
		pending = bits;
		atomic { work = work & ~clearing; clearing = 0 };
#elif defined GUEST_LOOKS_BEFORE_CLEARING
		work = work & ~bits;
		pending = pending & ~bits;
#else
		atomic { clearing = bits; pending = pending & ~bits };
		atomic { work = work & ~clearing; clearing = 0 };
#endif
		bits = 0;
		return_to(true, 1)
	od
}

/* Stores to the mask become visible to other processors some time. */
active proctype store_buffer()
{
end:	do
	:: atomic { buffered -> mask = buffer; buffered = false }
	od
}

/* ---- sources of events, on other processors ---- */

proctype source(byte event)
{
	do
	:: atomic { raising = raising | event; work = work | event };
#ifdef WAKES_BEFORE_SETTING
		runnable = true;
		kick = true;
		pending = pending | event;
#else
		pending = pending | event;		/* [EVT-8] */
#ifdef FILTERS_BY_MASK
		if
		:: mask & event
		:: else -> runnable = true; kick = true
		fi;
#else
		runnable = true;
#ifndef NO_INTERRUPT
		kick = true;
#endif
#endif
#endif
		raising = raising & ~event
	od
}

init
{
	atomic { run source(1); run source(2) }
}

/* ---- what must hold in every state ---- */

active proctype watch()
{
end:	do
	:: atomic { where == GUEST && DUE && !stored && !kick && !raising ->
		assert(overdue) }
	:: atomic { where == SLEEP && !runnable && UNMASKED && !raising ->
		assert(overslept) }
	:: atomic { work & ~pending & ~clearing & ~raising & BOTH ->
		assert(forgotten) }
	od
}
