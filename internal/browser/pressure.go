package browser

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// CPUDelays tells how long the main thread of each process of the session's
// Chrome has waited for a CPU since the process began, by process id: the
// honest gauge of contention, since it counts only the waiting of Chrome's own
// threads and nobody else's. Nil where the machine doesn't say.
func (s *Session) CPUDelays() map[int]time.Duration {
	return s.browser.delays(s.process)
}

// CPUDelays is [Session.CPUDelays] of the Chrome that is running now; nil when
// there is none.
func (b *Browser) CPUDelays() map[int]time.Duration {
	if p := b.running(); p != nil {
		return b.delays(p)
	}
	return nil
}

// running is the Chrome that is running now; nil = none.
func (b *Browser) running() *process {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.current
}

func (b *Browser) delays(p *process) map[int]time.Duration {
	if b.options.CPUDelays != nil {
		return b.options.CPUDelays()
	}
	return readDelays("/proc", p.family.members("/proc", p.pid))
}

// readDelays reads the second field of /proc/<pid>/schedstat, the nanoseconds
// that the process's main thread spent runnable and not running
// (Documentation/scheduler/sched-stats.rst of the Linux kernel).
func readDelays(proc string, pids []int) map[int]time.Duration {
	var delays map[int]time.Duration
	for _, pid := range pids {
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

// family remembers who is whose child on this machine: reading all of that
// anew at every step's end costs a third of our own CPU time. A number that was
// given to another process between two looks is taken for the first one. The
// zero value knows nobody; it is safe for concurrent use.
type family struct {
	mu      sync.Mutex
	parents map[int]int
}

// members are a process and all that descend from it: Chrome's renderers are
// children of its zygotes. Where there is no /proc it is alone.
func (f *family) members(proc string, root int) []int {
	found := []int{root}
	entries, err := os.ReadDir(proc)
	if err != nil {
		return found
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	parents := make(map[int]int, len(entries)) // those that have ended are forgotten
	children := make(map[int][]int)
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		parent, known := f.parents[pid]
		if !known {
			if parent, known = parentOf(filepath.Join(proc, entry.Name(), "stat")); !known {
				continue
			}
		}
		parents[pid] = parent
		children[parent] = append(children[parent], pid)
	}
	f.parents = parents
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found
}

func parentOf(stat string) (pid int, known bool) {
	data, err := os.ReadFile(stat)
	if err != nil {
		return 0, false
	}
	// "pid (name) state ppid …": a name may hold spaces and brackets.
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
	if len(fields) < 2 {
		return 0, false
	}
	pid, err = strconv.Atoi(string(fields[1]))
	return pid, err == nil
}

// Memory is the resident memory of all of Chrome's processes in bytes, shared
// pages counted once over all who share them; 0 when Chrome isn't running or
// the machine doesn't say.
func (b *Browser) Memory() int64 {
	p := b.running()
	if p == nil {
		return 0
	}
	var sum int64
	for _, pid := range p.family.members("/proc", p.pid) {
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
