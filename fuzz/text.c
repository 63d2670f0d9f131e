// SPDX-License-Identifier: GPL-2.0-only
/*
 * text.c - the second kind of input: what a boot loader or an operator says, byte
 * by byte, and kernel images that a boot loader brought.
 *
 * The first byte chooses. They are trusted with the machine, not with its memory:
 * whatever they say, the hypervisor stays whole, guests that can't be made leave
 * nothing, and the log is printable.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hypervisor/core/audit.h"
#include "hypervisor/core/boot.h"
#include "hypervisor/core/config.h"
#include "hypervisor/core/control.h"
#include "tests/unit/life_fixture.h"

#define LINE 1600u

static void look_at_all(void)
{
	char why[160];
	u32 i;

	for (i = 0; i < GUESTS_MAX; i++) {
		if (guests[i].state == GUEST_NONE)
			continue;
		machine_attach(&guests[i]);
		if (audit_guest(&guests[i], why, sizeof(why)))
			finding("audit of guest %u: %s", i, why);
		machine_attach(NULL);
	}
	look_at_machine();
}

static void look_at_output(void)
{
	const char *text = fake.output[FAKE_CONSOLES];
	u32 i;

	for (i = 0; i < fake.output_bytes[FAKE_CONSOLES]; i++)
		if (text[i] != '\n' && text[i] != '\r' && text[i] != '\b' && text[i] != '\a' &&
		    text[i] != '\033' && (text[i] < ' ' || text[i] > '~'))
			finding("byte %02x on the prompt's terminal", (u8)text[i]);
	fake.output_bytes[FAKE_CONSOLES] = 0;
}

/* The limits that [BOOT] and config.h give, whatever was said. */
static void check_config(const struct guest_config *c)
{
	if (!c->name[0] || strlen(c->name) >= SILK_NAME_MAX ||
	    strlen(c->cmdline) >= SILK_CMDLINE_MAX || c->kernel_module >= fake.modules ||
	    (c->initrd_module != CONFIG_NONE && c->initrd_module >= fake.modules) ||
	    c->chunks < 2 || c->chunks > CHUNKS || c->low_chunks > c->chunks ||
	    c->table_chunks >= c->low_chunks || c->chunk_limit < c->chunks ||
	    c->chunk_limit > CHUNKS || !c->weight || c->weight > CONFIG_WEIGHT_MAX)
		finding("a configuration beyond its limits");
}

/* Made, booted as far as it goes, and unmade. */
static void try_guest(const struct guest_config *c, const u8 *image, u32 bytes)
{
	struct guest *g;

	if (guest_create(c, &g))
		return;
	fake.current = NULL;
	if (g->state == GUEST_OFF && guest_unpause(g))
		finding("a guest that was made can't be started");
	while (g->state == GUEST_BOOTING)
		guest_boot_step(g);
	machine_attach(NULL);
	if (g->state == GUEST_RUNNING && bytes)
		image_look(g, image, bytes);
	look_at_all();
	guest_destroy(g);
}

static void configure(struct input *in)
{
	static struct guest_config c;
	char line[LINE];
	u32 module = byte(in) & 1 ? CONFIG_NONE : 0, n = (u32)MIN(in->left, LINE - 1u);

	memcpy(line, in->data, n);
	line[n] = 0;
	doing("a module says '%.100s'", line);
	if (!config_is_guest(line) || config_parse(&c, line, module))
		return;
	check_config(&c);
	try_guest(&c, NULL, 0);
}

/* All that is typed, in pieces, as a line may be carried out in between. */
static void type(struct input *in)
{
	doing("somebody types");
	while (in->left) {
		u32 n = (u32)MIN(in->left, 64u);

		outside_type((const char *)in->data, n);
		in->data += n;
		in->left -= n;
		world_settle();
		look_at_all();
		look_at_output();
	}
}

static void boot_image(struct input *in)
{
	static u8 image[FUZZ_IMAGE + 4];
	static struct guest_config c;
	struct module *m = &fake.module[0], saved = *m;
	u32 how = byte(in), bytes = pick_image(in, image), pages = FUZZ_IMAGE / PAGE_SIZE;
	u8 *at = hv_pages_alloc(pages);

	doing("a module is a kernel of %u bytes", bytes);
	memcpy(at, image, bytes);
	*m = (struct module){ hv_page_machine(at), bytes, "kernel kernel" };
	if (config_parse(&c, how & 1 ? "kernel name=x mem=8M" : "kernel name=x mem=24M initrd=1", 0))
		finding("a configuration is refused");
	try_guest(&c, image, how & 1 ? bytes : 0);
	*m = saved;
	hv_pages_free(at, pages);
}

void fuzz_text(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	u32 what = byte(&in);

	world_make();
	fake.on_copy = NULL;
	fake.on_map = NULL;
	switch (what % 3) {
	case 0:
		guest_destroy(&guests[2]);
		configure(&in);
		break;
	case 1:
		type(&in);
		break;
	case 2:
		guest_destroy(&guests[2]);
		boot_image(&in);
	}
	look_at_all();
	world_unmake();
}
