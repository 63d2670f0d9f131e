// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio_console.c - guests' consoles on a multiport virtio-serial device
 * (virtio 1.0, 5.3).
 *
 * Invariant: one control message to the device is under way at a time, and all
 * of its answers have been taken before the next: so the device never lacks
 * buffers for answers, which it would drop. What the device says of ports and
 * lengths is checked before it is used.
 */
#include "virtio_console.h"
#include "../core/console.h"
#include "../core/format.h"
#include "../core/libc.h"
#include "../core/machine.h"
#include "virtio.h"

#define F_MULTIPORT         (1u << 1) /* 5.3.3 */
#define CONFIG_PORTS        4         /* 5.3.4: max_nr_ports */

/* 5.3.6.2: control messages */
#define EVENT_DEVICE_READY  0
#define EVENT_DEVICE_ADD    1
#define EVENT_DEVICE_REMOVE 2
#define EVENT_PORT_READY    3
#define EVENT_PORT_OPEN     6

struct message {
	u32 port;
	u16 event, value;
};

#define PORTS           17u /* one for each guest, and port 0 */
#define QUEUE           16u /* entries of a port's queue */
#define IN_BUFFERS      4u  /* a page holds these... */
#define IN_BYTES        256u
#define OUT_BUFFERS     6u /* ...and these */
#define OUT_BYTES       512u
#define OUT_START       (IN_BUFFERS * IN_BYTES)
#define OUT_ALL         ((1u << OUT_BUFFERS) - 1)
#define CONTROL_BUFFERS 32u /* a page holds these and a message out */
#define CONTROL_BYTES   64u /* longer ones hold a name: cut */
#define CONTROL_START   (CONTROL_BUFFERS * CONTROL_BYTES)
#define NONE            (~0u)
#define START_POLLS     2000000u

/* What the device is to be told of a port. */
#define SAY_READY       1
#define SAY_OPEN        2

struct port {
	bool exists, open;
	u32 console;  /* its number, NONE: it has none yet */
	bool refused; /* a write took less than all */
	u8 say;       /* SAY_* */
	u8 out_free;  /* a bit for each free buffer */
	char *page;
	struct virtq in, out;
};

static struct virtio_device device;
static struct port ports[PORTS];
static struct port *consoles[PORTS];
static u32 console_count;
static u32 port_count; /* ports with queues; 0: no device */
static struct virtq control_in, control_out;
static char *control_page;
static bool control_busy; /* a message out is under way */
static bool say_device_ready;
static bool numbered; /* the ports of the start have their numbers */

/* ---- buffers ---- */

static bool add(struct virtq *q, const char *page, u32 at, u32 bytes, bool in,
		u32 token)
{
	struct virtq_piece piece = { hv_page_machine(page) + at, bytes };

	return virtq_add(q, &piece, !in, in, (u16)token, NULL);
}

static void offer_in(struct port *p, u32 n)
{
	add(&p->in, p->page, n * IN_BYTES, IN_BYTES, true, n);
}

static void offer_control(u32 n)
{
	add(&control_in, control_page, n * CONTROL_BYTES, CONTROL_BYTES, true, n);
}

/* ---- ports and consoles ---- */

static void number_port(struct port *p)
{
	if (p->console != NONE)
		return;
	p->console = console_count;
	consoles[console_count++] = p;
}

static void room(const struct port *p)
{
	if (p->console != NONE)
		console_room(p->console);
}

static void set_open(struct port *p, bool open)
{
	bool before = p->open;

	p->open = open;
	if (p->console != NONE && open && !before)
		console_opened(p->console);
	if (!open)
		room(p);
}

/* ---- control messages ---- */

static void send(u32 port, u16 event)
{
	struct message *m = (struct message *)(control_page + CONTROL_START);

	m->port = port;
	m->event = event;
	m->value = 1;
	control_busy = add(&control_out, control_page, CONTROL_START,
			   sizeof(*m), false, 0);
	virtq_kick(&control_out);
}

/* The next thing that is to be said. */
static void send_next(void)
{
	u32 i;

	if (say_device_ready) {
		say_device_ready = false;
		send(~0u, EVENT_DEVICE_READY);
		return;
	}
	for (i = 0; i < port_count; i++) {
		if (!ports[i].say)
			continue;
		if (ports[i].say & SAY_READY) {
			ports[i].say &= (u8)~SAY_READY;
			send(i, EVENT_PORT_READY);
		} else {
			ports[i].say = 0;
			send(i, EVENT_PORT_OPEN);
		}
		return;
	}
}

static void take_message(const struct message *m)
{
	struct port *p = &ports[m->port];

	switch (m->event) {
	case EVENT_DEVICE_ADD:
		p->exists = true;
		if (numbered)
			number_port(p);
		p->say = SAY_READY | SAY_OPEN;
		break;
	case EVENT_DEVICE_REMOVE:
		p->exists = false;
		p->say = 0;
		set_open(p, false);
		break;
	case EVENT_PORT_OPEN:
		set_open(p, p->exists && m->value);
		break;
	}
}

static void run_control(void)
{
	struct message m;
	u32 bytes;
	u16 token;

	if (virtq_take(&control_out, &token, &bytes))
		control_busy = false;
	while (virtq_take(&control_in, &token, &bytes)) {
		memcpy(&m, control_page + token * CONTROL_BYTES, sizeof(m));
		offer_control(token);
		if (bytes >= sizeof(m) && m.port < port_count)
			take_message(&m);
	}
	virtq_kick(&control_in);
	if (!control_busy)
		send_next();
}

/* ---- data ---- */

