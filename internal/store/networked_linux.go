package store

import (
	"log/slog"

	"golang.org/x/sys/unix"
)

// warnNetworked says so where the data folder is on a network file system:
// SQLite's log needs memory that all its users share, and locks that hold.
func warnNetworked(log *slog.Logger, dir string) {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return
	}
	switch uint32(fs.Type) { //nolint:gosec // the magic numbers have 32 bits
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.V9FS_MAGIC, unix.AFS_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC:
		log.Warn("the data folder is on a network file system: results may be lost when the power fails; move it to a local disk", "dir", dir)
	}
}
