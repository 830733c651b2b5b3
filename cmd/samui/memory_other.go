//go:build !linux

package main

// sharedMemory is unknown here: only Linux puts it in /dev/shm.
func sharedMemory() (bytes uint64, ok bool) { return 0, false }
