/* SPDX-License-Identifier: MIT */
/*
 * trap.h - traps and events: from the hypervisor's bounce to a C function.
 *
 * A guest names a function for each vector and each event that it handles. A
 * vector without one is not in the trap table, so that the hypervisor reports
 * the trap, with all registers, as this guest's crash [LIFE-3].
 */
#ifndef GUEST_TRAP_H
#define GUEST_TRAP_H

#include "silk.h"

#define TRAP_STUBS  0x82 /* vectors 0 to 0x81: trap.S has stubs for them */

/* Offsets in struct trap_frame, for assembler files. */
#define FRAME_EBX   0
#define FRAME_ECX   4
#define FRAME_EDX   8
#define FRAME_EAX   24
#define FRAME_DS    28
#define FRAME_ES    32
#define FRAME_ERROR 40
#define FRAME_EIP   44
#define FRAME_CS    48
#define FRAME_SIZE  64

#ifndef __ASSEMBLER__

#include "irq.h"

/* The registers as the trap found them; the upper part is the hypervisor's
 * frame [TRAP-2] [TRAP-5]. Changes take effect on return. */
struct trap_frame {
	uint32_t ebx, ecx, edx, esi, edi, ebp, eax;
	uint16_t ds, ds_unknown;
	uint16_t es, es_unknown;
	uint32_t vector;
	uint32_t error; /* 0 where the vector has none */
	uint32_t eip;
	uint16_t cs, cs_unknown;
	uint32_t eflags;
	uint32_t esp; /* these two only if from_user() */
	uint16_t ss, ss_unknown;
};
SILK_SIZE(trap_frame, FRAME_SIZE);
SILK_AT(trap_frame, eax, 24);
SILK_AT(trap_frame, ds, 28);
SILK_AT(trap_frame, error, 40);
SILK_AT(trap_frame, cs, 48);

typedef void (*trap_fn)(struct trap_frame *frame);

static inline bool from_user(const struct trap_frame *frame)
{
	return frame->cs & 3;
}

/* Handlers run with upcalls disabled, until they enable them. flags: 0, or
 * SILK_TRAP_USER if user code may raise the vector with int n. Returns 0 or
 * the hypervisor's error. */
int trap_handle(unsigned int vector, trap_fn fn, uint8_t flags);

/* The first call enters the upcall in the trap table. Events without a handler
 * are taken and forgotten. */
int event_handle(unsigned int event, trap_fn fn);

/* The upcall's own function, for a guest that has to do something after it: such
 * a guest calls it from its own trap_handle(SILK_I386_VECTOR_UPCALL, ...). */
void event_dispatch(struct trap_frame *frame);

/* For a vector with an assembler entry of its own. */
int trap_enter(unsigned int vector, const void *entry, uint8_t flags);

#endif /* !__ASSEMBLER__ */
#endif /* GUEST_TRAP_H */
