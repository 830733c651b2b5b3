package browser

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryOfTheMachine(t *testing.T) {
	for _, c := range []struct {
		name, meminfo, limit string // empty = there is no such file
		want                 int64
	}{
		{"the machine's", "MemFree: 1 kB\nMemTotal:       4096 kB\n", "", 4 << 20},
		{"a container without a limit", "MemTotal: 4096 kB\n", "max\n", 4 << 20},
		{"a container's limit", "MemTotal: 4096 kB\n", "1048576\n", 1 << 20},
		{"a limit above what there is", "MemTotal: 4096 kB\n", "104857600\n", 4 << 20},
		{"nobody says", "", "", 0},
	} {
		root := t.TempDir()
		for path, text := range map[string]string{"proc/meminfo": c.meminfo, "sys/fs/cgroup/memory.max": c.limit} {
			if text == "" {
				continue
			}
			path = filepath.Join(root, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := machineMemory(root); got != c.want {
			t.Errorf("%s: %d bytes; want %d", c.name, got, c.want)
		}
	}
}
