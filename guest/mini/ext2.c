// SPDX-License-Identifier: GPL-2.0-only
/*
 * ext2.c - the root file system. The format is that of the Linux kernel's
 * Documentation/filesystems/ext2.rst; mke2fs makes images of it.
 *
 * What a disk says is checked before it is used: block and inode numbers,
 * lengths of directory entries. A damaged disk gives -EIO.
 */
#include "ext2.h"
#include "cache.h"
#include "print.h"
#include "user.h"

#define SUPER_OFFSET      1024u
#define SUPER_MAGIC       0xef53u
#define ROOT_INODE        2u
#define INODES            64u /* in memory */
#define DIRECT            12u /* block numbers in an inode */
#define AHEAD             8u  /* blocks of the cache, read ahead */
#define MODE_TYPE         0xf000u
#define MODE_DIRECTORY    0x4000u
#define MODE_FILE         0x8000u
/* The one incompatible feature that needs nothing special: a file's type in
 * its directory entry. */
#define INCOMPAT_FILETYPE 0x2u

struct super {
	uint32_t inodes_count, blocks_count, unused1[3], first_data_block,
		log_block_size, unused2, blocks_per_group, unused3,
		inodes_per_group, unused4[3];
	uint16_t magic, unused5[9];
	uint32_t rev_level, unused6[2];
	uint16_t inode_size, unused7;
	uint32_t unused8, feature_incompat;
};
_Static_assert(offsetof(struct super, magic) == 56, "ext2 superblock");
_Static_assert(offsetof(struct super, feature_incompat) == 96, "ext2 superblock");

struct group {
	uint32_t unused1[2], inode_table, unused2[5];
};

struct disk_inode {
	uint16_t mode, unused1;
	uint32_t size, unused2[8], block[15];
};
_Static_assert(offsetof(struct disk_inode, block) == 40, "ext2 inode");

struct disk_dirent {
	uint32_t inode;
	uint16_t rec_len;
	uint8_t name_len, file_type;
	char name[];
};

static struct {
	uint16_t device;
	bool mounted;
	uint32_t block_size, blocks, inodes, inodes_per_group, inode_size;
	uint64_t groups_at; /* byte offset of the group descriptors */
} fs;

static struct inode inodes[INODES];

/* n bytes of the disk, which must not cross a cache block. */
static int disk_read(uint64_t at, void *to, uint32_t n, bool user)
{
	struct buffer *b = cache_get(fs.device, (uint32_t)(at / CACHE_BLOCK));
	const char *from;
	int error = 0;

	if (!b)
		return -EIO;
	from = (const char *)cache_data(b) + at % CACHE_BLOCK;
	if (user)
		error = copy_out(to, from, n);
	else
		memcpy(to, from, n);
	cache_put(b);
	return error;
}

static uint32_t type_of(uint32_t mode)
{
	if ((mode & MODE_TYPE) == MODE_DIRECTORY)
		return MINI_DIRECTORY;
	return (mode & MODE_TYPE) == MODE_FILE ? MINI_FILE : 0;
}

static int read_inode(uint32_t number, struct inode *inode)
{
	uint32_t group = (number - 1) / fs.inodes_per_group;
	uint32_t index = (number - 1) % fs.inodes_per_group;
	struct disk_inode disk;
	struct group g;
	int error;

	if (number == 0 || number > fs.inodes)
		return -EIO;
	error = disk_read(fs.groups_at + group * sizeof(g), &g, sizeof(g), false);
	if (error)
		return error;
	if (g.inode_table >= fs.blocks)
		return -EIO;
	error = disk_read((uint64_t)g.inode_table * fs.block_size +
				  (uint64_t)index * fs.inode_size,
			  &disk, sizeof(disk), false);
	if (error)
		return error;
	inode->size = disk.size;
	inode->type = type_of(disk.mode);
	memcpy(inode->blocks, disk.block, sizeof(inode->blocks));
	return 0;
}

/* An inode is read once and kept as long as somebody holds it. Reading it may
 * sleep: it is put into the table only afterwards. */
static int get_inode(uint32_t number, struct inode **result)
{
	struct inode read, *slot = NULL;
	int error;

	for (struct inode *i = inodes; i < inodes + INODES; i++) {
		if (i->number != number)
			continue;
		i->refs++;
		*result = i;
		return 0;
	}
	error = read_inode(number, &read);
	if (error)
		return error;
	for (struct inode *i = inodes; i < inodes + INODES; i++) {
		if (i->number == number) {
			slot = i;
			break;
		}
		if (!i->refs && (!slot || !i->number))
			slot = i;
	}
	if (!slot)
		return -EMFILE;
	if (slot->number != number) {
		read.number = number;
		read.refs = 0;
		*slot = read;
	}
	slot->refs++;
	*result = slot;
	return 0;
}

void inode_ref(struct inode *inode)
{
	inode->refs++;
}

void inode_put(struct inode *inode)
{
	inode->refs--;
}

/* Entry index of a block of block numbers; 0 stays 0: a hole. */
static int indirect(uint32_t *block, uint32_t index)
{
	if (*block == 0)
		return 0;
	if (*block >= fs.blocks)
		return -EIO;
	return disk_read((uint64_t)*block * fs.block_size + index * 4, block, 4, false);
}

/* The disk block of block n of a file: direct, or by one, two or three blocks
 * of block numbers. */
