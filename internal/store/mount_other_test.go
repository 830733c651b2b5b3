//go:build !linux

package store

import "testing"

// mountSmall mounts disks on Linux only.
func mountSmall(*testing.T, string) bool { return false }
