/* SPDX-License-Identifier: MIT */
/*
 * silk.h - the SILK hypercall ABI, version 1.1: all of it.
 *
 * Both sides are built from this one file: the hypervisor and every guest. It
 * needs <stdint.h> (C89 otherwise) and nothing of either side. The tables
 * (X-macros) are the source of the dispatch, the argument decoding, the trace,
 * the refusals, the tables in spec/, the fuzzers' grammar and the conformance
 * suite's lists. Part 1 holds what is the same on every machine; part 2 is the
 * i386 binding (registers, addresses, page-table entries).
 *
 * Invariants: fixed-width types only; explicit padding; no structure's layout
 * differs between compilers, languages or word sizes (64-bit members lie on
 * multiples of 8); abi.lock pins every name, number, size and offset.
 * [AREA-n] cites a clause of spec/.
 */
#ifndef SILK_ABI_H
#define SILK_ABI_H

/* ===================================================================== */
/* Part 1: every machine                                                  */
/* ===================================================================== */

#define SILK_ABI_MAJOR		1
#define SILK_ABI_MINOR		1
#define SILK_ABI_VERSION	0x00010001	/* major << 16 | minor */
#define SILK_MAGIC		0x4b4c4953	/* "SILK", little-endian */

/*
 * Groups of calls, versioned apart [GEN-3].
 *   X(number, NAME, major, minor)
 */
#define SILK_GROUPS(X)	\
	X(0, ABI,     1, 1) \
	X(1, CORE,    1, 0) \
	X(2, TRAP,    1, 0) \
	X(3, MMU,     1, 0) \
	X(4, MEMORY,  1, 0) \
	X(5, CPU,     1, 0) \
	X(6, TIME,    1, 0) \
	X(7, CONSOLE, 1, 0) \
	X(8, BLOCK,   1, 1) \
	X(9, NET,     1, 0)
#define SILK_NR_GROUPS		10

/*
 * Feature bits of a group, in silk_info.features[group] [GEN-4]. A guest must
 * work with all of them clear unless it says otherwise to its users.
 *   X(NAME, GROUP, bit, "what it offers")
 */
#define SILK_FEATURES(X) \
	X(MMU_QUEUE,    MMU,   0, "the deferred queue is drained on hypercalls and returns") \
	X(MMU_LARGE,    MMU,   1, "4 MB pages in directory entries") \
	X(MEMORY_TAKE,  MEMORY, 0, "chunk_take may succeed") \
	X(CORE_KERNEL,  CORE,  0, "set_kernel: reboot into a kernel of the guest's own") \
	X(BLOCK_FLUSH,  BLOCK, 0, "SILK_BLK_FLUSH reaches stable storage") \
	X(BLOCK_LISTS,  BLOCK, 1, "requests whose segments lie in a list in guest memory") \
	X(TIME_STOLEN,  TIME,  0, "silk_vcpu.stolen_ns is kept")

#define SILK_F_MMU_QUEUE	0x1
#define SILK_F_MMU_LARGE	0x2
#define SILK_F_MEMORY_TAKE	0x1
#define SILK_F_CORE_KERNEL	0x1
#define SILK_F_BLOCK_FLUSH	0x1
#define SILK_F_BLOCK_LISTS	0x2
#define SILK_F_TIME_STOLEN	0x1

/*
 * Hypercalls [CALL-1].
 *   X(number, name, GROUP, number of arguments, arg1, arg2, arg3, "purpose")
 * An argument is KIND(name); KIND tells decoders what the value is:
 *   NONE(_)   unused        U32(n)   plain number     ENUM(n)  one of a list
 *   GVA(n)    guest virtual address    GPA(n)  guest-physical address
 *   CHUNK(n)  guest chunk number       CODE(n) see the call's clause
 */
#define SILK_HYPERCALLS(X) \
	X( 0, query,          CORE,    1, ENUM(group), NONE(_), NONE(_), \
	   "version of a group of calls") \
	X( 1, yield,          CORE,    0, NONE(_), NONE(_), NONE(_), \
	   "let another guest run") \
	X( 2, block,          CORE,    0, NONE(_), NONE(_), NONE(_), \
	   "enable upcalls and sleep until an unmasked event is pending") \
	X( 3, shutdown,       CORE,    3, ENUM(reason), GVA(message), U32(length), \
	   "end this run of the guest: power off, reboot or crash") \
	X( 4, set_kernel,     CORE,    2, GPA(image), U32(length), NONE(_), \
	   "the kernel for the next reboot") \
	X( 5, set_traps,      TRAP,    2, GVA(traps), U32(count), NONE(_), \
	   "enter handlers in the trap table") \
	X( 6, deliver_events, TRAP,    0, NONE(_), NONE(_), NONE(_), \
	   "take the upcall that became due while vif was 0") \
	X( 7, pt_alloc,       MMU,     2, GPA(frame), ENUM(level), NONE(_), \
	   "make a free table frame a page table or a page directory") \
	X( 8, pt_free,        MMU,     1, GPA(frame), NONE(_), NONE(_), \
	   "make an unlinked table frame free") \
	X( 9, pt_batch,       MMU,     2, GVA(ops), U32(count), NONE(_), \
	   "carry out page-table operations") \
	X(10, pt_run,         MMU,     3, GPA(entry), U32(count), GVA(values), \
	   "write consecutive entries of one table") \
	X(11, pt_switch,      MMU,     1, GPA(directory), NONE(_), NONE(_), \
	   "load a page directory") \
	X(12, pt_flush,       MMU,     2, GVA(address), U32(pages), NONE(_), \
	   "forget cached translations") \
	X(13, chunk_convert,  MEMORY,  2, CHUNK(chunk), ENUM(kind), NONE(_), \
	   "turn a RAM chunk into a TABLE chunk or back") \
	X(14, chunk_give,     MEMORY,  1, CHUNK(chunk), NONE(_), NONE(_), \
	   "give a chunk back to the hypervisor") \
	X(15, chunk_take,     MEMORY,  2, CHUNK(chunk), ENUM(kind), NONE(_), \
	   "take a chunk from the hypervisor") \
	X(16, set_descriptor, CPU,     3, U32(index), CODE(low), CODE(high), \
	   "write a segment descriptor") \
	X(17, set_debugreg,   CPU,     2, U32(number), CODE(value), NONE(_), \
	   "write a debug register") \
	X(18, set_timer,      TIME,    2, U32(low), U32(high), NONE(_), \
	   "arm or disarm the one-shot timer") \
	X(19, console_write,  CONSOLE, 2, GVA(buffer), U32(length), NONE(_), \
	   "write to the guest's console") \
	X(20, console_read,   CONSOLE, 2, GVA(buffer), U32(length), NONE(_), \
	   "read from the guest's console") \
	X(21, blk_submit,     BLOCK,   2, GVA(requests), U32(count), NONE(_), \
	   "queue block requests") \
	X(22, net_send,       NET,     3, U32(device), GVA(buffers), U32(count), \
	   "queue frames for sending") \
	X(23, net_post,       NET,     3, U32(device), GVA(buffers), U32(count), \
	   "queue buffers for reception")