static int map_block(const struct inode *inode, uint32_t n, uint32_t *block)
{
	uint32_t per = fs.block_size / 4, span = 1;
	int level = 0, error = 0;

	if (n < DIRECT) {
		*block = inode->blocks[n];
		return *block < fs.blocks ? 0 : -EIO;
	}
	n -= DIRECT;
	for (level = 0; level < 3; level++) {
		span *= per; /* at most 1024^3: fits */
		if (n < span)
			break;
		n -= span;
	}
	if (level == 3)
		return -EIO;
	*block = inode->blocks[DIRECT + level];
	for (; level >= 0 && !error; level--) {
		span /= per;
		error = indirect(block, n / span);
		n %= span;
	}
	return error ? error : *block < fs.blocks ? 0
						  : -EIO;
}

/* After a read that went through block n: the disk may work on the next ones
 * while the program works on this. Block n is mapped, so its neighbours are
 * likely to be the file's next. */
static void read_ahead(uint32_t block)
{
	uint32_t at = (uint32_t)((uint64_t)block * fs.block_size / CACHE_BLOCK);

	for (uint32_t i = 1; i <= AHEAD; i++)
		cache_prefetch(fs.device, at + i);
}

static int read_zeros(void *to, uint32_t n, bool user)
{
	static const char zeros[CACHE_BLOCK];

	if (user)
		return copy_out(to, zeros, n);
	memset(to, 0, n);
	return 0;
}

int inode_read(struct inode *inode, uint32_t offset, void *to, uint32_t n, bool user)
{
	uint32_t done = 0;

	if (offset >= inode->size)
		return 0;
	if (n > inode->size - offset)
		n = inode->size - offset;
	while (done < n) {
		uint32_t at = offset + done, in_block = at % fs.block_size;
		uint32_t part = fs.block_size - in_block, block;
		int error = map_block(inode, at / fs.block_size, &block);

		if (part > n - done)
			part = n - done;
		if (!error && block == 0)
			error = read_zeros((char *)to + done, part, user);
		else if (!error)
			error = disk_read((uint64_t)block * fs.block_size + in_block,
					  (char *)to + done, part, user);
		if (error)
			return done > 0 ? (int)done : error;
		if (at % CACHE_BLOCK == 0 && inode->size - at > CACHE_BLOCK)
			read_ahead(block);
		done += part;
	}
	return (int)done;
}

int inode_readdir(struct inode *inode, uint32_t *offset, struct mini_dirent *entry)
{
	struct disk_dirent d;
	int n;

	if (inode->type != MINI_DIRECTORY)
		return -ENOTDIR;
	for (;;) {
		n = inode_read(inode, *offset, &d, sizeof(d), false);
		if (n <= 0)
			return n;
		if (n < (int)sizeof(d) || d.rec_len < sizeof(d) || d.rec_len % 4 ||
		    d.name_len > d.rec_len - sizeof(d))
			return -EIO;
		n = inode_read(inode, *offset + sizeof(d), entry->name, d.name_len, false);
		if (n != d.name_len)
			return n < 0 ? n : -EIO;
		*offset += d.rec_len;
		if (d.inode == 0)
			continue;
		entry->name[n] = '\0';
		entry->inode = d.inode;
		entry->type = d.file_type == 2 ? MINI_DIRECTORY : MINI_FILE;
		return 1;
	}
}

static int lookup(struct inode *directory, const char *name, size_t n, struct inode **result)
{
	struct mini_dirent entry;
	uint32_t offset = 0;
	int more;

	while ((more = inode_readdir(directory, &offset, &entry)) > 0)
		if (strlen(entry.name) == n && !memcmp(entry.name, name, n))
			return get_inode(entry.inode, result);
	return more < 0 ? more : -ENOENT;
}

int inode_open(struct inode *from, const char *path, struct inode **result)
{
	struct inode *at, *next;
	int error = 0;

	if (!fs.mounted)
		return -EIO;
	if (*path == '\0')
		return -ENOENT;
	if (*path == '/' || !from)
		error = get_inode(ROOT_INODE, &at);
	else
		inode_ref(at = from);
	while (!error) {
		size_t n = 0;

		while (*path == '/')
			path++;
		while (path[n] && path[n] != '/')
			n++;
		if (n == 0) {
			*result = at;
			return 0;
		}
		error = lookup(at, path, n, &next);
		inode_put(at);
		at = next;
		path += n;
	}
	return error;
}

int ext2_mount(uint16_t device)
{
	struct super s;
	int error;

	fs.device = device;
	error = disk_read(SUPER_OFFSET, &s, sizeof(s), false);
	if (error)
		return error;
	if (s.magic != SUPER_MAGIC || s.log_block_size > 2 ||
	    s.feature_incompat & ~INCOMPAT_FILETYPE || !s.inodes_per_group)
		return -EINVAL;
	fs.block_size = 1024u << s.log_block_size;
	fs.blocks = s.blocks_count;
	fs.inodes = s.inodes_count;
	fs.inodes_per_group = s.inodes_per_group;
	fs.inode_size = s.rev_level > 0 ? s.inode_size : 128;
	if (fs.inode_size < 128 || fs.inode_size > 1024 ||
	    fs.inode_size & (fs.inode_size - 1))
		return -EINVAL;
	fs.groups_at = (uint64_t)(s.first_data_block + 1) * fs.block_size;
	fs.mounted = true;
	return 0;
}
