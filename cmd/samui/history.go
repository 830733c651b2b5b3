package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"samui/internal/config"

	"samui/internal/journey"
	"samui/internal/store"
)

const usualHistory = 20

func historyCommand() command {
	return command{
		name:     "history",
		synopsis: "[flags] [SITE/JOURNEY]",
		summary:  "List recent results from the data folder",
		about: `
Also beside a running samui serve, which it never keeps waiting. A journey that
names no site is looked for on every site. The newest result comes last.`,
		examples: []string{"samui history", "samui history demo-shop/buy-shoes --limit 100", "samui history --json | jq .wait_ms"},
		run:      showHistory,
	}
}

func showHistory(ctx context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	var file, device string
	var asJSON bool
	limit := count(usualHistory)
	flags.BoolVar(&asJSON, "json", false, "print each run as one line of JSON, the newest first")
	flags.Var(&limit, "limit", fmt.Sprintf("list at most `N` results (default %d)", usualHistory))
	flags.StringVar(&device, "device", "", "only on the device with this `NAME`")
	settingsFlag(flags, &file)
	operands, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	query := store.Query{Device: device, Limit: int(limit)}
	switch len(operands) {
	case 0:
	case 1:
		query.Site, query.Journey = splitName(operands[0])
	default:
		return usagef("samui history SITE/JOURNEY", "samui history takes one journey, got %q", operands[1])
	}
	st, err := w.results(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // only read
	runs, err := st.Runs(ctx, query)
	if err != nil {
		return err
	}
	if asJSON {
		for _, r := range runs {
			w.printJSON(r)
		}
		return nil
	}
	if len(runs) == 0 {
		return w.nothingRecorded(ctx, st, query)
	}
	w.historyTable(runs)
	return nil
}

// splitName reads SITE/JOURNEY, SITE/ and JOURNEY.
func splitName(s string) (site, id string) {
	site, id, both := strings.Cut(s, "/")
	if !both {
		return "", site
	}
	return site, id
}

// results opens the data folder for reading.
func (w *world) results(ctx context.Context, file string) (*store.Store, error) {
	// Who looks needn't know a secret: they are the daemon's.
	env := w.env()
	env.NoSecrets = true
	settings, problems := w.readSettingsIn(env, file)
	if err := w.refuse(problems); err != nil {
		return nil, err
	}
	return store.OpenReadOnly(ctx, settings.Data)
}

// nothingRecorded says that a question has no answer, and what was probably
// meant.
func (w *world) nothingRecorded(ctx context.Context, st *store.Store, q store.Query) error {
	latest, err := st.Latest(ctx)
	if err != nil {
		return err
	}
	if len(latest) == 0 {
		fmt.Fprintln(w.stdout, "Nothing has been recorded yet: samui serve and samui run --record record.")
		return nil
	}
	var names, journeys, devices []string
	for _, r := range latest {
		names, journeys = append(names, nameOf(r)), append(journeys, r.Journey)
		if (q.Site == "" || q.Site == r.Site) && (q.Journey == "" || q.Journey == r.Journey) {
			devices = append(devices, r.Device)
		}
	}
	asked, among := q.Site+"/"+q.Journey, names
	if q.Site == "" {
		asked, among = q.Journey, journeys
	}
	hint := "recorded are: " + strings.Join(distinct(names), ", ")
	if near := config.Nearest(asked, among); near != "" {
		hint = "did you mean: samui history " + near
	}
	what := ""
	if asked != "" {
		what = fmt.Sprintf(" of %q", asked)
	}
	if len(devices) > 0 { // it is the device that isn't there
		slices.Sort(devices)
		hint = "there are results on: " + strings.Join(distinct(devices), ", ")
	}
	if q.Device != "" {
		what += fmt.Sprintf(" on %q", q.Device)
	}
	return usagef(hint, "there is no result%s", what)
}

// historyTable prints runs, the newest last, where the eye is.
func (w *world) historyTable(newestFirst []journey.Run) {
	s := w.screen
	names := 0
	for _, r := range newestFirst {
		names = max(names, columns(printable(nameOf(r))))
	}
	const clock = "2006-01-02 15:04:05"
	taken := 2 + len(clock) + 2 + 2 + deviceWidth + 2 + waitWidth + 2 + bandWidth
	room := max(12, min(names, s.width()-taken))
	for _, r := range slices.Backward(newestFirst) {
		l := lookOf(r.Outcome)
		at, wait := "", ""
		switch {
		case r.Slot != nil:
			at = r.Slot.Local().Format(clock)
		case r.StartedAt != nil:
			at = r.StartedAt.Local().Format(clock)
		}
		if r.WaitMs != nil {
			wait = seconds(*r.WaitMs)
		}
		fmt.Fprintf(w.stdout, "%s %s  %s  %s  %*s  %s\n",
			s.paint(l.style, l.mark), s.paint(dim, pad(at, len(clock))),
			pad(truncate(printable(nameOf(r)), room), room),
			pad(truncate(printable(on(r.Device, r.Network)), deviceWidth), deviceWidth),
			waitWidth, wait, s.paint(l.style, words(r.Outcome)))
		for _, text := range becauseOf(r) {
			for _, part := range wrap(text, s.width()-len(textIndent)) {
				fmt.Fprintln(w.stdout, textIndent+s.paint(dim, part))
			}
		}
	}
}

// deviceWidth is the room for what a visit was made on.
const deviceWidth = len("phone over slow-4g")

// becauseOf says what isn't good about a run, a sentence or two.
func becauseOf(run journey.Run) []string {
	if run.Error != nil {
		return []string{fmt.Sprintf("Samui did not look (%s): %s", run.Error.Kind, safe(run.Error.Message))}
	}
	var lines []string
	for _, s := range run.Steps {
		switch {
		case s.Failure != nil:
			lines = append(lines, safe(s.Title)+": "+safe(s.Failure.Message))
			if s.Failure.Hint != nil {
				lines = append(lines, "hint: "+safe(*s.Failure.Hint))
			}
		case s.WaitMs != nil && s.Outcome.Level() > journey.Good.Level():
			lines = append(lines, fmt.Sprintf("%s: waited %s, %s", safe(s.Title), seconds(*s.WaitMs), words(s.Outcome)))
		}
	}
	return lines
}

// nameOf is a journey as it is asked for.
func nameOf(r journey.Run) string { return r.Site + "/" + r.Journey }
