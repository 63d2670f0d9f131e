// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables.pml - table frames, chunks, and what processors remember of them.
 * covers: PT-2 PT-3 PT-4 PT-7 PT-9 PT-11 PT-20 PT-26
 * covers: MEM-4 MEM-5 MEM-9 MEM-10 MEM-11 MEM-12
 *
 * Chunk 0 of a guest is a TABLE chunk with two frames: 0 is the directory that
 * is loaded, 1 is any table. Chunk 1 changes kind and owner, and has one frame,
 * 2. A frame holds one entry: a word that means what the frame's level says.
 * Calls exclude each other. Between any two steps of theirs a processor may walk
 * the tables and remember translations (tlb_*) and ways to them (way), and it
 * forgets only when somebody makes it; a device writes to memory some time after
 * it was asked to; another guest takes the chunk if it is to be had.
 *
 * Invariants, by name:
 *   writable_table	nothing remembered or reachable lets the guest write to a
 *			TABLE chunk [PT-7]
 *   not_a_table	no processor takes for a page table what is a directory,
 *			or memory that the guest or another writes [PT-9]
 *   unchecked		no entry is used that was not checked [PT-11]
 *   links		a page table is LINKED just if one directory entry names
 *			it, never two [PT-2, PT-4]
 *   foreign		nothing remembered leads to a chunk that went elsewhere
 *			[MEM-11, MEM-5]
 *   io		a device writes to RAM of the guest that asked [MEM-10]
 *   secret		who gets a chunk finds nothing in it [MEM-5]
 */

/* Never set: they give the assertions their names in the verifier's output. */
hidden byte writable_table, not_a_table, unchecked, links, foreign, io, secret;

/* Words in frames. Maps are of chunk 1; as a page-table entry, a link is a
 * writable mapping of a frame of a TABLE chunk. */
#define NONE		0
#define MAP		1
#define MAP_WRITABLE	2
#define LINK(f)		(2 + (f))
#define LINK_1		3
#define LINK_2		4
#define ANYTHING	5	/* left there by other means than a checked call */

#define FRAMES		3

mtype = { FREE, UNLINKED, LINKED, DIRECTORY };
mtype state[FRAMES] = FREE;
byte entry[FRAMES];
byte level[FRAMES];		/* last level since it was no table frame */
#define TABLE_LEVEL	1
#define DIRECTORY_LEVEL	2

/* Chunk 1. TO_TABLE and TO_GIVE are both CHANGING [MEM-9]. */
mtype = { RAM, TABLE, TO_TABLE, TO_GIVE, ABSENT };
mtype kind = RAM;
mtype = { HYPERVISOR, GUEST, OTHER };
mtype owner = GUEST;
mtype written = GUEST;		/* by whom last; HYPERVISOR: zeroed */
byte position;			/* of the search: next frame */
bool writes;			/* a device will write to it */

/* What processors remember: translations to chunk 1, frames as page tables. */
bool tlb_read, tlb_write, tlb_other;
bool way[FRAMES];

inline flush()			/* on every processor */
{
	atomic {
		tlb_read = false;
		tlb_write = false;
		way[1] = false;
		way[2] = false
	}
}

/* ---- checks of entries [PT-7] [MEM-9] ---- */

#ifdef CHANGING_COUNTS_AS_RAM
#define MAPPABLE(value)						\
	((value == MAP && kind != ABSENT) ||			\
	 (value == MAP_WRITABLE && (kind == RAM || kind == TO_TABLE)))
#else
#define MAPPABLE(value)						\
	((value == MAP && kind != ABSENT && kind != TO_GIVE) ||	\
	 (value == MAP_WRITABLE && kind == RAM))
#endif

#ifdef LINKS_TWICE
#define FIT	(state[value - 2] == UNLINKED || state[value - 2] == LINKED)
#else
#define FIT	(state[value - 2] == UNLINKED || entry[f] == value)
#endif
#define IS_LINK(value)	(value == LINK_1 || value == LINK_2)

/* One checked write; a value that is refused changes nothing. */
inline write(f, value)
{
	atomic {
		if
		:: state[f] == FREE
		:: state[f] != FREE && (value == NONE || MAPPABLE(value)) ->
			unlink(f);
			entry[f] = value
		:: state[f] == DIRECTORY && IS_LINK(value) ->
			if
			:: FIT ->
				unlink(f);
				entry[f] = value;
				state[value - 2] = LINKED
			:: else
			fi
		:: else
		fi
	}
}