#define SILK_NR_CALLS		24

/*
 * Errors [CALL-6]: a refused call returns -number.
 *   X(number, NAME, "meaning")
 */
#define SILK_ERRORS(X) \
	X( 1, EUNKNOWN,    "no such call or group in this version of the ABI") \
	X( 2, ENOTOFFERED, "known to the ABI, not offered by this hypervisor or to this guest") \
	X( 3, EFAULT,      "memory named by an argument can't be read or written by the guest") \
	X( 4, EINVAL,      "an argument is not of its allowed values") \
	X( 5, ERANGE,      "a number or address lies outside of its range") \
	X( 6, EOWNER,      "memory that is not the guest's") \
	X( 7, EKIND,       "a chunk is of the wrong kind") \
	X( 8, ESTATE,      "an object is not in the state that the call wants") \
	X( 9, EENTRY,      "bits in an entry or descriptor that the guest may not set") \
	X(10, EBUSY,       "the object is in use") \
	X(11, ENOMEM,      "no memory left for this") \
	X(12, EAGAIN,      "nothing was wrong: call again") \
	X(13, ENODEV,      "no such device") \
	X(14, EIO,         "the device failed") \
	X(15, ENOEXEC,     "not a kernel that can be booted") \
	X(16, EROFS,       "the device is read-only")
#define SILK_NR_ERRORS		17	/* with 0, no error */

/*
 * Areas of the spec; a clause is [AREA-n], as a number area << 16 | n.
 *   X(number, AREA, "title")
 */
#define SILK_AREAS(X) \
	X( 1, GEN,  "General rules") \
	X( 2, BOOT, "Boot and entry") \
	X( 3, MEM,  "Memory map and chunks") \
	X( 4, CALL, "Hypercalls") \
	X( 5, TRAP, "Traps and return") \
	X( 6, EVT,  "Events") \
	X( 7, PT,   "Page tables") \
	X( 8, CPU,  "Processor state") \
	X( 9, TIME, "Time and scheduling") \
	X(10, LIFE, "Life of a guest") \
	X(11, CON,  "Console") \
	X(12, BLK,  "Block I/O") \
	X(13, NET,  "Network I/O")
#define SILK_CLAUSE(area, n)	((area) << 16 | (n))

/*
 * Refusals: every way in which a call can be refused, call by call, in the
 * order in which the conditions are checked [CALL-7]. The call "*" stands for
 * any number; "entry" rows are shared by pt_batch, pt_run and the queue.
 *   X(ID, call, ERROR, argument (1.., 0: none), AREA, clause, "condition")
 */
