//go:build unix

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A file that may not grow is neither a full disk nor a read-only one: the
// system gives an error of its own. It holds for a whole process.
func TestAQuota(t *testing.T) {
	if out, err := child(t.Context(), "bent", t.TempDir()).Output(); err != nil || strings.TrimSpace(string(out)) != "fine" {
		t.Errorf("the child said %q, %v", out, err)
	}
}

// beBent records, fails because its files may not grow, and goes on.
func beBent(dir string) error {
	ctx := context.Background()
	signal.Ignore(unix.SIGXFSZ)
	s, err := Open(ctx, dir, Options{})
	if err != nil {
		return err
	}
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 200_000, Max: was.Max}); err != nil {
		return err
	}
	recorded := 0
	for ; err == nil && recorded < 1000; recorded++ {
		err = s.Record(ctx, slotAt(recorded), result(slotAt(recorded), fmt.Sprint(recorded), "influxdb"))
	}
	recorded--
	if err == nil || hint(err) == "" {
		return fmt.Errorf("within a quota: %w, hint %q", err, hint(err))
	}
	if s.writer.lastFault() == nil {
		return errors.New("after a failed write the store is well")
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if err := s.Healthy(ctx); err != nil {
		return fmt.Errorf("without a quota: %w", err)
	}
	if err := s.Record(ctx, slotAt(recorded), result(slotAt(recorded), fmt.Sprint(recorded))); err != nil {
		return err
	}
	runs, err := s.Runs(ctx, Query{Limit: 2000})
	if err != nil || len(runs) != recorded+1 {
		return fmt.Errorf("%d runs, want the %d that were acknowledged: %w", len(runs), recorded+1, err)
	}
	_, err = fmt.Fprintln(os.Stdout, "fine")
	return errors.Join(err, s.Close())
}
