package probe

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"samui/internal/browser"
	"samui/internal/journey"
)

// Trace asks for a recording of all that Chrome does in a visit, as its DevTools
// and Perfetto open it. The visit is slower for it. Chrome makes one at a time.
type Trace struct {
	File string
	Err  error // why it wasn't made; set when the visit is over
}

// beginTrace begins what [visit.endTrace] ends.
func (v *visit) beginTrace(ctx context.Context, s *browser.Session) {
	if v.options.Trace != nil {
		v.options.Trace.Err = s.StartTrace(ctx)
	}
}

// endTrace writes the file, secrets hidden. It does so also when somebody has
// ended the visit.
func (v *visit) endTrace(ctx context.Context, s *browser.Session) {
	t := v.options.Trace
	if t == nil || t.Err != nil {
		return
	}
	t.Err = keepWhole(t.File, func(w io.Writer) error {
		from, to := io.Pipe()
		go func() { _ = to.CloseWithError(s.EndTrace(context.WithoutCancel(ctx), to)) }()
		err := copyTrace(w, from, v.redact)
		return errors.Join(err, from.CloseWithError(err))
	})
	if t.Err != nil {
		t.Err = fmt.Errorf("tracing the visit: %w", t.Err)
	}
}

// copyTrace copies the events of a trace one by one, and hides what a redactor
// knows in their texts. Whatever else Chrome puts beside them stays out.
func copyTrace(w io.Writer, r io.Reader, hide journey.Redactor) error {
	out := bufio.NewWriter(w)
	in := json.NewDecoder(r)
	in.UseNumber()
	for {
		name, err := in.Token()
		if err != nil {
			return fmt.Errorf("no events in it: %w", err)
		}
		if name == "traceEvents" {
			break
		}
	}
	if bracket, err := in.Token(); err != nil || bracket != json.Delim('[') {
		return errors.Join(errors.New("no list of events in it"), err)
	}
	_, _ = out.WriteString(`{"traceEvents":[`) // its error comes with Flush
	for n := 0; in.More(); n++ {
		var event json.RawMessage
		if err := in.Decode(&event); err != nil {
			return err
		}
		event, err := hideIn(event, hide)
		if err != nil {
			return err
		}
		if n > 0 {
			_, _ = out.WriteString(",\n")
		}
		_, _ = out.Write(event)
	}
	_, _ = out.WriteString("]}\n")
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, r) // what Chrome says of itself
	return err
}

// hideIn is an event without the secrets in its texts.
func hideIn(event json.RawMessage, hide journey.Redactor) (json.RawMessage, error) {
	if hide.Redact(string(event)) == string(event) {
		return event, nil
	}
	var value any
	numbers := json.NewDecoder(bytes.NewReader(event))
	numbers.UseNumber()
	if err := numbers.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(hideInValue(value, hide))
}

func hideInValue(value any, hide journey.Redactor) any {
	switch v := value.(type) {
	case string:
		return hide.Redact(v)
	case []any:
		for i := range v {
			v[i] = hideInValue(v[i], hide)
		}
	case map[string]any:
		hidden := make(map[string]any, len(v))
		for name, inner := range v {
			hidden[hide.Redact(name)] = hideInValue(inner, hide)
		}
		return hidden
	}
	return value
}
