// SPDX-License-Identifier: GPL-2.0-only
/*
 * bounce.pml - traps handed to the guest kernel, and the return from them, with
 * faults while frames are stored and read.
 * covers: TRAP-1 TRAP-2 TRAP-5 TRAP-6 TRAP-7 TRAP-8 TRAP-9 TRAP-11 TRAP-12
 * covers: MEM-2 PT-10
 *
 * The hypervisor has a fast path, which stores or reads a frame word by word
 * and gives up when one faults, and a slow path, which then does all of it from
 * the start. Another vCPU of the guest changes the rights to the two pages that
 * a frame lies on, and the words of the return frame, at any moment.
 *
 * Invariants, by name:
 *   wrong_view	the guest runs in the view of its mode [TRAP-1, MEM-2]
 *   twice		a trap is delivered once, and before there is another [TRAP-11]
 *   torn		at a handler's entry the frame is stored wholly, on the right
 *			stack, and shows what was interrupted [TRAP-2, TRAP-5]
 *   wrong_address	fault_address is that of the guest's access [TRAP-9]
 *   wrong_vif		vif at a handler's entry [TRAP-12], also when it is the
 *			return that is refused [TRAP-8]
 *   wrong_selector	guest-user mode runs with the user's selector [TRAP-7]
 *   no_reason		a crash for a frame is owed to a word of it [TRAP-11]
 */

/* Never set: they give the assertions their names in the verifier's output. */
hidden byte wrong_view, twice, torn, wrong_address, wrong_vif, wrong_selector;
hidden byte no_reason;

/* Mode, view, selectors; vectors; where a frame is. */
mtype = { USER, KERNEL, OTHER, BAD };
mtype = { SYSCALL, FAULT, PROTECTION };
#define KERNEL_SP	0	/* at kernel_sp */
#define CURRENT_SP	1	/* at the ESP of what was interrupted */

/* The processor. */
mtype mode = KERNEL;		/* the guest's mode flag */
mtype view = KERNEL;		/* what CR3 shows; OTHER: another guest's */
mtype cs = KERNEL;		/* the selector that the guest runs with */
byte cr2;			/* 1, 2: guest accesses; 3: the frame's address */
bool running = true;		/* the guest, not the hypervisor */
bool crashed;

/* The vCPU page, and the pages of the guest-kernel stack. */
bool vif;
byte fault_address;
bool writable[2], readable[2];

/* The two possible frames: EIP, CS, EFLAGS.IF and, from guest-user, ESP. */
typedef frame {
	byte eip;
	mtype cs;
	bool interrupts;
	bool esp
}
frame stored[2];

/* The frame that a return takes: another vCPU may write it. */
mtype return_cs = USER;
bool return_if = true;

/* Ghosts: the trap as it happened. */
byte number;			/* of this trap: what EIP shows; never 0 */
bool open;			/* not delivered yet */
mtype was_mode;
bool was_vif;
byte was_address;
mtype vector;
bool masks;			/* its handler's SILK_TRAP_MASK */
bool handling;			/* at a handler's first instruction */

inline crash_bad_frame()
{
	crashed = true;
	open = false
}

/* The processor stops the guest for a trap. */
inline trap(what, address)
{
	atomic {
		assert(!open || twice);
		running = false;
		number = 3 - number;
		open = true;
		was_mode = mode;
		was_vif = vif;
		was_address = address;
		vector = what;
		if
		:: what == FAULT -> cr2 = address
		:: else
		fi;
		if
		:: masks = true
		:: masks = false
		fi
	}
}

inline enter_handler()
{
	atomic {
		vif = vif && !masks;
		mode = KERNEL;
		cs = KERNEL;
		handling = true;
		running = true
	}
}

/* One word of the frame; its page is looked at when it is stored. */
#ifdef SKIPS_FAULTING_WORD
#define STORE(page, word, failed)	\
	if				\
	:: atomic { writable[page] -> word }	\
	:: atomic { !writable[page] -> cr2 = 3 }	\
	fi
#else
#define STORE(page, word, failed)	\
	if				\
	:: atomic { writable[page] -> word }	\
	:: atomic { !writable[page] -> cr2 = 3; goto failed }	\
	fi
#endif

