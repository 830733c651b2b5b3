package browser

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"samui/internal/journey"
)

// navigated is the terminal event of going back or forward: the page's own
// notice that an entry of its history was reached without another document.
const navigated = "navigated"

// open goes to an address. One that differs from the page's own only behind
// the # loads nothing.
func (st *step) open(ctx context.Context, a journey.Action) error {
	address, err := st.address(a)
	if err != nil {
		return err
	}
	return st.navigate(func() error {
		r, err := cdp.Call(ctx, st.target(), page.Navigate, page.NavigateParams{URL: address})
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", page.Navigate.Method, because(ctx, err))
		case r.ErrorText != "" && !strings.Contains(r.ErrorText, "ERR_ABORTED"):
			f := st.navigationFailure(st.shown(a.URL), r.ErrorText)
			f.Pos = a.Pos
			return f
		case r.ErrorText == "" && r.LoaderID == "":
			return st.armNow(ctx, "")
		case r.ErrorText != "" && st.downloading():
			return st.armDownload(ctx)
		case r.ErrorText != "":
			if nothing := st.barren(); nothing != nil {
				return nothing.failure(a.Pos)
			}
			return nil
		default:
			return nil
		}
	})
}

// navigate asks the browser for what another document must answer.
func (st *step) navigate(start func() error) error {
	st.state.arm("", st.inputs == 0)
	st.armed(true)
	return start()
}

// leave goes back or forward or loads the page again, once the page that an earlier input
// asked for is there: before, it would be the one before that.
func (st *step) leave(ctx context.Context, how journey.Verb) error {
	if _, err := st.pageReady(ctx); err != nil {
		return err
	}
	if how == journey.Reload {
		return st.navigate(func() error { return call(ctx, st.target(), page.Reload, page.ReloadParams{}) })
	}
	by := int64(-1)
	if how == journey.Forward {
		by = 1
	}
	return st.turn(ctx, by)
}

// turn goes so many entries along the tab's history. An entry of the same
// document, as single-page sites make them, answers in place.
func (st *step) turn(ctx context.Context, by int64) error {
	h, err := st.history(ctx)
	if err != nil {
		return err
	}
	at := h.CurrentIndex + by
	switch {
	case at >= int64(len(h.Entries)):
		return &Failure{Kind: journey.KindNavigation, Message: "there is no page to go forward to", Hint: "go back first"}
	case at < 0 || h.Entries[at].URL == "about:blank":
		return &Failure{Kind: journey.KindNavigation, Message: "there is no page to go back to", Hint: "open a page first"}
	}
	if err := st.armNow(ctx, navigated); err != nil {
		return err
	}
	return call(ctx, st.target(), page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: h.Entries[at].ID})
}

// shown is an address without its secrets.
func (st *step) shown(u journey.Text) string {
	if st.values.Secret(u) {
		return u.String()
	}
	return resolve(st.site.URL, st.values.Address(u))
}

func (st *step) address(a journey.Action) (string, error) {
	address := resolve(st.site.URL, st.values.Address(a.URL))
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", &Failure{Kind: journey.KindNavigation, Message: fmt.Sprintf("%q is no http(s) address", st.shown(a.URL)), Hint: "give a path such as /cart, or https://…", Pos: a.Pos}
	}
	return address, st.mayType(a.URL, address)
}

// resolve makes an address of a path: "/cart", "cart" and "/" start at the
// site's URL. A path may hold another address in its query.
func resolve(base, path string) string {
	if scheme, _, found := strings.Cut(path, "://"); found && !strings.ContainsAny(scheme, "/?#") {
		return path
	}
	return strings.TrimRight(base, "/") + "/" + strings.TrimLeft(path, "/")
}
