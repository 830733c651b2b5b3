package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain is the tests, or one of their children: a process of its own, that
// may be killed or bent.
func TestMain(m *testing.M) {
	roles := map[string]func(dir string) error{"busy": beBusy, "bent": beBent}
	if role, is := roles[os.Getenv("SAMUI_TEST_ROLE")]; is {
		if err := role(os.Getenv("SAMUI_TEST_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child is this test binary in one of its roles.
func child(ctx context.Context, role, dir string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "SAMUI_TEST_ROLE="+role, "SAMUI_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// beBusy claims and records one slot after the other, and sends what is due,
// until it is killed. It says what it is about to do and what was acknowledged.
func beBusy(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, dir, Options{})
	if err != nil {
		return err
	}
	last, _, err := s.LastSlot(ctx, slotAt(0).Key())
	if err != nil {
		return err
	}
	first := 1
	if !last.IsZero() {
		first = int(last.Sub(noon)/time.Minute) + 1
	}
	const workers = 3
	failed := make(chan error, workers+1)
	var mu sync.Mutex // a line at a time
	say := func(word string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(append([]any{word}, args...)...)
	}
	for w := range workers {
		go func() {
			for i := first + w; ; i += workers {
				id := fmt.Sprint(i)
				if _, err := s.Begin(ctx, slotAt(i), id); err != nil {
					failed <- err
					return
				}
				say("begun", id)
				if err := s.Record(ctx, slotAt(i), result(slotAt(i), id, "influxdb", "slack")); err != nil {
					failed <- err
					return
				}
				say("recorded", id)
			}
		}()
	}
	go func() { failed <- keepSending(ctx, s, say) }()
	return <-failed
}

// keepSending delivers, puts off and refuses.
func keepSending(ctx context.Context, s *Store, say func(string, ...any)) error {
	for {
		due, err := s.Due(ctx, "influxdb", time.Now(), 3, 0)
		if err != nil {
			return err
		}
		for _, d := range due {
			switch rand.IntN(4) {
			case 0:
				err = s.Retry(ctx, time.Now().Add(time.Hour), "busy", d.ID)
			case 1:
				err = s.Refuse(ctx, "no", d.ID)
			default:
				say("sending", d.Key)
				if err = s.Delivered(ctx, d.ID); err == nil {
					say("sent", d.Key)
				}
			}
			if err != nil {
				return err
			}
		}
	}
}

// said are the words of a child, by the word: the ids it said it of.
type said map[string]map[string]bool

// hear reads a child's words until it has said so many, has it killed, and
// reads what it said meanwhile.
func (s said) hear(t *testing.T, cmd *exec.Cmd, words int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	heard := 0
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // the end, or half a word
			break
		}
		word, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if s[word] == nil {
			s[word] = map[string]bool{}
		}
		s[word][id] = true
		if heard++; heard == words {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	if heard < words {
		t.Fatalf("the child ended by itself after %d words", heard)
	}
}