#define SILK_REFUSALS(X) \
	X(CALL_UNKNOWN,     any,            EUNKNOWN,    0, CALL, 50, "the call's number is not in the table") \
	X(CALL_NOTOFFERED,  any,            ENOTOFFERED, 0, CALL, 51, "the call is known, and its group is not offered") \
	X(QUERY_GROUP,      query,          EUNKNOWN,    1, GEN,  50, "the group's number is not in the table") \
	X(QUERY_NOTOFFERED, query,          ENOTOFFERED, 1, GEN,  51, "the group is known and not offered") \
	X(SHUTDOWN_REASON,  shutdown,       EINVAL,      1, LIFE, 50, "the reason is not in the list of reasons") \
	X(SHUTDOWN_LENGTH,  shutdown,       EINVAL,      3, LIFE, 51, "the message is longer than SILK_MESSAGE_MAX") \
	X(SHUTDOWN_MESSAGE, shutdown,       EFAULT,      2, LIFE, 52, "the message can't be read") \
	X(KERNEL_LENGTH,    set_kernel,     EINVAL,      2, LIFE, 53, "the length is neither 0 nor from 52 to SILK_KERNEL_MAX") \
	X(KERNEL_OWNER,     set_kernel,     EOWNER,      1, LIFE, 54, "a byte of the image lies outside of the guest's RAM chunks") \
	X(KERNEL_FORMAT,    set_kernel,     ENOEXEC,     1, LIFE, 55, "the image is not a kernel that this guest could boot") \
	X(KERNEL_MEMORY,    set_kernel,     ENOMEM,      2, LIFE, 56, "the hypervisor has no memory to keep the image") \
	X(TRAPS_COUNT,      set_traps,      EINVAL,      2, TRAP, 50, "the count is 0 or above SILK_TRAPS_MAX") \
	X(TRAPS_FAULT,      set_traps,      EFAULT,      1, TRAP, 51, "the array can't be read") \
	X(TRAPS_VECTOR,     set_traps,      EINVAL,      1, TRAP, 52, "a vector can't be handled by a guest") \
	X(TRAPS_FLAGS,      set_traps,      EINVAL,      1, TRAP, 53, "a flag that is not defined is set, or a member named zero is not 0") \
	X(TRAPS_ENTRY,      set_traps,      EINVAL,      1, TRAP, 54, "a handler's address is not 0 and not in the guest-kernel range") \
	X(ALLOC_ALIGN,      pt_alloc,       EINVAL,      1, PT,   50, "the frame's address is not a multiple of 4096") \
	X(ALLOC_LEVEL,      pt_alloc,       EINVAL,      2, PT,   51, "the level is neither SILK_PT_TABLE nor SILK_PT_DIRECTORY") \
	X(ALLOC_PAIR,       pt_alloc,       EINVAL,      1, PT,   52, "a directory's frame number is odd") \
	X(ALLOC_OWNER,      pt_alloc,       EOWNER,      1, PT,   53, "the frame is not the guest's") \
	X(ALLOC_KIND,       pt_alloc,       EKIND,       1, PT,   54, "the frame is not in a TABLE chunk") \
	X(ALLOC_STATE,      pt_alloc,       ESTATE,      1, PT,   55, "the frame, or a directory's second frame, is not FREE") \
	X(FREE_ALIGN,       pt_free,        EINVAL,      1, PT,   56, "the frame's address is not a multiple of 4096") \
	X(FREE_OWNER,       pt_free,        EOWNER,      1, PT,   57, "the frame is not the guest's") \
	X(FREE_KIND,        pt_free,        EKIND,       1, PT,   58, "the frame is not in a TABLE chunk") \
	X(FREE_STATE,       pt_free,        ESTATE,      1, PT,   59, "the frame is FREE, or the second frame of a directory") \
	X(FREE_LINKED,      pt_free,        EBUSY,       1, PT,   60, "the page table is LINKED") \
	X(FREE_LOADED,      pt_free,        EBUSY,       1, PT,   61, "the directory is loaded on a vCPU") \
	X(FREE_CHILDREN,    pt_free,        EBUSY,       1, PT,   62, "a page table is linked in the directory's user range") \
	X(BATCH_COUNT,      pt_batch,       EINVAL,      2, PT,   63, "the count is 0 or above SILK_BATCH_MAX") \
	X(BATCH_FAULT,      pt_batch,       EFAULT,      1, PT,   64, "an operation can't be read, or its old value can't be stored") \
	X(RUN_ALIGN,        pt_run,         EINVAL,      1, PT,   65, "the entry's address is not a multiple of 4") \
	X(RUN_COUNT,        pt_run,         EINVAL,      2, PT,   66, "the count is 0 or the run leaves its table") \
	X(RUN_FAULT,        pt_run,         EFAULT,      3, PT,   67, "a value can't be read") \
	X(OP_CONTROL,       entry,          EINVAL,      1, PT,   68, "a control operation is not in the list") \
	X(OP_OWNER,         entry,          EOWNER,      1, PT,   69, "the entry's frame is not the guest's") \
	X(OP_KIND,          entry,          EKIND,       1, PT,   70, "the entry's frame is not in a TABLE chunk") \
	X(OP_STATE,         entry,          ESTATE,      1, PT,   71, "the entry's frame is FREE, or the second frame of a directory") \
	X(OP_RANGE,         entry,          ERANGE,      1, PT,   72, "a directory entry that belongs to the hypervisor") \
	X(ENTRY_BITS,       entry,          EENTRY,      2, PT,   73, "a present entry has bits that are not allowed") \
	X(ENTRY_OWNER,      entry,          EOWNER,      2, PT,   74, "a present entry names a frame that is not the guest's") \
	X(ENTRY_WRITABLE,   entry,          EKIND,       2, PT,   75, "a present entry maps a TABLE chunk writable") \
	X(LINK_KIND,        entry,          EKIND,       2, PT,   76, "a directory entry names a page table outside of a TABLE chunk") \
	X(LINK_STATE,       entry,          ESTATE,      2, PT,   77, "a directory entry names a frame that is not an UNLINKED page table") \
	X(SWITCH_ALIGN,     pt_switch,      EINVAL,      1, PT,   78, "the directory's address is not a multiple of 4096") \
	X(SWITCH_OWNER,     pt_switch,      EOWNER,      1, PT,   79, "the frame is not the guest's") \
	X(SWITCH_KIND,      pt_switch,      EKIND,       1, PT,   80, "the frame is not in a TABLE chunk") \
	X(SWITCH_STATE,     pt_switch,      ESTATE,      1, PT,   81, "the frame is not a page directory") \
	X(FLUSH_RANGE,      pt_flush,       ERANGE,      1, PT,   82, "a page to be flushed lies in the hypervisor's range") \
	X(CONVERT_OWNER,    chunk_convert,  EOWNER,      1, MEM,  50, "the chunk is not the guest's") \
	X(CONVERT_KIND,     chunk_convert,  EINVAL,      2, MEM,  51, "the kind is neither SILK_CHUNK_RAM nor SILK_CHUNK_TABLE") \
	X(CONVERT_SAME,     chunk_convert,  ESTATE,      1, MEM,  52, "the chunk is of that kind already") \
	X(CONVERT_PINNED,   chunk_convert,  EBUSY,       1, MEM,  53, "I/O is in flight to or from the chunk") \
	X(CONVERT_TABLES,   chunk_convert,  EBUSY,       1, MEM,  54, "a frame of the TABLE chunk is not FREE") \
	X(CONVERT_MAPPED,   chunk_convert,  EBUSY,       1, MEM,  55, "a writable mapping of the RAM chunk exists") \
	X(CONVERT_MEMORY,   chunk_convert,  ENOMEM,      1, MEM,  56, "the guest has SILK_TABLE_CHUNKS_MAX TABLE chunks, or the hypervisor lacks memory for another") \
	X(CONVERT_AGAIN,    chunk_convert,  EAGAIN,      1, MEM,  57, "the search for mappings goes on: call again") \
	X(GIVE_OWNER,       chunk_give,     EOWNER,      1, MEM,  58, "the chunk is not the guest's") \
	X(GIVE_KIND,        chunk_give,     EKIND,       1, MEM,  59, "the chunk is not a RAM chunk") \
	X(GIVE_PINNED,      chunk_give,     EBUSY,       1, MEM,  60, "I/O is in flight to or from the chunk") \
	X(GIVE_MAPPED,      chunk_give,     EBUSY,       1, MEM,  61, "a mapping of the chunk exists") \
	X(GIVE_AGAIN,       chunk_give,     EAGAIN,      1, MEM,  62, "the search for mappings goes on: call again") \
	X(TAKE_RANGE,       chunk_take,     ERANGE,      1, MEM,  63, "the chunk's number is above 1023") \
	X(TAKE_KIND,        chunk_take,     EINVAL,      2, MEM,  64, "the kind is neither SILK_CHUNK_RAM nor SILK_CHUNK_TABLE") \
	X(TAKE_PRESENT,     chunk_take,     ESTATE,      1, MEM,  65, "the guest has a chunk of that number") \
	X(TAKE_MEMORY,      chunk_take,     ENOMEM,      1, MEM,  66, "no chunk is free, or the guest's limit is reached") \
	X(DESC_INDEX,       set_descriptor, ERANGE,      1, CPU,  50, "the index is not one that a guest may write") \
	X(DESC_BITS,        set_descriptor, EENTRY,      2, CPU,  51, "the descriptor is neither 0 nor an allowed data segment") \
	X(DEBUG_NUMBER,     set_debugreg,   ERANGE,      1, CPU,  52, "the number is not 0 to 3 or 7") \
	X(DEBUG_ADDRESS,    set_debugreg,   EINVAL,      2, CPU,  53, "a breakpoint's address is in the hypervisor's range") \
	X(DEBUG_CONTROL,    set_debugreg,   EINVAL,      2, CPU,  54, "a control bit is set that a guest may not set") \
	X(CONW_FAULT,       console_write,  EFAULT,      1, CON,  50, "the buffer can't be read") \
	X(CONW_FULL,        console_write,  EAGAIN,      2, CON,  51, "no byte can be taken now") \
	X(CONR_FAULT,       console_read,   EFAULT,      1, CON,  52, "the buffer can't be written") \
	X(BLK_COUNT,        blk_submit,     EINVAL,      2, BLK,  50, "the count is 0 or above SILK_BLK_SUBMIT_MAX") \
	X(BLK_FAULT,        blk_submit,     EFAULT,      1, BLK,  51, "a request can't be read") \
	X(BLK_DEVICE,       blk_submit,     ENODEV,      1, BLK,  52, "a request's device is not the guest's") \
	X(BLK_OP,           blk_submit,     EINVAL,      1, BLK,  53, "a request's operation is not in the list") \
	X(BLK_READONLY,     blk_submit,     EROFS,       1, BLK,  54, "a write to a read-only device") \
	X(BLK_SEGMENTS,     blk_submit,     EINVAL,      1, BLK,  55, "the number of segments is not allowed for the operation") \
	X(BLK_LIST,        blk_submit,     EFAULT,      1, BLK,  60, "a list of segments can't be read") \
	X(BLK_LENGTH,       blk_submit,     EINVAL,      1, BLK,  56, "a segment's length is 0 or not a multiple of 512, or its address not of 4") \
	X(BLK_OWNER,        blk_submit,     EOWNER,      1, BLK,  57, "a segment is not wholly in one RAM chunk of the guest's") \
	X(BLK_RANGE,        blk_submit,     ERANGE,      1, BLK,  58, "a sector beyond the device's end") \
	X(BLK_FULL,         blk_submit,     EAGAIN,      2, BLK,  59, "no room for the first request: completions must be taken first") \
	X(NET_DEVICE,       net_send,       ENODEV,      1, NET,  50, "the device is not the guest's") \
	X(NET_COUNT,        net_send,       EINVAL,      3, NET,  51, "the count is 0 or above SILK_NET_SUBMIT_MAX") \
	X(NET_FAULT,        net_send,       EFAULT,      2, NET,  52, "a buffer's description can't be read") \
	X(NET_LENGTH,       net_send,       EINVAL,      2, NET,  53, "a frame's length is not from 14 to SILK_NET_FRAME_MAX") \
	X(NET_OWNER,        net_send,       EOWNER,      2, NET,  54, "a buffer is not wholly in one RAM chunk of the guest's") \
	X(NET_FULL,         net_send,       EAGAIN,      3, NET,  55, "no room for the first buffer") \
	X(POST_DEVICE,      net_post,       ENODEV,      1, NET,  56, "the device is not the guest's") \
	X(POST_COUNT,       net_post,       EINVAL,      3, NET,  57, "the count is 0 or above SILK_NET_SUBMIT_MAX") \
	X(POST_FAULT,       net_post,       EFAULT,      2, NET,  58, "a buffer's description can't be read") \
	X(POST_LENGTH,      net_post,       EINVAL,      2, NET,  59, "a buffer is shorter than SILK_NET_FRAME_MAX") \
	X(POST_OWNER,       net_post,       EOWNER,      2, NET,  60, "a buffer is not wholly in one RAM chunk of the guest's") \
	X(POST_FULL,        net_post,       EAGAIN,      3, NET,  61, "no room for the first buffer")

