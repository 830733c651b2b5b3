package browser

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpio "github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/tracing"
)

const (
	traceBufferKB = 100 << 10        // Chrome forgets what comes when it is full
	traceTimeout  = 60 * time.Second // of handing it over
)

// traceCategories are what the Performance panel of Chrome's DevTools records,
// without its pictures: they would show what is typed.
func traceCategories() []string {
	return []string{
		"devtools.timeline", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame", "disabled-by-default-devtools.timeline.stack",
		"disabled-by-default-v8.cpu_profiler", "v8.execute", "v8", "blink.console", "blink.user_timing", "loading", "latencyInfo", "navigation",
		"disabled-by-default-lighthouse", "cppgc",
	}
}

// StartTrace has Chrome record all that it does. It costs time that no visit
// without it takes. One Chrome makes one trace at a time.
func (s *Session) StartTrace(ctx context.Context) error {
	err := call(ctx, s.first.target, tracing.Start, tracing.StartParams{
		TransferMode: tracing.StartTransferModeReturnAsStream, StreamFormat: tracing.StreamFormatJSON,
		TraceConfig: &tracing.TraceConfig{
			RecordMode: tracing.TraceConfigRecordModeRecordUntilFull, TraceBufferSizeInKb: traceBufferKB,
			ExcludedCategories: []string{"*"}, IncludedCategories: traceCategories(),
		},
	})
	if err != nil {
		return fmt.Errorf("starting a trace: %w", err)
	}
	return nil
}

// EndTrace ends the recording and hands it over as Chrome writes it, a JSON
// object.
func (s *Session) EndTrace(ctx context.Context, w io.Writer) error {
	ctx, cancel := context.WithTimeoutCause(ctx, traceTimeout, fmt.Errorf("not handed over in %s", traceTimeout))
	defer cancel()
	if err := send(ctx, s.first.target, tracing.End, cdp.Empty{}); err != nil {
		return fmt.Errorf("ending the trace: %w", err)
	}
	var stream cdpio.StreamHandle
	select {
	case stream = <-s.traced:
	case <-s.process.lost:
		return fmt.Errorf("ending the trace: %w", ErrGone)
	case <-ctx.Done():
		return fmt.Errorf("ending the trace: %w", context.Cause(ctx))
	}
	for {
		part, err := cdp.Call(ctx, s.first.target, cdpio.Read, cdpio.ReadParams{Handle: stream, Size: 1 << 20})
		if err != nil {
			return fmt.Errorf("reading the trace: %w", because(ctx, err))
		}
		if _, err := w.Write(part.Data); err != nil {
			return err
		}
		if part.EOF {
			return call(ctx, s.first.target, cdpio.Close, cdpio.CloseParams{Handle: stream})
		}
	}
}
