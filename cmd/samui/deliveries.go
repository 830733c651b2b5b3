package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"time"

	"samui/internal/store"
)

const usualDeliveries = 50

func deliveriesCommand() command {
	return command{
		name:     "deliveries",
		synopsis: "[flags]",
		summary:  "List what waits to be sent, and what was refused and why",
		about: `
Also beside a running samui serve, which sends again what --resend names, within
a minute. What was sent is not listed.`,
		examples: []string{"samui deliveries", "samui deliveries --resend 17", "samui deliveries --resend all"},
		run:      showDeliveries,
	}
}

func showDeliveries(ctx context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	var file string
	var again resend
	limit := count(usualDeliveries)
	flags.Var(&again, "resend", "send the refused delivery with this `ID` again; all = every refused one")
	flags.Var(&limit, "limit", fmt.Sprintf("list at most `N` deliveries (default %d)", usualDeliveries))
	settingsFlag(flags, &file)
	operands, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	if len(operands) > 0 {
		return usagef("samui deliveries --resend "+operands[0], "samui deliveries takes no arguments, got %q", operands[0])
	}
	st, err := w.results(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // what was written is on the disk
	if again.given {
		found, err := st.Resend(ctx, again.id, time.Now())
		switch {
		case err != nil:
			return err
		case !found && again.id == 0:
			fmt.Fprintln(w.stdout, "Nothing was refused.")
		case !found:
			return usagef("samui deliveries lists them", "there is no refused delivery %d", again.id)
		default:
			fmt.Fprintln(w.stdout, "It waits to be sent again.")
		}
		return nil
	}
	all, err := st.Deliveries(ctx, int(limit))
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(w.stdout, "Nothing waits to be sent, nothing was refused.")
		return nil
	}
	w.deliveryTable(all)
	return nil
}

// resend is a flag that takes a delivery's ID, or all.
type resend struct {
	given bool
	id    int64 // 0 = all
}

func (r *resend) String() string { return "" }

func (r *resend) Set(s string) error {
	id, err := strconv.ParseInt(s, 10, 64)
	switch {
	case s == "all":
		id = 0
	case err != nil || id < 1:
		return fmt.Errorf("want the ID of a delivery, or all")
	}
	r.given, r.id = true, id
	return nil
}

// deliveryTable prints deliveries, each with why it is still here.
func (w *world) deliveryTable(all []store.Delivery) {
	s := w.screen
	for _, d := range all {
		style, since := yellow, d.Created.Local().Format("2006-01-02 15:04:05")
		if d.State == store.Refused {
			style = redBold
		}
		line := fmt.Sprintf("%6d  %-10s %s  %7d bytes  %s", d.ID, safe(d.Sink), since, d.Bytes, s.paint(style, safe(d.State)))
		if d.State == store.Waiting && d.Attempts > 0 {
			line += fmt.Sprintf(", %s, next %s", many(d.Attempts, "attempt"), d.Due.Local().Format("15:04:05"))
		}
		fmt.Fprintln(w.stdout, line)
		if d.Reason == "" {
			continue
		}
		for _, part := range wrap(printable(d.Reason), s.width()-8) {
			fmt.Fprintln(w.stdout, "        "+s.paint(dim, isolate(part)))
		}
	}
}