/*
 * Events [EVT-1]: bit numbers in silk_vcpu.pending and .mask.
 *   X(bit, NAME, "when")
 */
#define SILK_EVENTS(X) \
	X(0, TIMER,    "the time given to set_timer has come") \
	X(1, CONSOLE,  "console input has arrived, or room for output after EAGAIN") \
	X(2, BLOCK,    "a block request has completed") \
	X(3, NET,      "a frame has come, or was sent") \
	X(4, SHUTDOWN, "the operator asks the guest to shut down") \
	X(5, RESUMED,  "the guest runs again after a pause")

#define SILK_EVENT_TIMER	0
#define SILK_EVENT_CONSOLE	1
#define SILK_EVENT_BLOCK	2
#define SILK_EVENT_NET		3
#define SILK_EVENT_SHUTDOWN	4
#define SILK_EVENT_RESUMED	5
#define SILK_NR_EVENTS		6

/*
 * Reasons of shutdown [LIFE-1].
 *   X(number, NAME, "what happens")
 */
#define SILK_REASONS(X) \
	X(0, POWEROFF, "the guest is off until the operator starts it") \
	X(1, REBOOT,   "the guest boots again at once") \
	X(2, CRASH,    "the guest says that it can't go on")
#define SILK_SHUTDOWN_POWEROFF	0
#define SILK_SHUTDOWN_REBOOT	1
#define SILK_SHUTDOWN_CRASH	2

