package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkCheck1000 checks a thousand journeys as `samui check` does; it has
// to take less than two seconds.
func BenchmarkCheck1000(b *testing.B) {
	shipped, err := os.ReadFile("../../probes/buy-shoes.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.Chdir(b.TempDir())
	if err := os.Mkdir("probes", 0o700); err != nil {
		b.Fatal(err)
	}
	for i := range 1000 {
		text := strings.Replace(string(shipped), "journey: buy-shoes", fmt.Sprintf("journey: buy-shoes-%d", i), 1)
		if err := os.WriteFile(filepath.Join("probes", fmt.Sprintf("%04d.yaml", i)), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		var out, errs bytes.Buffer
		w := &world{stdout: &out, stderr: &errs, lookup: os.LookupEnv}
		if err := dispatch(b.Context(), w, []string{"check"}); err != nil || !strings.Contains(errs.String(), "1000 journeys: 0 mistakes") {
			b.Fatalf("%v: %s%s", err, out.String(), errs.String())
		}
	}
}
