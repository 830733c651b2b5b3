package influx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// attempt is the progress of one batch.
type attempt struct {
	sender    *Sender
	delivered []int64
	refused   map[int64]string
}

// deliver returns why what is neither delivered nor refused has to wait.
func (a *attempt) deliver(ctx context.Context, ds []Delivery) error {
	var lines [][]byte
	for _, d := range ds {
		lines = append(lines, payloadLines(d.Payload)...)
	}
	if len(lines) == 0 {
		a.arrived(ds)
		return nil
	}
	err := a.sender.post(ctx, lines)
	switch {
	case err == nil:
		a.arrived(ds)
		return nil
	case !divisible(err):
		return err
	case len(ds) > 1:
		if err := a.deliver(ctx, ds[:len(ds)/2]); err != nil {
			return err
		}
		return a.deliver(ctx, ds[len(ds)/2:])
	}
	bad, err := a.isolate(ctx, lines, 0, err)
	if err != nil {
		return err
	}
	if bad == nil {
		a.arrived(ds)
		return nil
	}
	a.refused[ds[0].ID] = refusal(bad, len(lines))
	return nil
}

func (a *attempt) arrived(ds []Delivery) {
	for _, d := range ds {
		a.delivered = append(a.delivered, d.ID)
	}
}

// badLine is a line that the server refused alone.
type badLine struct {
	number int // in its delivery, from 1
	line   []byte
	why    error
}

// isolate writes, in halves, lines that were refused together, and returns
// those that are refused alone; the others are stored. before is how many lines
// of the delivery come before these, why is what was said about them.
func (a *attempt) isolate(ctx context.Context, lines [][]byte, before int, why error) ([]badLine, error) {
	if len(lines) == 1 {
		return []badLine{{before + 1, lines[0], why}}, nil
	}
	var bad []badLine
	middle := len(lines) / 2
	for _, half := range []struct {
		lines  [][]byte
		before int
	}{{lines[:middle], before}, {lines[middle:], before + middle}} {
		err := a.sender.post(ctx, half.lines)
		if err == nil {
			continue
		}
		if !divisible(err) {
			return nil, err
		}
		found, err := a.isolate(ctx, half.lines, half.before, err)
		if err != nil {
			return nil, err
		}
		bad = append(bad, found...)
	}
	return bad, nil
}

// divisible reports whether a part of what was refused may pass.
func divisible(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.meaning == badLines || e.meaning == tooLarge)
}

// refusal says which lines were refused and why the first was.
func refusal(bad []badLine, of int) string {
	var numbers []string
	for _, b := range bad {
		numbers = append(numbers, strconv.Itoa(b.number))
	}
	measurement, _, _ := strings.Cut(string(bad[0].line), ",")
	why := bad[0].why
	if e, ok := errors.AsType[*Error](why); ok {
		why = errors.New(e.answer())
	}
	return shorten(clean(fmt.Sprintf("line %s of %d (%s): %v", strings.Join(numbers, ", "), of, shorten(measurement, 64), why)), 512)
}

// payloadLines are the lines of a delivery; a line never holds a line end.
func payloadLines(payload []byte) [][]byte {
	return slices.DeleteFunc(bytes.Split(payload, []byte{'\n'}), func(line []byte) bool { return len(line) == 0 })
}