/*
 * Causes of a crash that the hypervisor declares [LIFE-3].
 *   X(number, NAME, "cause")
 */
#define SILK_CRASHES(X) \
	X(0, GUEST,       "the guest called shutdown(CRASH)") \
	X(1, NO_HANDLER,  "a trap with no handler in the trap table") \
	X(2, BAD_STACK,   "a trap's frame could not be stored on the guest-kernel stack") \
	X(3, BAD_RETURN,  "a return frame could not be read") \
	X(4, HYPERVISOR,  "the hypervisor found its own state of this guest wrong")

/* Sizes and limits */
#define SILK_MESSAGE_MAX	128		/* bytes, shutdown */
#define SILK_KERNEL_MAX		0x02000000	/* bytes, set_kernel */
#define SILK_TRAPS_MAX		40		/* entries, set_traps */
#define SILK_BATCH_MAX		1024		/* operations, pt_batch */
#define SILK_QUEUE_MAX		512		/* operations, deferred queue */
#define SILK_CHUNKS		1024		/* guest chunk numbers: 0 to 1023 */
#define SILK_TABLE_CHUNKS_MAX	32		/* TABLE chunks of one guest */
#define SILK_BLK_SUBMIT_MAX	64		/* requests, blk_submit */
#define SILK_BLK_SEGMENTS	14		/* segments in one request */
#define SILK_BLK_LIST_MAX	256		/* segments in a list */
#define SILK_BLK_SECTOR		512		/* bytes */
#define SILK_RING_ENTRIES	256		/* entries of a completion ring */
#define SILK_BLK_DEVICES	8
#define SILK_NET_DEVICES	4
#define SILK_NET_SUBMIT_MAX	64
#define SILK_NET_FRAME_MAX	1514		/* bytes, without FCS */
#define SILK_NAME_MAX		32		/* bytes with the final 0 */
#define SILK_CMDLINE_MAX	1024		/* bytes with the final 0 */
#define SILK_SEED_BYTES		32
#define SILK_VCPUS_MAX		16

/* Kinds of a chunk [MEM-3]: CHUNK_KIND, chunk_convert, chunk_take.
 *   X(number, NAME, "what") */
#define SILK_KINDS(X) \
	X(0, ABSENT,   "the guest has no such chunk") \
	X(1, RAM,      "memory that is mapped as the guest likes") \
	X(2, TABLE,    "page tables and directories, read-only to the guest") \
	X(3, CHANGING, "a conversion or giving-back is under way")
#define SILK_CHUNK_ABSENT	0
#define SILK_CHUNK_RAM		1
#define SILK_CHUNK_TABLE	2
#define SILK_CHUNK_CHANGING	3	/* a conversion or giving-back is under way */

/* Levels of a table frame [PT-2]: pt_alloc. X(number, NAME, "what") */
#define SILK_LEVELS(X) \
	X(1, TABLE,     "a page table") \
	X(2, DIRECTORY, "a page directory")
#define SILK_PT_TABLE		1
#define SILK_PT_DIRECTORY	2

/* Operations in the low 2 bits of silk_mmu_op.target [PT-12] */
#define SILK_OP_SET		0	/* entry = value */
#define SILK_OP_AND		1	/* old = entry; entry &= value; value = old */
#define SILK_OP_SET_KEEP	2	/* entry = value | the entry's accessed and dirty bits */
#define SILK_OP_CONTROL		3	/* target >> 2 is a control operation */
#define SILK_OP_MASK		3

