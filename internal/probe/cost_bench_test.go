package probe_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"samui/internal/browser"
	"samui/internal/demo"
	"samui/internal/journey"
	"samui/internal/probe"
)

// walkerVariable makes this test binary a walker: a process that walks one
// journey for each line that it reads.
const walkerVariable = "SAMUI_BENCH_WALKER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(walkerVariable); kind != "" {
		if err := beWalker(kind, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "walking:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// beWalker walks the address in each line, and answers with a line when it is
// done: how many messages Chrome has been sent and how many have come from it,
// since it began. It begins with the first line, which says that it is in its
// control group.
func beWalker(kind string, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return lines.Err()
	}
	var sent, came atomic.Int64
	walk, end, err := walkers()[kind](func(ours bool, _ []byte) {
		if ours {
			sent.Add(1)
		} else {
			came.Add(1)
		}
	})
	if err != nil {
		return err
	}
	defer end()
	for lines.Scan() {
		if err := walk(lines.Text()); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, sent.Load(), came.Load()); err != nil {
			return err
		}
	}
	return nil
}

// walkers are those that are compared: Samui with all its numbers on, and the
// least that walks the same way in the same Chrome.
func walkers() map[string]func(overhear) (walk func(url string) error, end func(), err error) {
	return map[string]func(overhear) (func(string) error, func(), error){"samui": samuiWalker, "bare": bareWalker}
}

// overhear is told of every message of the protocol.
type overhear = func(sent bool, message []byte)

func samuiWalker(told overhear) (walk func(string) error, end func(), err error) {
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0, KeepReady: true, Overhear: told})
	if err != nil {
		return nil, nil, err
	}
	walk = func(url string) error {
		j := journey.Journey{ID: "shop", Site: journey.Site{URL: url, Hosts: []string{"127.0.0.1"}}, Steps: fiveSteps(), Timeout: time.Minute}
		run := probe.Run(context.Background(), b, j, desktop(), probe.Options{})
		if !run.Outcome.Timed() {
			return errors.New(outcomes(run))
		}
		return nil
	}
	return walk, func() { _ = b.Close() }, nil
}

// fiveSteps are the way to the checkout of the demo shop: four loads of a page
// and a change within one.
func fiveSteps() []journey.Step {
	click := func(name string) journey.Action {
		return journey.Action{Verb: journey.Click, Target: &journey.Target{By: journey.ByAny, Value: journey.Plain(name)}}
	}
	search := &journey.Target{By: journey.ByLabel, Value: journey.Plain("Search")}
	count := seeing("1")
	count.Op, count.Target = journey.Is, &journey.Target{By: journey.ByTestID, Value: journey.Plain("cart-count")}
	steps := []journey.Step{
		step("home", open("/"), seeing("New arrivals")),
		step("search", journey.Action{Verb: journey.Fill, Target: search, With: journey.Plain("shoes")}, seeing("3 results")),
		step("add", click("Add to cart"), count),
		step("cart", click("Cart"), seeing("Wadi Runner trail shoes")),
		step("checkout", click("Go to checkout"), seeing("Full name")),
	}
	steps[1].Do = append(steps[1].Do, journey.Action{Verb: journey.Press, Key: "Enter"})
	for i := range steps {
		steps[i].Timeout = 30 * time.Second
	}
	return steps
}

// bareWalker is the least that walks the same steps: chromedp, one long-lived
// Chrome, a fresh browser context each time, nothing measured.
func bareWalker(told overhear) (walk func(string) error, end func(), err error) {
	b, err := browser.New(browser.Options{NoSandbox: os.Geteuid() == 0})
	if err != nil {
		return nil, nil, err
	}
	exe := b.Executable()
	_ = b.Close()
	profile, err := os.MkdirTemp("", "samui-bench-")
	if err != nil {
		return nil, nil, err
	}
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(exe.Path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("no-first-run", true))
	chrome, endChrome := chromedp.NewContext(alloc, chromedp.WithBrowserOption(chromedp.WithBrowserDebugf(func(format string, args ...any) {
		told(strings.HasPrefix(format, "->"), args[0].([]byte))
	})))
	if err := chromedp.Do(chrome); err != nil {
		return nil, nil, err
	}
	walk = func(url string) error {
		tab, endTab := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
		defer endTab()
		holds := func(condition string) chromedp.Action[bool] {
			return chromedp.Poll[bool]("document.body && " + condition)
		}
		sees := func(text string) chromedp.Action[bool] {
			return holds(fmt.Sprintf("document.body.innerText.includes(%q)", text))
		}
		loads := func(trigger chromedp.Action[chromedp.Void]) chromedp.Action[cdppage.EventLoadEventFired] {
			return chromedp.WaitEvent(cdppage.LoadEventFired, nil, trigger)
		}
		insert := func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: "shoes"})
			return chromedp.Void{}, err
		}
		return chromedp.Do(
			tab,
			chromedp.Navigate(url+"/"), drop(sees("New arrivals")),
			chromedp.Focus(chromedp.CSS("#q")), insert, drop(loads(chromedp.KeyEvent("\r"))), drop(sees("3 results")),
			chromedp.Click(chromedp.CSS("[data-add] button")), drop(holds("document.querySelector('[data-testid=cart-count]').innerText === '1'")),
			drop(loads(chromedp.Click(chromedp.CSS(".cartlink a")))), drop(sees("Wadi Runner trail shoes")),
			drop(loads(chromedp.Click(chromedp.Search("//main//*[normalize-space()='Go to checkout']")))), drop(sees("Full name")),
		)
	}
	return walk, func() { endChrome(); endAlloc(); _ = os.RemoveAll(profile) }, nil
}

