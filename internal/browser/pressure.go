package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// CPUDelays tells how long the main thread of each process of the session's
// Chrome has waited for a CPU since the process began, by process id: the
// honest gauge of contention, since it counts only the waiting of Chrome's own
// threads and nobody else's. Nil where the machine doesn't say.
func (s *Session) CPUDelays() map[int]time.Duration {
	return s.browser.delays(s.process.pid)
}

// CPUDelays is [Session.CPUDelays] of the Chrome that is running now; nil when
// there is none.
func (b *Browser) CPUDelays() map[int]time.Duration {
	if pid := b.pid(); pid != 0 {
		return b.delays(pid)
	}
	return nil
}

// pid is the process id of the Chrome that is running now; 0 = none.
func (b *Browser) pid() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current == nil {
		return 0
	}
	return b.current.pid
}

func (b *Browser) delays(pid int) map[int]time.Duration {
	if b.options.CPUDelays != nil {
		return b.options.CPUDelays()
	}
	return readDelays("/proc", pid)
}

// readDelays reads the second field of /proc/<pid>/schedstat, the nanoseconds
// that the process's main thread spent runnable and not running
// (Documentation/scheduler/sched-stats.rst of the Linux kernel).
func readDelays(proc string, root int) map[int]time.Duration {
	var delays map[int]time.Duration
	for _, pid := range family(proc, root) {
		data, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(pid), "schedstat"))
		if err != nil {
			continue // it has just ended, or this kernel doesn't say
		}
		fields := bytes.Fields(data)
		if len(fields) < 2 {
			continue
		}
		ns, err := strconv.ParseInt(string(fields[1]), 10, 64)
		if err != nil {
			continue
		}
		if delays == nil {
			delays = make(map[int]time.Duration)
		}
		delays[pid] = time.Duration(ns)
	}
	return delays
}

// family is a process and all that descend from it: Chrome's renderers are
// children of its zygotes. Where there is no /proc it is empty.
func family(proc string, root int) []int {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return nil
	}
	children := make(map[int][]int)
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(proc, entry.Name(), "stat"))
		if err != nil {
			continue
		}
		// "pid (name) state ppid …": a name may hold spaces and brackets.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(string(fields[1])); err == nil {
			children[parent] = append(children[parent], pid)
		}
	}
	found := []int{root}
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found
}

// Memory is the resident memory of all of Chrome's processes in bytes, shared
// pages counted once over all who share them; 0 when Chrome isn't running or
// the machine doesn't say.
func (b *Browser) Memory() int64 {
	root := b.pid()
	if root == 0 {
		return 0
	}
	var sum int64
	for _, pid := range family("/proc", root) {
		sum += proportional(filepath.Join("/proc", strconv.Itoa(pid), "smaps_rollup"))
	}
	return sum
}

func proportional(file string) int64 {
	data, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(data) {
		if rest, ok := bytes.CutPrefix(line, []byte("Pss:")); ok {
			if fields := bytes.Fields(rest); len(fields) > 0 {
				kb, err := strconv.ParseInt(string(fields[0]), 10, 64)
				if err == nil {
					return kb << 10
				}
			}
		}
	}
	return 0
}