/* Control operations [PT-13]: target = SILK_CONTROL(code) */
#define SILK_CONTROL_FLUSH_ALL	0	/* forget all cached translations */
#define SILK_CONTROL_FLUSH_PAGE	1	/* value: an address in the page */
#define SILK_CONTROL_DESC_LOW	2	/* value: kept for the next DESC_HIGH */
#define SILK_CONTROL_DESC_HIGH	16	/* + index: set_descriptor(index, kept, value) */
#define SILK_CONTROL(code)	((code) << 2 | SILK_OP_CONTROL)

/* Trap table flags [TRAP-3] */
#define SILK_TRAP_USER		0x1	/* guest-user code may raise it with int n */
#define SILK_TRAP_MASK		0x2	/* entered with vif = 0 */
#define SILK_TRAP_FLAGS		0x3

/* Block operations [BLK-3] and the status of a completion */
#define SILK_BLK_READ		0
#define SILK_BLK_WRITE		1
#define SILK_BLK_FLUSH		2
#define SILK_BLK_LIST		0x80	/* | READ or WRITE: the segments lie in a list */
/* Flags of a block device */
#define SILK_BLK_F_PRESENT	0x1
#define SILK_BLK_F_READONLY	0x2
#define SILK_BLK_F_FLUSH	0x4
/* Flags of a network device */
#define SILK_NET_F_PRESENT	0x1
#define SILK_NET_F_UPLINK	0x2

/* The ELF note by which a kernel says what it is [BOOT-4] */
#define SILK_NOTE_NAME		"SILK"
#define SILK_NOTE_TYPE		1

#if !defined(__ASSEMBLER__)

#include <stdint.h>

