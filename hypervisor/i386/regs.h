/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * regs.h - selectors and control-register bits, for C and assembler.
 * (Intel SDM volume 3: 2.5 control registers, 3.4 segments, 6.15 vectors.)
 */
#ifndef SILK_I386_REGS_H
#define SILK_I386_REGS_H

#define GDT_HYPERVISOR_CS   33
#define GDT_HYPERVISOR_DS   34
#define GDT_TSS             35
#define GDT_FAULT_TSS       36
#define GDT_ENTRIES         37
#define HYPERVISOR_CS       (GDT_HYPERVISOR_CS * 8)
#define HYPERVISOR_DS       (GDT_HYPERVISOR_DS * 8)

#define GUEST_CS            0x63 /* SILK_I386_KERNEL_CS at ring 3 */
#define GUEST_DS            0x6b

#define CR0_SET             0x80050033 /* PG AM WP NE ET MP PE */
#define CR4_PSE             0x010
#define CR4_PGE             0x080
#define CR4_FXSR            0x200
#define CR4_XMMEXCPT        0x400

#define EFLAGS_ONE          0x002
#define EFLAGS_IF           0x200
#define EFLAGS_RF           0x10000
#define EFLAGS_VM           0x20000
#define EFLAGS_ENTRY        0x202 /* in a guest's handler */

#define VECTOR_DEBUG        1
#define VECTOR_NMI          2
#define VECTOR_BREAKPOINT   3
#define VECTOR_OVERFLOW     4
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_GP           13
#define VECTOR_PF           14
#define VECTOR_MCE          18
#define VECTOR_TIMER        0xf0
#define VECTOR_SPURIOUS     0xff

#define PF_PRESENT          1
#define PF_USER             4

#endif
