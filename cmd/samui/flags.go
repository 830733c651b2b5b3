package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"samui/internal/config"
)

// parse reads flags wherever they stand, before or after the operands, and
// returns the operands. Asked for help it prints it and returns told(0).
//
// The flag package stops at the first operand and its errors are plain text,
// so only its values are used here.
func (c command) parse(w *world, flags *flag.FlagSet, args []string) ([]string, error) {
	var operands []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "" {
			return nil, usagef("samui "+c.name+" --help", "an argument is empty")
		}
		if arg == "--" {
			return append(operands, args...), nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			operands = append(operands, arg)
			continue
		}
		name, value, given := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		if name == "h" || name == "help" {
			c.help(w.stdout, flags)
			return nil, told(exitFine)
		}
		f := flags.Lookup(name)
		if f == nil {
			return nil, c.unknownFlag(flags, arg)
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			if !given {
				value = "true"
			}
			if f.Value.Set(value) != nil {
				return nil, usagef("samui "+c.name+" --help", "%s %q: want true or false", dashed(f.Name), value)
			}
			continue
		}
		if !given && len(args) > 0 && !isFlag(flags, args[0]) {
			value, args = args[0], args[1:]
		}
		if value == "" { // as of a variable that isn't set
			want, _ := flag.UnquoteUsage(f)
			return nil, usagef("samui "+c.name+" --help", "%s needs a value; want %s %s", dashed(f.Name), dashed(f.Name), want)
		}
		if err := f.Value.Set(value); err != nil {
			return nil, usagef("samui "+c.name+" --help", "%s %q: %w", dashed(f.Name), value, err)
		}
	}
	return operands, nil
}

// isFlag reports whether an argument is one of the flags, so that a flag whose
// value was forgotten doesn't take the next one for it.
func isFlag(flags *flag.FlagSet, arg string) bool {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	return strings.HasPrefix(arg, "-") && flags.Lookup(name) != nil
}

func (c command) unknownFlag(flags *flag.FlagSet, arg string) error {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	hint := "samui " + c.name + " --help"
	if near := config.Nearest(name, names); near != "" {
		hint = "did you mean: " + dashed(near)
	}
	return usagef(hint, "samui %s has no flag %q", c.name, arg)
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// choice is a flag that takes one of a few words.
type choice struct {
	value *string
	words []string
}

func (c choice) String() string { return "" }

func (c choice) Set(s string) error {
	if !slices.Contains(c.words, s) {
		return fmt.Errorf("want one of %s", strings.Join(c.words, ", "))
	}
	*c.value = s
	return nil
}

// list is a flag that may be given several times, or once with commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			*l = append(*l, word)
		}
	}
	return nil
}

// count is a flag that takes a number from 1.
type count int

// maxCount keeps a slip of the finger from filling the memory.
const maxCount = 10_000

func (c *count) String() string { return strconv.Itoa(int(*c)) }

func (c *count) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxCount {
		return fmt.Errorf("want a whole number from 1 to %d", maxCount)
	}
	*c = count(n)
	return nil
}

// span is a flag that takes a duration from zero; nil = not given.
type span struct{ value *time.Duration }

func (s *span) String() string { return "" }

func (s *span) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return errors.New("want a duration, e.g. 500ms or 2s")
	}
	s.value = &d
	return nil
}

// hostPort is a flag that takes host:port; no host means every one of the
// machine's.
type hostPort string

func (a *hostPort) String() string { return string(*a) }

func (a *hostPort) Set(s string) error {
	_, port, err := net.SplitHostPort(s)
	if _, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil {
		return errors.New("want an address such as " + shopAddress)
	}
	*a = hostPort(s)
	return nil
}

// ownPort is an address that only this machine reaches: what answers there has
// no password.
type ownPort struct{ hostPort }

func (a *ownPort) Set(s string) error {
	host, _, err := net.SplitHostPort(s)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && !ip.IsLoopback() {
		return errors.New("want an address of this machine alone, such as " + pageAddress + ": the page has no password")
	}
	return a.hostPort.Set(s)
}
