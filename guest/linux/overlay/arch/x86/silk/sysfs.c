// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfs.c - who we run under, for users: /sys/hypervisor and /proc/cpuinfo;
 * and the operator's wish that the guest shuts down.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kobject.h>
#include <linux/reboot.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <asm/processor.h>
#include <asm/silk.h>

#define ATTRIBUTE(_name, ...)						\
static ssize_t _name##_show(struct kobject *kobj,			\
			    struct kobj_attribute *attr, char *buf)	\
{									\
	return sysfs_emit(buf, __VA_ARGS__);				\
}									\
static struct kobj_attribute _name##_attribute = __ATTR_RO(_name)

ATTRIBUTE(type, "silk\n");
ATTRIBUTE(version, "%u.%u\n", SILK_INFO->version >> 16,
	  SILK_INFO->version & 0xffff);
ATTRIBUTE(hypervisor, "%s\n", SILK_INFO->hypervisor);
ATTRIBUTE(guest, "%s\n", SILK_INFO->name);
ATTRIBUTE(chunks, "%u\n", SILK_INFO->chunks);
ATTRIBUTE(stolen_ns, "%llu\n", SILK_VCPU->stolen_ns);
ATTRIBUTE(refusals, "%u\n", SILK_VCPU->diag.refusals);

static const struct attribute *const attributes[] = {
	&type_attribute.attr,
	&version_attribute.attr,
	&hypervisor_attribute.attr,
	&guest_attribute.attr,
	&chunks_attribute.attr,
	&stolen_ns_attribute.attr,
	&refusals_attribute.attr,
	NULL,
};

static irqreturn_t shutdown_interrupt(int irq, void *dev)
{
	/* By force if there is no /sbin/poweroff: the guest goes either way. */
	orderly_poweroff(true);
	return IRQ_HANDLED;
}

static int __init silk_sysfs_init(void)
{
	struct cpuinfo_x86 *cpu = &boot_cpu_data;

	strlcat(cpu->x86_model_id, " (SILK)", sizeof(cpu->x86_model_id));
	if (request_irq(SILK_IRQ(SILK_EVENT_SHUTDOWN), shutdown_interrupt, 0,
			"shutdown", NULL))
		pr_err("silk: no shutdown event\n");
	return sysfs_create_files(hypervisor_kobj,
				  (const struct attribute **)attributes);
}
late_initcall(silk_sysfs_init);