inline unlink(f)		/* [PT-20] */
{
	if
	:: state[f] == DIRECTORY && IS_LINK(entry[f]) ->
		state[entry[f] - 2] = UNLINKED
	:: else
	fi
}

/* ---- table frames [PT-3] ---- */

#define IN_TABLE_CHUNK(f)	(f == 1 || kind == TABLE)

inline allocate(f, wanted)
{
	atomic {
		true ->
		if
		:: IN_TABLE_CHUNK(f) && state[f] == FREE ->
#ifndef NO_FLUSH_AT_LEVEL
			if
			:: level[f] && level[f] != wanted -> flush()
			:: else
			fi;
#endif
			level[f] = wanted;
#ifndef ALLOC_WITHOUT_ZEROING
			entry[f] = NONE;
#endif
			state[f] = (wanted == TABLE_LEVEL -> UNLINKED : DIRECTORY)
		:: else
		fi
	}
}

inline free(f)			/* [PT-26] */
{
	atomic {
		true ->
		if
		:: state[f] == UNLINKED -> state[f] = FREE
#ifdef FREES_LINKED
		:: state[f] == LINKED -> state[f] = FREE
#endif
		:: state[f] == DIRECTORY && !IS_LINK(entry[f]) -> state[f] = FREE
		:: else
		fi
	}
}

/* ---- chunks ---- */

inline give_up()
{
	atomic { kind = RAM; position = 0 }
}

/* Search frames for a mapping; PROBLEM says what one is. Frames of chunk 1 are
 * none now, and a FREE frame is zeroed before it is used. */
#define MAPPED		(entry[position] == MAP || entry[position] == MAP_WRITABLE)
#define WRITABLE	(entry[position] == MAP_WRITABLE)
#ifdef SEARCHES_LINKED_ONLY
#define SEARCHED	(state[position] == DIRECTORY || state[position] == LINKED)
#else
#define SEARCHED	(state[position] != FREE)
#endif

#define SEARCH(PROBLEM, again, found)				\
	do							\
	:: atomic { position < 2 && SEARCHED && PROBLEM ->	\
		give_up(); goto found }				\
	:: atomic { position < 2 && !(SEARCHED && PROBLEM) ->	\
		position++ };					\
		if						\
		:: position < 2 -> goto again			\
		:: true						\
		fi						\
	:: position == 2 -> break				\
	od

#ifdef CONVERTS_PINNED
#define PINNED	false
#else
#define PINNED	writes
#endif

