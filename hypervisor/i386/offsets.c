// SPDX-License-Identifier: GPL-2.0-only
/* offsets.c - numbers of C structures for the assembler; never linked. */
#include "arch.h"

#define DEFINE(sym, val) asm volatile("\n->" #sym " %0" \
				      : \
				      : "i"(val))
#define HOT(field, member) \
	DEFINE(field, offsetof(struct arch_vcpu, hot.member) - offsetof(struct arch_vcpu, hot))

void offsets(void);

void offsets(void)
{
	HOT(HOT_MODE, mode);
	HOT(HOT_WORK, work);
	HOT(HOT_KERNEL_CR3, kernel_cr3);
	HOT(HOT_USER_CR3, user_cr3);
	HOT(HOT_PAGE, page);
	HOT(HOT_SYSCALL_ENTRY, syscall_entry);
	HOT(HOT_SYSCALL_VIF, syscall_vif);
	HOT(HOT_FAULT_ENTRY, fault_entry);
	HOT(HOT_FAULT_VIF, fault_vif);
	HOT(HOT_CALLS, calls);
	HOT(HOT_BOUNCES, bounces);
	HOT(HOT_DEBUG_CALL, debug_call);
	DEFINE(HOT_VCPU, offsetof(struct arch_vcpu, v) - offsetof(struct arch_vcpu, hot));
	DEFINE(MODE_KERNEL, MODE_KERNEL);
	DEFINE(MODE_USER, MODE_USER);
	DEFINE(PAGE_VIF, offsetof(struct silk_vcpu, vif));
	DEFINE(PAGE_PENDING, offsetof(struct silk_vcpu, pending));
	DEFINE(PAGE_MASK, offsetof(struct silk_vcpu, mask));
	DEFINE(PAGE_KERNEL_SP, offsetof(struct silk_vcpu, kernel_sp));
	DEFINE(PAGE_QUEUE_COUNT, offsetof(struct silk_vcpu, queue_count));
	DEFINE(PAGE_FAULT_ADDRESS, offsetof(struct silk_vcpu, fault_address));
	DEFINE(PAGE_DIAG_CALL, offsetof(struct silk_vcpu, diag.call));
	DEFINE(REGS_VECTOR, offsetof(struct regs, vector));
	DEFINE(REGS_CS, offsetof(struct regs, cs));
}
