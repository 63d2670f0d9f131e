// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue.pml - the deferred queue of one vCPU.
 * covers: PT-14 PT-24 PT-25 TRAP-7
 *
 * A guest kernel appends operations and makes calls, and so does its upcall
 * handler, which comes whenever vif lets it. Interrupts of the machine come at
 * any moment, vif or not. Another vCPU of the guest may write nonsense to the
 * count once; from then on the guest has no claim to order, and the hypervisor
 * only has to keep within the queue. Every operation and every call that the
 * guest makes has the next number, modulo 4; a queue of 2 is full before that.
 *
 * Invariants, by name:
 *   order		operations are carried out, or refused, once each, in the
 *			order in which they were appended, before the call or the
 *			return that comes after them [PT-14]
 *   beyond		no operation is taken from behind the queue [PT-14]
 *   first_error	queue_error is that of the first refused operation since
 *			it was 0 [PT-24]
 *   left_over	the count is 0 when the call itself begins [PT-14]
 */

#define MOST	2
#define NUMBERS	4

/* Never set: they give the assertions their names in the verifier's output. */
hidden byte order, beyond, first_error, left_over;

/* The queue's page and the vCPU page; there is a page behind the queue. */
typedef op {
	byte number;
	byte error		/* with which it will be refused, or 0 */
}
op queue[MOST + 1];
byte count;
byte queue_error;
bool vif = true;

bool upcall;			/* the handler runs, the rest waits */
bool hypervisor;		/* it runs: no upcall now */

/* Ghosts. */
byte next_made, next_done;
byte expected_error;
bool nonsense;			/* the guest's fault: order is void */

/* ---- the hypervisor ---- */

byte taken, index;

inline done(which)
{
	assert(which == next_done || nonsense || order);
	next_done = (next_done + 1) % NUMBERS
}

inline refuse(why)	/* [PT-24] */
{
	if
	:: why && !expected_error -> expected_error = why
	:: else
	fi;
	if
#ifdef LAST_ERROR
	:: why -> queue_error = why
#else
	:: why && !queue_error -> queue_error = why
#endif
	:: else
	fi
}

inline drain()		/* [PT-14] */
{
	taken = count;		/* read once: another vCPU may write it */
	if
#ifndef NO_LIMIT
	:: taken > MOST -> taken = MOST
#endif
	:: else
	fi;
#ifdef READS_COUNT_TWICE
	taken = count;
#endif
	index = 0;
	do
	:: atomic { index < taken ->
		assert(index < MOST || beyond);
		done(queue[index].number);
		refuse(queue[index].error);
#ifdef STOPS_AT_REFUSAL
		if
		:: queue[index].error -> taken = 0
		:: else
		fi;
#endif
		index++ }
	:: index >= taken -> break
	od;
	atomic { count = 0; index = 0; taken = 0 }
}

/* A call with an effect of its own, or a return: number what comes next. */
inline call(what)
{
	atomic { hypervisor = true; what = next_made;
		next_made = (next_made + 1) % NUMBERS };
#ifdef CALL_BEFORE_QUEUE
	done(what);
	drain();
#else
	drain();
	atomic {
		assert(count == 0 || nonsense || left_over);
		done(what)
	};
#endif
	atomic { what = 0; hypervisor = false }
}

/* ---- the guest ---- */

/* [PT-25] The caller has seen to it that nobody comes in between. */
inline append(slot, why)
{
	slot = count;
	if
	:: slot < MOST ->
		if
		:: why = 0
		:: why = 1
		:: why = 2
		fi;
		atomic {
			queue[slot].number = next_made;
			queue[slot].error = why;
			next_made = (next_made + 1) % NUMBERS
		};
		count = slot + 1
	:: else
	fi;
	atomic { slot = 0; why = 0 }
}

inline take_error()
{
	atomic {
		assert(queue_error == expected_error || nonsense || first_error);
		queue_error = 0;
		expected_error = 0
	}
}

active proctype kernel() provided (!upcall)
{
	byte a, b;

	do
	:: 
#ifndef UPCALLS_WHILE_APPENDING
		vif = false;
#endif
		append(a, b);
		vif = true
	:: call(a); take_error()
	od
}

active proctype handler() provided (upcall)
{
	byte c, d;

	do
	:: append(c, d)
	:: call(c)
	:: hypervisor = true;		/* the return from the upcall */
#ifndef RETURN_DOES_NOT_DRAIN
		drain();
#endif
		atomic {
			assert(count == 0 || nonsense || left_over);
			vif = true; upcall = false; hypervisor = false
		}
	od
}

/* Interrupts of the machine, and what comes of them. */
active proctype machine()
{
end:	do
	:: atomic { !hypervisor && vif -> vif = false; upcall = true }
#ifdef DRAINS_ON_INTERRUPT
	:: atomic { !hypervisor -> drain() }
#endif
	od
}

/* Another vCPU, which has no business here. */
active proctype other_vcpu()
{
	atomic { nonsense = true; count = MOST + 1 }
}