active proctype guest()
{
	byte f, value;

	atomic { state[0] = DIRECTORY; level[0] = DIRECTORY_LEVEL };
call:
	atomic { f = 0; value = 0 };
	do
	:: atomic {
		if
		:: f = 0
		:: f = 1
		:: f = 2
		fi;
		if
		:: value = NONE
		:: value = MAP
		:: value = MAP_WRITABLE
		:: value = LINK_1
		:: value = LINK_2
		fi;
		write(f, value);
		f = 0;
		value = 0 }
	:: allocate(1, TABLE_LEVEL)
	:: allocate(1, DIRECTORY_LEVEL)
	:: allocate(2, TABLE_LEVEL)
	:: allocate(2, DIRECTORY_LEVEL)
	:: free(1)
	:: free(2)
	:: flush()
#ifdef IO_TO_CHANGING
	:: atomic { kind != TABLE && kind != ABSENT -> writes = true }
#else
	:: atomic { kind == RAM -> writes = true }
#endif
	:: kind == TO_TABLE || kind == TO_GIVE -> give_up()	/* any other such call */
	:: goto to_table
	:: kind == TABLE -> goto to_ram
	:: goto give
	:: kind == ABSENT && owner == HYPERVISOR -> goto take
	od;

to_table:	/* chunk_convert(1, TABLE) [MEM-4] */
	if
#ifdef GOES_ON_WITH_OTHER_SEARCH
	:: atomic { kind == TO_GIVE -> kind = TO_TABLE }
#else
	:: kind == TO_GIVE -> give_up()
#endif
	:: else
	fi;
	if
	:: (kind == RAM || kind == TO_TABLE) && !PINNED
	:: else -> goto call
	fi;
	kind = TO_TABLE;
#ifdef FLUSH_BEFORE_SEARCH
	if
	:: position == 0 -> flush()
	:: else
	fi;
#endif
	SEARCH(WRITABLE, call, call);
#ifndef NO_FLUSH_TO_TABLE
#ifndef FLUSH_BEFORE_SEARCH
	flush();
#endif
#endif
	atomic {
		position = 0;
		kind = TABLE;
		entry[2] = ANYTHING;
		goto call
	};

to_ram:		/* chunk_convert(1, RAM) */
	if
	:: state[2] == FREE
	:: else -> goto call
	fi;
	atomic {
		kind = RAM;
		written = GUEST;
		entry[2] = NONE;
		level[2] = 0;
#ifndef NO_FLUSH_TO_RAM
		flush();
#endif
		goto call
	};

give:		/* chunk_give(1) [MEM-11] */
	if
#ifdef GOES_ON_WITH_OTHER_SEARCH
	:: atomic { kind == TO_TABLE -> kind = TO_GIVE }
#else
	:: kind == TO_TABLE -> give_up()
#endif
	:: else
	fi;
	if
	:: (kind == RAM || kind == TO_GIVE) && !PINNED
	:: else -> goto call
	fi;
	kind = TO_GIVE;
#ifdef GIVES_READABLE
	SEARCH(WRITABLE, call, call);
#else
	SEARCH(MAPPED, call, call);
#endif
#ifndef NO_FLUSH_AT_GIVE
	flush();
#endif
	atomic {
		position = 0;
		kind = ABSENT;
		owner = HYPERVISOR;
		goto call
	};

take:		/* chunk_take(1, RAM or TABLE) [MEM-12] */
	atomic {
		if
		:: owner == HYPERVISOR -> owner = GUEST
		:: else -> goto call
		fi;
#ifndef TAKES_WITHOUT_ZEROING
		written = HYPERVISOR;
#endif
		assert(written == HYPERVISOR || secret);
		if
		:: kind = RAM; written = GUEST
		:: kind = TABLE
		fi;
		goto call
	}
}

/* ---- a processor walks, whenever it likes ---- */

inline use(f)
{
	assert((state[f] != DIRECTORY && IN_TABLE_CHUNK(f)) || not_a_table);
	assert(entry[f] != ANYTHING || unchecked);
	assert(!IS_LINK(entry[f]) || writable_table);
	if
	:: entry[f] == MAP -> tlb_read = true
	:: entry[f] == MAP_WRITABLE -> tlb_read = true; tlb_write = true
	:: else
	fi
}

active proctype processor()
{
end:	do
	:: atomic { entry[0] == LINK_1 && !way[1] -> way[1] = true }
	:: atomic { entry[0] == LINK_2 && !way[2] -> way[2] = true }
	:: atomic { entry[0] == MAP && !tlb_read -> tlb_read = true }
	:: atomic { entry[0] == MAP_WRITABLE && !tlb_write ->
		tlb_read = true; tlb_write = true }
	:: atomic { way[1] -> use(1) }
	:: atomic { way[2] -> use(2) }
	od
}

/* A device writes, and the completion is in the ring. */
active proctype device()
{
end:	do
	:: atomic { writes -> assert((kind == RAM && owner == GUEST) || io);
		writes = false }
	od
}

/* Another guest takes the chunk, uses it, gives it back; its own mappings of it
 * are gone before that as the first one's are. */
active proctype other_guest()
{
end:	do
	:: atomic { owner == HYPERVISOR -> owner = OTHER;
		written = OTHER }
	:: atomic { owner == OTHER -> tlb_other = true }
	:: atomic { owner == OTHER -> tlb_other = false; owner = HYPERVISOR }
	od
}

/* ---- what must hold in every state ---- */

#define NAMES(f)	((entry[0] == LINK(f)) + \
			 (state[1] == DIRECTORY && entry[1] == LINK(f)) + \
			 (state[2] == DIRECTORY && entry[2] == LINK(f)))

active proctype watch()
{
end:	do
	:: atomic { kind == TABLE && tlb_write -> assert(writable_table) }
	:: atomic { owner != GUEST && tlb_read -> assert(foreign) }
	:: atomic { owner != OTHER && tlb_other -> assert(foreign) }
	:: atomic { kind != TABLE && way[2] -> assert(not_a_table) }
	:: atomic { writes && kind != RAM -> assert(io) }
	:: atomic { NAMES(1) != (state[1] == LINKED) -> assert(links) }
	:: atomic { NAMES(2) != (state[2] == LINKED) -> assert(links) }
	od
}
