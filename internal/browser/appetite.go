package browser

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// A page that eats memory without end must not take the machine with it, nor
// the visits beside it. V8's own limit (4 GB a tab on most machines) counts only
// the objects of scripts, not buffers, pictures and documents; so the resident
// memory of every process that shows pages is looked at while there are visits,
// and one that has grown beyond all measure is ended. Its tab has crashed, then.

const (
	// mostMemory is what a page may take, in bytes: more than the tabs of most
	// customers' devices are given. On a small machine it is half of that.
	mostMemory = 2 << 30
	// leastMemory is what a page may take on the smallest machine.
	leastMemory = 512 << 20
	// appetiteEvery is how often Chrome's processes are looked at: a page that
	// does nothing else can take half a gigabyte meanwhile.
	appetiteEvery = 250 * time.Millisecond
	// causedBy is within which time of such an end a crash is explained by it.
	causedBy = 3 * time.Second
)

// appetite watches the memory of one Chrome's pages. The zero value of what it
// notes is that none was ended.
type appetite struct {
	limit int64        // of one process, in bytes
	ended atomic.Int64 // when the last one was ended, Unix nanoseconds
}

// newAppetite is one with the limit that is asked for, or the machine's; 0 = the
// machine's.
func newAppetite(limit int64) *appetite {
	if limit > 0 {
		return &appetite{limit: limit}
	}
	limit = mostMemory
	if have := MachineMemory(); have > 0 {
		limit = max(leastMemory, min(limit, have/2))
	}
	return &appetite{limit: limit}
}

// guardMemory ends the renderers of a Chrome that grow too large, until ctx ends.
func (b *Browser) guardMemory(ctx context.Context, p *process) {
	tick := time.NewTicker(appetiteEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		b.mu.Lock()
		visited := p.active > 0
		b.mu.Unlock()
		if !visited {
			continue
		}
		for _, pid := range p.appetite.glutton("/proc", p.family.members("/proc", p.pid)) {
			b.log.Warn("a page took too much memory: its process was ended", "pid", pid, "limit_bytes", p.appetite.limit)
			p.appetite.ended.Store(time.Now().UnixNano())
			_ = syscall.Kill(pid, syscall.SIGKILL) // one that has just ended needs none
		}
	}
}

// glutton are those of the processes that show pages and have grown too large.
func (a *appetite) glutton(proc string, pids []int) []int {
	var found []int
	for _, pid := range pids {
		dir := filepath.Join(proc, strconv.Itoa(pid))
		if resident(filepath.Join(dir, "statm")) <= a.limit {
			continue
		}
		command, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		if err == nil && bytes.Contains(command, []byte("--type=renderer")) {
			found = append(found, pid)
		}
	}
	return found
}

// resident is a process's resident memory in bytes, by its statm; 0 where it
// has just ended.
func resident(statm string) int64 {
	data, err := os.ReadFile(statm)
	if err != nil {
		return 0
	}
	fields := bytes.Fields(data)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// MachineMemory is what this machine, or the container that we are in, has in
// bytes; 0 where it doesn't say.
func MachineMemory() int64 { return machineMemory("/") }

// machineMemory is what this machine, or the container that we are in, has in
// bytes; 0 where it doesn't say.
func machineMemory(root string) int64 {
	have := int64(0)
	if data, err := os.ReadFile(filepath.Join(root, "proc/meminfo")); err == nil {
		for line := range bytes.Lines(data) {
			rest, ok := bytes.CutPrefix(line, []byte("MemTotal:"))
			if fields := bytes.Fields(rest); ok && len(fields) > 0 {
				if kb, err := strconv.ParseInt(string(fields[0]), 10, 64); err == nil {
					have = kb << 10
				}
			}
		}
	}
	if data, err := os.ReadFile(filepath.Join(root, "sys/fs/cgroup/memory.max")); err == nil {
		// "max" where there is no limit.
		if limit, err := strconv.ParseInt(string(bytes.TrimSpace(data)), 10, 64); err == nil && limit > 0 && (have == 0 || limit < have) {
			have = limit
		}
	}
	return have
}

// caused says of a crash that just happened that it was such an end.
func (a *appetite) caused() bool {
	ended := a.ended.Load()
	return ended > 0 && time.Since(time.Unix(0, ended)) < causedBy
}

// size is the limit, for people.
func (a *appetite) size() string {
	if a.limit >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(a.limit)/(1<<30))
	}
	return fmt.Sprintf("%d MiB", a.limit>>20)
}