#if defined(__cplusplus)
#define SILK_ASSERT(cond, name) static_assert(cond, #name)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define SILK_ASSERT(cond, name) _Static_assert(cond, #name)
#else
#define SILK_ASSERT(cond, name) typedef char silk_assert_##name[(cond) ? 1 : -1]
#endif
#define SILK_OFFSETOF(type, member) __builtin_offsetof(type, member)
#define SILK_SIZE(type, bytes) \
	SILK_ASSERT(sizeof(struct type) == (bytes), type##_is_##bytes##_bytes)
#define SILK_AT(type, member, offset) \
	SILK_ASSERT(SILK_OFFSETOF(struct type, member) == (offset), \
		    type##_##member##_at_##offset)

/* Numbers from the tables */
enum silk_call {
#define X(nr, name, group, nargs, a1, a2, a3, text) SILK_CALL_##name = nr,
	SILK_HYPERCALLS(X)
#undef X
	SILK_CALL_COUNT = SILK_NR_CALLS
};

enum silk_group {
#define X(nr, name, major, minor) SILK_GROUP_##name = nr,
	SILK_GROUPS(X)
#undef X
	SILK_GROUP_COUNT = SILK_NR_GROUPS
};

enum silk_error {
	SILK_OK = 0,
#define X(nr, name, text) SILK_##name = nr,
	SILK_ERRORS(X)
#undef X
	SILK_ERROR_COUNT = SILK_NR_ERRORS
};

enum silk_area {
#define X(nr, name, text) SILK_AREA_##name = nr,
	SILK_AREAS(X)
#undef X
	SILK_AREA_END
};

enum silk_refusal {
	SILK_R_NONE = 0,
#define X(id, call, error, arg, area, clause, text) SILK_R_##id,
	SILK_REFUSALS(X)
#undef X
	SILK_R_COUNT
};

enum silk_crash {
#define X(nr, name, text) SILK_CRASH_##name = nr,
	SILK_CRASHES(X)
#undef X
	SILK_CRASH_COUNT
};

#define X(nr, name, text) SILK_ASSERT(SILK_CHUNK_##name == (nr), kind_##name##_is_##nr);
SILK_KINDS(X)
#undef X
#define X(nr, name, text) SILK_ASSERT(SILK_PT_##name == (nr), level_##name##_is_##nr);
SILK_LEVELS(X)
#undef X

/* Guest addresses: types of their own, so that neither side dereferences one
 * by accident. */
typedef struct { uint32_t raw; } silk_gva_t;	/* guest virtual */
typedef struct { uint32_t raw; } silk_gpa_t;	/* guest-physical */

/* [TRAP-3] One entry of set_traps. IN. */
struct silk_trap {
	uint8_t  vector;
	uint8_t  flags;		/* SILK_TRAP_* */
	uint16_t zero;
	uint32_t entry;		/* guest virtual address, 0: no handler */
};
SILK_SIZE(silk_trap, 8);
SILK_AT(silk_trap, entry, 4);

/* [PT-12] One page-table operation, in pt_batch and in the deferred queue.
 * IN; value is INOUT for SILK_OP_AND. */
struct silk_mmu_op {
	uint32_t target;	/* guest-physical address of the entry | SILK_OP_* */
	uint32_t value;
};
SILK_SIZE(silk_mmu_op, 8);
SILK_AT(silk_mmu_op, value, 4);

/* [CALL-8] Why the last call was refused. OUT. */
struct silk_diag {
	uint32_t call;		/* number of the call; ~0: the deferred queue */
	uint32_t clause;	/* SILK_CLAUSE(area, n) */
	uint32_t argument;	/* 1.., or 0 */
	uint32_t value;		/* the value that was refused */
	uint32_t done;		/* entries, operations or requests done before it */
	uint32_t refusals;	/* refusals since boot */
};
SILK_SIZE(silk_diag, 24);
SILK_AT(silk_diag, refusals, 20);

/* [TIME-2] From the time-stamp counter to nanoseconds since the guest's boot:
 * ns = ns_base + (((tsc - tsc_base) << shift, or >> -shift) * mult >> 32),
 * valid if version was even and the same before and after. OUT. */
struct silk_time {
	uint32_t version;
	uint32_t mult;
	int32_t  shift;
	uint32_t tsc_khz;
	uint64_t tsc_base;
	uint64_t ns_base;
	uint64_t wall_base;	/* ns since 1970-01-01 UTC at ns = 0 */
};
SILK_SIZE(silk_time, 40);
SILK_AT(silk_time, tsc_base, 16);
SILK_AT(silk_time, wall_base, 32);

/* [EVT-2] The vCPU page: shared, one for each vCPU. The guest writes vif,
 * kernel_sp, queue_count, pending (atomically, clearing bits) and mask; the
 * hypervisor writes the rest. */
struct silk_vcpu {
	uint32_t vif;		/* INOUT: SILK_VIF or 0 */
	uint32_t pending;	/* INOUT: event bits */
	uint32_t mask;		/* IN: 1 = masked */
	uint32_t kernel_sp;	/* IN: stack for traps from guest-user */
	uint32_t queue_count;	/* INOUT: operations in the deferred queue */
	uint32_t queue_error;	/* INOUT: error of the first refused one, 0: none */
	uint32_t fault_address;	/* OUT: of the last page fault bounced */
	uint32_t debug_status;	/* OUT: of the last debug trap bounced (DR6) */
	struct silk_diag diag;	/* OUT, at 32 */
	uint32_t reserved0[2];	/* ignored */
	struct silk_time time;	/* OUT, at 64 */
	uint64_t stolen_ns;	/* OUT: time ready to run and not running */
	uint32_t reserved1[36];	/* ignored; the guest may use it */
};
SILK_SIZE(silk_vcpu, 256);
SILK_AT(silk_vcpu, vif, 0);
SILK_AT(silk_vcpu, pending, 4);
SILK_AT(silk_vcpu, mask, 8);
SILK_AT(silk_vcpu, kernel_sp, 12);
SILK_AT(silk_vcpu, queue_count, 16);
SILK_AT(silk_vcpu, queue_error, 20);
SILK_AT(silk_vcpu, fault_address, 24);
SILK_AT(silk_vcpu, debug_status, 28);
SILK_AT(silk_vcpu, diag, 32);
SILK_AT(silk_vcpu, time, 64);
SILK_AT(silk_vcpu, stolen_ns, 104);

/* [BLK-2] A block request. IN. sector counts from the device's start. With
 * SILK_BLK_LIST [BLK-13] segment[0] is not one: its address is the list's, guest
 * virtual, its length the number of segments in the list. */
struct silk_blk_segment {
	uint32_t address;	/* guest-physical, multiple of 4 */
	uint32_t length;	/* bytes, multiple of 512, in one chunk */
};
SILK_SIZE(silk_blk_segment, 8);

struct silk_blk_request {
	uint32_t cookie;	/* the guest's, returned with the completion */
	uint16_t device;
	uint8_t  op;		/* SILK_BLK_READ to FLUSH, | SILK_BLK_LIST */
	uint8_t  segments;	/* 1.. for read and write, 1 for a list, 0 for flush */
	uint64_t sector;
	struct silk_blk_segment segment[SILK_BLK_SEGMENTS];
};
SILK_SIZE(silk_blk_request, 128);
SILK_AT(silk_blk_request, sector, 8);
SILK_AT(silk_blk_request, segment, 16);

/* [NET-2] A network buffer. IN. */
struct silk_net_buffer {
	uint32_t cookie;
	uint32_t address;	/* guest-physical */
	uint32_t length;	/* bytes */
	uint32_t zero;
};
SILK_SIZE(silk_net_buffer, 16);

/* [BLK-6] [NET-4] A completion ring: the hypervisor writes entry
 * [producer % SILK_RING_ENTRIES], then producer; the guest advances consumer. */
struct silk_completion {
	uint32_t cookie;
	int32_t  status;	/* 0 or bytes; -SILK_EIO and others */
};
SILK_SIZE(silk_completion, 8);

struct silk_ring {
	uint32_t producer;	/* OUT, free-running */
	uint32_t reserved0[15];
	uint32_t consumer;	/* IN, free-running */
	uint32_t reserved1[15];
	struct silk_completion entry[SILK_RING_ENTRIES];
};
SILK_SIZE(silk_ring, 2176);
SILK_AT(silk_ring, consumer, 64);
SILK_AT(silk_ring, entry, 128);

struct silk_blk_info {
	uint64_t sectors;
	uint32_t flags;		/* SILK_BLK_F_* */
	uint32_t reserved;
};
SILK_SIZE(silk_blk_info, 16);

struct silk_net_info {
	uint8_t  mac[6];
	uint16_t mtu;		/* bytes of payload: 1500 */
	uint32_t flags;		/* SILK_NET_F_* */
	uint32_t reserved;
};
SILK_SIZE(silk_net_info, 16);

/* [BOOT-3] The info page, read-only, the same address during the guest's
 * whole life. OUT. */
struct silk_info {
	uint32_t magic;		/* SILK_MAGIC */
	uint32_t version;	/* SILK_ABI_VERSION of the hypervisor */
	uint32_t guest_id;	/* unknown, differs between guests */
	uint32_t vcpus;
	uint32_t chunks;	/* chunk numbers 0 to chunks - 1 were given at boot */
	uint32_t low_chunks;	/* of which the direct map holds the first low_chunks */
	uint32_t table_chunks;	/* TABLE: chunk 0, and the last of the direct map */
	uint32_t boot_directory; /* guest-physical address, loaded at entry */
	uint32_t initrd;	/* guest-physical address, 0: none */
	uint32_t initrd_length;	/* bytes */
	uint32_t group_version[16]; /* by group: major << 16 | minor, 0: not offered */
	uint32_t features[16];	/* by group: SILK_F_* */
	uint8_t  seed[SILK_SEED_BYTES]; /* random, differs at each boot */
	char     name[SILK_NAME_MAX];	/* of the guest */
	char     hypervisor[SILK_NAME_MAX]; /* free text */
	struct silk_blk_info blk[SILK_BLK_DEVICES];
	struct silk_net_info net[SILK_NET_DEVICES];
	uint32_t chunk_limit;	/* most chunks that chunk_take will let it own */
	uint32_t weight;	/* share of the CPU: 1 to 1000 */
	char     cmdline[SILK_CMDLINE_MAX];
};
SILK_SIZE(silk_info, 1488);
SILK_AT(silk_info, group_version, 40);
SILK_AT(silk_info, features, 104);
SILK_AT(silk_info, seed, 168);
SILK_AT(silk_info, name, 200);
SILK_AT(silk_info, hypervisor, 232);
SILK_AT(silk_info, blk, 264);
SILK_AT(silk_info, net, 392);
SILK_AT(silk_info, chunk_limit, 456);
SILK_AT(silk_info, cmdline, 464);

/* [BOOT-4] Contents of the ELF note, name "SILK", type SILK_NOTE_TYPE. IN. */
struct silk_note {
	uint32_t version;	/* SILK_ABI_VERSION that the kernel was built for */
	uint32_t entry;		/* guest virtual address of its entry */
};
SILK_SIZE(silk_note, 8);

#endif /* !__ASSEMBLER__ */

/* ===================================================================== */
/* Part 2: the i386 binding                                               */
/* ===================================================================== */

/* [CALL-2] Trap instructions */
#define SILK_I386_VECTOR_CALL	0x80	/* guest-kernel: hypercall; guest-user: bounce */
#define SILK_I386_VECTOR_RETURN	0x82	/* return to the frame at esp */
/* [TRAP-4] Pseudo-vector of the upcall in the trap table */
#define SILK_I386_VECTOR_UPCALL	0x81

/* [MEM-1] Virtual addresses */
#define SILK_I386_KERNEL_BASE	0xc0000000	/* guest kernel from here, direct map first */
#define SILK_I386_WINDOW	0xefc00000	/* the ABI's own 4 MB of the guest-kernel range */
#define SILK_I386_HYPERVISOR	0xf0000000	/* and above: the hypervisor's */
#define SILK_I386_CHUNK_SHIFT	22
#define SILK_I386_CHUNK_SIZE	0x00400000
#define SILK_I386_PAGE_SIZE	4096

/* [MEM-6] The window's pages */
#define SILK_I386_INFO		0xefc00000	/* struct silk_info, read-only */
#define SILK_I386_CHUNK_MACHINE	0xefc01000	/* uint32_t [1024], read-only */
#define SILK_I386_MACHINE_CHUNK	0xefc02000	/* uint32_t [1024], read-only */
#define SILK_I386_CHUNK_KIND	0xefc03000	/* uint8_t [1024], read-only */
#define SILK_I386_VCPU		0xefc10000	/* struct silk_vcpu, + number * VCPU_STRIDE */
#define SILK_I386_VCPU_STRIDE	0x2000
#define SILK_I386_QUEUE		0xefc11000	/* struct silk_mmu_op [512], + number * STRIDE */
#define SILK_I386_BLK_RING	0xefc40000	/* struct silk_ring */
#define SILK_I386_NET_RING	0xefc41000	/* struct silk_ring */
#define SILK_I386_NO_CHUNK	0xffffffff	/* in both chunk tables: absent */

/* [BOOT-5] Guest-physical address of the directory loaded at entry */
#define SILK_I386_BOOT_DIRECTORY 0x2000

/* [TRAP-6] EFLAGS bits: virtual interrupt flag, and what a return may set */
#define SILK_VIF		0x200
#define SILK_I386_EFLAGS_USER	0x00250dd5	/* ID AC RF OF DF TF SF ZF AF PF CF */
#define SILK_I386_EFLAGS_KERNEL	0x00210dd5	/* the same without AC */

/* [CPU-2] Selectors as frames and code see them. The processor runs guest
 * kernels at ring 3: 'push %cs' shows the selector | 3. */
#define SILK_I386_KERNEL_CS	0x60
#define SILK_I386_KERNEL_DS	0x68
#define SILK_I386_USER_CS	0x73
#define SILK_I386_USER_DS	0x7b
/* [CPU-4] Descriptors that a guest may write: GDT indexes */
#define SILK_I386_DESC_TLS	6	/* 6, 7, 8: selectors 0x33, 0x3b, 0x43 */
#define SILK_I386_DESC_TLS_LAST	8
#define SILK_I386_DESC_PERCPU	27	/* selector 0xd8 or 0xdb */

/* [PT-5] Bits of a page-table or directory entry */
#define SILK_I386_PRESENT	0x001
#define SILK_I386_WRITABLE	0x002
#define SILK_I386_USER		0x004	/* set by the hypervisor in each present entry */
#define SILK_I386_ACCESSED	0x020
#define SILK_I386_DIRTY		0x040
#define SILK_I386_LARGE		0x080	/* directory entry: 4 MB page */
#define SILK_I386_AVAILABLE	0xe00	/* the guest's own */
#define SILK_I386_FRAME		0xfffff000
#define SILK_I386_LARGE_FRAME	0xffc00000
#define SILK_I386_ENTRY_BITS	0xe67	/* allowed in a present 4 KB entry and link */
#define SILK_I386_LARGE_BITS	0xee7	/* allowed in a present 4 MB entry */

#endif /* SILK_ABI_H */
