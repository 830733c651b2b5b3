package daemon

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// chromeMemory is the resident memory, in bytes, of every process below this
// one, all of which are Chrome's. Memory that they share counts for each.
func chromeMemory() (int64, bool) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(files) == 0 {
		return 0, false
	}
	parent, pages := map[int]int{}, map[int]int64{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue // it ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		// The name in brackets may hold anything; what follows it are numbers
		// (proc_pid_stat(5)): state is field 3, ppid 4, rss 24.
		fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
		if err != nil || len(fields) < 22 {
			continue
		}
		parent[pid], _ = strconv.Atoi(string(fields[1]))
		pages[pid], _ = strconv.ParseInt(string(fields[21]), 10, 64)
	}
	var sum int64
	for pid := range parent {
		for up, steps := parent[pid], 0; up > 0 && steps < len(parent); up, steps = parent[up], steps+1 {
			if up == os.Getpid() {
				sum += pages[pid]
				break
			}
		}
	}
	return sum * int64(os.Getpagesize()), true
}