active proctype vcpu()
{
	byte at;
	mtype seen_cs;
	bool seen_if;

	number = 1;
guest:
	/* Which trap comes next, or where the guest goes. */
	handling = false;
	if
	:: mode == USER ->
		if
		:: trap(SYSCALL, 0); goto fast
		:: trap(FAULT, 1); goto fast
		:: trap(FAULT, 2); goto fast
		fi
	:: mode == KERNEL ->
		if
		:: vif = !vif; goto guest
		:: trap(FAULT, 1); goto slow
		:: goto go_back
		fi
	:: true ->		/* an interrupt: another guest runs meanwhile */
		running = false;
		view = OTHER;
#ifdef RESUMES_IN_KERNEL_VIEW
		view = KERNEL;
#else
		view = mode;
#endif
		running = true;
		goto guest
	fi;

fast:	/* from guest-user mode: a frame at kernel_sp, without another look */
#ifdef MODE_BEFORE_FRAME
	mode = KERNEL;
#endif
	if
	:: vector == FAULT -> fault_address = cr2
	:: else
	fi;
#ifndef STAYS_IN_USER_VIEW
	view = KERNEL;
#endif
#ifdef VIF_BEFORE_FRAME
	vif = vif && !masks;
#endif
	STORE(1, stored[KERNEL_SP].esp = true, fast_failed);
	STORE(1, stored[KERNEL_SP].interrupts = vif, fast_failed);
	STORE(0, stored[KERNEL_SP].cs = USER, fast_failed);
	STORE(0, stored[KERNEL_SP].eip = number, fast_failed);
	enter_handler();
	goto entered;
fast_failed:
#ifndef FORGETS_ADDRESS
	if
	:: vector == FAULT -> cr2 = fault_address
	:: else
	fi;
#endif
	skip;

slow:	/* any trap, from the start [TRAP-2] [TRAP-5] */
	if
	:: vector == FAULT -> fault_address = cr2
	:: else
	fi;
	at = (mode == USER -> KERNEL_SP : CURRENT_SP);
#ifndef STAYS_IN_USER_VIEW
	view = KERNEL;
#endif
	if
	:: mode == USER ->
		STORE(1, stored[at].esp = true, slow_failed)
	:: else -> stored[at].esp = false
	fi;
	STORE(1, stored[at].interrupts = vif, slow_failed);
	STORE(0, stored[at].cs = mode, slow_failed);
	STORE(0, stored[at].eip = number, slow_failed);
	enter_handler();
	goto entered;
slow_failed:	/* [TRAP-11] */
#ifdef BOUNCES_ITS_OWN_FAULT
	trap(FAULT, 3);
	goto slow;
#endif
	assert(cr2 == 3 || no_reason);
	crash_bad_frame();
	goto dead;

entered:
	/* The handler's first instruction. Its frame is gone from here on. */
	atomic {
		assert(open || twice);
		open = false;
		at = (was_mode == USER -> KERNEL_SP : CURRENT_SP);
		assert(vif == (was_vif && !masks) || wrong_vif);
		assert((stored[at].eip == number && stored[at].cs == was_mode &&
			stored[at].interrupts == was_vif &&
			stored[at].esp == (was_mode == USER)) || torn);
		assert(vector != FAULT || fault_address == was_address ||
			wrong_address);
		stored[at].eip = 0;
		stored[at].cs = 0;
		stored[at].interrupts = 0;
		stored[at].esp = 0;
		at = 0;
		vector = 0;
		goto guest
	};

go_back:	/* int $0x82 [TRAP-7] */
	running = false;
	atomic { was_vif = vif; seen_cs = 0; seen_if = false };
	/* The fast path: a user frame, each word read once. */
	if
	:: atomic { readable[0] -> seen_cs = return_cs };
	:: !readable[0] -> goto return_slow
	fi;
	if
	:: seen_cs == USER
	:: else -> goto return_slow
	fi;
	if
	:: atomic { readable[1] -> seen_if = return_if };
	:: !readable[1] -> goto return_slow
	fi;
#ifdef VIF_BEFORE_LAST_READ
	vif = seen_if;
#endif
	if
	:: readable[0]		/* EIP */
	:: !readable[0] -> goto return_slow
	fi;
	atomic {
		vif = seen_if;
		mode = USER;
#ifdef READS_SELECTOR_TWICE
		cs = return_cs;
#else
		cs = seen_cs;
#endif
#ifndef KEEPS_KERNEL_VIEW
		view = USER;
#endif
		running = true
	};
	goto returned;
return_slow:
	if
	:: atomic { readable[0] && readable[1] ->
		seen_cs = return_cs; seen_if = return_if }
	:: !readable[0] || !readable[1] ->
		crash_bad_frame();
		goto dead
	fi;
	if
	:: seen_cs == USER -> atomic {
		vif = seen_if; mode = USER; cs = USER; view = USER;
		running = true }
	:: seen_cs == KERNEL -> atomic {
		vif = seen_if; running = true }
	:: seen_cs == BAD ->	/* [TRAP-8] */
		atomic {
			number = 3 - number;
			open = true;
			was_mode = KERNEL;
			vector = PROTECTION;
			masks = false
		};
		goto slow
	fi;
returned:
	atomic { seen_cs = 0; seen_if = false; was_vif = false; goto guest };
dead:
	false
}

/* Another vCPU of the same guest. */
active proctype other_vcpu()
{
end:	do
	:: writable[0] = !writable[0]
	:: writable[1] = !writable[1]
	:: readable[0] = !readable[0]
	:: readable[1] = !readable[1]
	:: return_cs = USER
	:: return_cs = KERNEL
	:: return_cs = BAD
	:: return_if = !return_if
	od
}

active proctype watch()
{
end:	do
	:: atomic { running && view != mode -> assert(wrong_view) }
	:: atomic { running && cs != mode -> assert(wrong_selector) }
	od
}