static void run_input(struct port *p)
{
	u32 bytes;
	u16 token;

	while (virtq_take(&p->in, &token, &bytes)) {
		if (p->console != NONE)
			console_input(p->console, p->page + token * IN_BYTES,
				      MIN(bytes, IN_BYTES));
		offer_in(p, token);
	}
	virtq_kick(&p->in);
}

static void run_output(struct port *p)
{
	u32 bytes;
	u16 token;

	while (virtq_take(&p->out, &token, &bytes))
		p->out_free |= (u8)(1u << token);
	if (p->refused && p->out_free) {
		p->refused = false;
		room(p);
	}
}

u32 virtio_console_write(u32 console, const char *text, u32 bytes)
{
	struct port *p;
	u32 taken = 0, n, length;

	if (!virtio_console_connected(console))
		return 0;
	p = consoles[console];
	while (taken < bytes && p->out_free) {
		n = (u32)__builtin_ctz(p->out_free);
		length = MIN(bytes - taken, OUT_BYTES);
		memcpy(p->page + OUT_START + n * OUT_BYTES, text + taken, length);
		if (!add(&p->out, p->page, OUT_START + n * OUT_BYTES, length,
			 false, n))
			break;
		p->out_free &= (u8) ~(1u << n);
		taken += length;
	}
	virtq_kick(&p->out);
	p->refused = taken < bytes;
	return taken;
}

bool virtio_console_exists(u32 console)
{
	return console < console_count && consoles[console]->exists;
}

bool virtio_console_connected(u32 console)
{
	return console < console_count && consoles[console]->open;
}

/* ---- the device ---- */

static bool broken(void)
{
	bool any = control_in.broken || control_out.broken;
	u32 i;

	for (i = 0; i < port_count; i++)
		any = any || ports[i].in.broken || ports[i].out.broken;
	return any;
}

static void run(void)
{
	u32 i;

	if (device.features & F_MULTIPORT)
		run_control();
	for (i = 0; i < port_count; i++) {
		run_input(&ports[i]);
		run_output(&ports[i]);
	}
	if (!broken())
		return;
	virtio_stop(&device);
	port_count = console_count = 0;
	log_printf("consoles: the device broke the virtio rules; it is stopped\n");
}

static void interrupt(void *arg)
{
	(void)arg;
	if (port_count && virtio_interrupted(&device))
		run();
}

/* 5.3.2: port 0 has queues 0 and 1, then come the control queues, then the
 * other ports'. */
static const char *open_port(u32 n)
{
	u32 queue = n ? 2 + 2 * n : 0, i;
	struct port *p = &ports[n];
	const char *error;

	p->page = hv_page_alloc();
	if (!p->page)
		return "the hypervisor has no memory for its ports";
	error = virtio_queue(&device, &p->in, queue, QUEUE);
	if (!error)
		error = virtio_queue(&device, &p->out, queue + 1, QUEUE);
	if (error)
		return error;
	if (p->in.size < IN_BUFFERS || p->out.size < OUT_BUFFERS)
		return "its queues are too short";
	p->out_free = OUT_ALL;
	p->console = NONE;
	for (i = 0; i < IN_BUFFERS; i++)
		offer_in(p, i);
	return NULL;
}

static const char *open_control(void)
{
	const char *error;
	u32 i;

	control_page = hv_page_alloc();
	if (!control_page)
		return "the hypervisor has no memory for its control queues";
	error = virtio_queue(&device, &control_in, 2, CONTROL_BUFFERS);
	if (!error)
		error = virtio_queue(&device, &control_out, 3, CONTROL_BUFFERS);
	for (i = 0; !error && i < control_in.size; i++)
		offer_control(i);
	return error;
}

static const char *open_device(const struct pci_device *pci, u32 *count)
{
	const char *error = virtio_open(&device, pci);
	u32 i;

	if (!error)
		error = virtio_negotiate(&device, F_MULTIPORT);
	*count = 1;
	if (!error && device.features & F_MULTIPORT) {
		*count = MIN(virtio_config32(&device, CONFIG_PORTS), PORTS);
		error = open_control();
	}
	for (i = 0; !error && i < *count; i++)
		error = open_port(i);
	return error;
}

/* Until the device has nothing more to say. */
static void first_talk(void)
{
	u32 i;

	for (i = 0; i < port_count; i++)
		virtq_kick(&ports[i].in);
	if (!(device.features & F_MULTIPORT)) {
		ports[0].exists = ports[0].open = true;
		return;
	}
	virtq_kick(&control_in);
	say_device_ready = true;
	send_next();
	for (i = 0; i < START_POLLS && control_busy; i++)
		if (virtio_interrupted(&device))
			run();
}

/* Before guests are given their consoles. */
static void number_ports(void)
{
	u32 i;

	for (i = 0; i < port_count; i++)
		if (ports[i].exists)
			number_port(&ports[i]);
	numbered = true;
}

static void start(const struct pci_device *pci)
{
	const char *error;
	u32 count;

	error = port_count ? "the first one is in use" : open_device(pci, &count);
	if (error) {
		log_printf("console device at %02x:%02x.%u not used: %s\n",
			   pci->bus, pci->slot, pci->function, error);
		pci_disable(pci);
		return;
	}
	port_count = count;
	virtio_start(&device, interrupt, NULL);
	first_talk();
	number_ports();
	log_printf("consoles at %02x:%02x.%u: %u\n", pci->bus, pci->slot,
		   pci->function, console_count);
}

void virtio_console_init(void)
{
	const struct pci_device *pci;
	u32 i;

	for (i = 0; (pci = pci_get(i)); i++)
		if (virtio_is(pci, VIRTIO_CONSOLE))
			start(pci);
}
