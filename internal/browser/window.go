package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
)

// enlargeWindow makes a window for a viewport that Chrome wasn't started for:
// in a smaller one INP is silently lost.
func (s *Session) enlargeWindow(ctx context.Context) error {
	width, height := windowSize(s.browser.options.Devices)
	if s.device.Width <= width && s.device.Height <= height {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	window, err := cdp.Call(limited, s.target(), browser.GetWindowForTarget, browser.GetWindowForTargetParams{})
	if err != nil {
		return fmt.Errorf("%s: %w", browser.GetWindowForTarget.Method, because(limited, err))
	}
	return call(ctx, s.target(), browser.SetWindowBounds, browser.SetWindowBoundsParams{
		WindowID: window.WindowID,
		Bounds:   &browser.Bounds{Width: int64(max(width, s.device.Width)), Height: int64(max(height, s.device.Height))},
	})
}
