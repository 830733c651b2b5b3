//go:build !linux

package daemon

// chromeMemory isn't known where there is no /proc.
func chromeMemory() (int64, bool) { return 0, false }
