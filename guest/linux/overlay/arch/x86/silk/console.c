// SPDX-License-Identifier: GPL-2.0-only
/*
 * console.c - hvc0 on the guest's console, and the kernel's messages before
 * there is an hvc0.
 *
 * Invariant: what a call didn't take is not dropped: hvc tries again when the
 * event says that there is room.
 */
#include <linux/console.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/string.h>
#include <asm/silk.h>

#include "../../../drivers/tty/hvc/hvc_console.h"

static int silk_put_chars(u32 vtermno, const char *buf, int count)
{
	u32 done = silk_call2(SILK_CALL_console_write, (u32)buf, count);

	return silk_refused(done) ? 0 : done;
}

static int silk_get_chars(u32 vtermno, char *buf, int count)
{
	u32 done = silk_call2(SILK_CALL_console_read, (u32)buf, count);

	return silk_refused(done) ? 0 : done;
}

static const struct hv_ops silk_hv_ops = {
	.get_chars = silk_get_chars,
	.put_chars = silk_put_chars,
	.notifier_add = notifier_add_irq,
	.notifier_del = notifier_del_irq,
	.notifier_hangup = notifier_hangup_irq,
};

static int __init silk_console_init(void)
{
	return hvc_instantiate(0, 0, &silk_hv_ops);
}
console_initcall(silk_console_init);

static int __init silk_hvc_init(void)
{
	return PTR_ERR_OR_ZERO(hvc_alloc(0, SILK_IRQ(SILK_EVENT_CONSOLE),
					 &silk_hv_ops, 256));
}
device_initcall(silk_hvc_init);

/* ---- before hvc0 ---- */

/* A full console is given some time, and then does without the rest. */
#define PATIENCE	10000

static void early_put(const char *text, unsigned int count)
{
	unsigned int tries = 0;

	while (count && tries < PATIENCE) {
		u32 done = silk_call2(SILK_CALL_console_write, (u32)text, count);

		if (silk_refused(done)) {
			tries++;
			silk_call0(SILK_CALL_yield);
		} else {
			text += done;
			count -= done;
		}
	}
}

static void early_write(struct console *console, const char *text,
			unsigned int count)
{
	const char *end;

	for (; count; text = end) {
		end = memchr(text, '\n', count);
		end = end ? end + 1 : text + count;
		count -= end - text;
		if (end[-1] == '\n') {
			early_put(text, end - text - 1);
			early_put("\r\n", 2);
		} else {
			early_put(text, end - text);
		}
	}
}

static struct console silk_early = {
	.name = "earlysilk",
	.write = early_write,
	.flags = CON_PRINTBUFFER | CON_BOOT | CON_ANYTIME,
	.index = -1,
};

void __init silk_early_console(void)
{
	register_console(&silk_early);
}