// drop forgets the value of an action.
func drop[T any](action chromedp.Action[T]) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := action(ctx, t)
		return chromedp.Void{}, err
	}
}

// walker is a process that walks when it is told to, with all its children in
// a control group of its own.
type walker struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
	usage func() time.Duration

	sent, came float64 // messages so far
}

func startWalker(b *testing.B, kind string) *walker {
	b.Helper()
	w := &walker{cmd: exec.CommandContext(b.Context(), os.Args[0])}
	w.cmd.Env = append(os.Environ(), walkerVariable+"="+kind)
	w.cmd.Stderr = os.Stderr
	var err error
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	w.out = bufio.NewScanner(out)
	if err := w.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	w.usage = inGroup(b, "samui-bench-"+kind, w.cmd.Process.Pid)
	if _, err := fmt.Fprintln(w.in, "begin"); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = w.in.Close()
		_ = w.cmd.Wait()
	})
	return w
}

// walk walks once, and says what that took. The time ends with the result, the
// CPU time when nothing more is done: what is cleared away, or made ready for
// the next time, counts too, and doesn't disturb the other walker.
func (w *walker) walk(b *testing.B, url string) (cost walkCost) {
	b.Helper()
	before, began := w.usage(), time.Now()
	if _, err := fmt.Fprintln(w.in, url); err != nil {
		b.Fatal(err)
	}
	if !w.out.Scan() {
		b.Fatal("the walker has gone: ", w.out.Err())
	}
	cost.wall = time.Since(began).Seconds()
	w.comeToRest(b)
	cost.cpu = (w.usage() - before).Seconds()
	var sent, came float64
	if _, err := fmt.Sscan(w.out.Text(), &sent, &came); err != nil {
		b.Fatal(err)
	}
	cost.sent, cost.came = sent-w.sent, came-w.came
	w.sent, w.came = sent, came
	return cost
}

// comeToRest waits until the walker and its Chrome do nothing.
func (w *walker) comeToRest(b *testing.B) {
	const look, idle, atMost = 50 * time.Millisecond, time.Millisecond, 5 * time.Second
	again := time.NewTicker(look)
	defer again.Stop()
	for until, before := time.Now().Add(atMost), w.usage(); time.Now().Before(until); {
		select {
		case <-again.C:
		case <-b.Context().Done():
			return
		}
		now := w.usage()
		if now-before < idle {
			return
		}
		before = now
	}
}

// walkCost is what a walk took: seconds, and messages to and from Chrome.
type walkCost struct{ cpu, wall, sent, came float64 }

// inGroup puts a process, which has no children yet, into a control group and
// returns what the group has used of the CPUs. What wait4 tells misses the
// children of Chrome's zygote.
func inGroup(b *testing.B, name string, pid int) func() time.Duration {
	b.Helper()
	root, usage := "/sys/fs/cgroup/cpuacct", "cpuacct.usage"
	if _, err := os.Stat(root); err != nil {
		root, usage = "/sys/fs/cgroup", "cpu.stat"
	}
	group := filepath.Join(root, name)
	if err := os.Mkdir(group, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		b.Fatalf("the CPU time of a whole tree of processes needs a control group: %v; run it as root", err)
	}
	b.Cleanup(func() { _ = os.Remove(group) })
	if err := os.WriteFile(filepath.Join(group, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o600); err != nil {
		b.Fatal(err)
	}
	return func() time.Duration {
		data, err := os.ReadFile(filepath.Join(group, usage))
		if err != nil {
			b.Fatal(err)
		}
		number, unit := strings.TrimSpace(string(data)), time.Nanosecond
		if first, rest, found := strings.Cut(number, " "); found && first == "usage_usec" {
			number, _, _ = strings.Cut(rest, "\n")
			unit = time.Microsecond
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		return time.Duration(n) * unit
	}
}

// BenchmarkCost walks the same five steps of the demo shop in turns: through
// Samui, all numbers on, and by the least that walks them. ×cpu and ×wall are
// the medians of Samui's cost over the other's; sent and came are messages of
// the protocol.
//
//	go test ./internal/probe -run '^$' -bench Cost -benchtime 30x
func BenchmarkCost(b *testing.B) {
	shop, err := demo.NewShop()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(shop)
	b.Cleanup(server.Close)
	kinds := []string{"samui", "bare"}
	all := make(map[string]*walker)
	for _, kind := range kinds {
		all[kind] = startWalker(b, kind)
		all[kind].walk(b, server.URL) // the first starts Chrome
	}
	costs := make(map[string][]walkCost)
	for b.Loop() {
		for _, kind := range kinds {
			costs[kind] = append(costs[kind], all[kind].walk(b, server.URL))
		}
	}
	b.ReportMetric(0, "ns/op")
	of := func(kind string, what func(walkCost) float64) float64 {
		var values []float64
		for _, c := range costs[kind] {
			values = append(values, what(c))
		}
		return middle(values)
	}
	measures := map[string]func(walkCost) float64{
		"cpu-s": func(c walkCost) float64 { return c.cpu }, "wall-s": func(c walkCost) float64 { return c.wall },
		"sent": func(c walkCost) float64 { return c.sent }, "came": func(c walkCost) float64 { return c.came },
	}
	for name, what := range measures {
		for _, kind := range kinds {
			b.ReportMetric(of(kind, what), kind+"-"+name)
		}
	}
	b.ReportMetric(of("samui", measures["cpu-s"])/of("bare", measures["cpu-s"]), "×cpu")
	b.ReportMetric(of("samui", measures["wall-s"])/of("bare", measures["wall-s"]), "×wall")
}

func middle(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
