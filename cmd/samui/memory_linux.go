package main

import "golang.org/x/sys/unix"

// sharedMemory is the size of /dev/shm in bytes; false where there is none.
func sharedMemory() (bytes uint64, ok bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs("/dev/shm", &fs); err != nil {
		return 0, false
	}
	return fs.Blocks * uint64(fs.Bsize), true
}
