package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"

	"samui/internal/journey"
)

// prepare changes what the browser keeps of the site, once the page that an
// earlier input asked for is there. Its time is no wait.
func (st *step) prepare(ctx context.Context, a journey.Action) error {
	if _, err := st.pageReady(ctx); err != nil {
		return err
	}
	if a.Verb == journey.Set {
		if err := errors.Join(st.mayType(a.With, st.site.URL), st.awaitCode(ctx, a.With)); err != nil {
			return err
		}
	}
	began := time.Now()
	defer func() { st.idle += time.Since(began) }()
	var err error
	switch {
	case a.Verb == journey.Set && a.Kept == journey.KeptCookie:
		err = st.setCookie(ctx, a)
	case a.Verb == journey.Set:
		err = st.inStorage(ctx, "put", "put", st.site.URL, string(a.Kept), a.Name, st.values.Reveal(a.With))
	case a.Kept == journey.KeptCookie, a.Kept == journey.KeptCookies:
		err = st.forgetCookies(ctx, st.site, a.Name)
	case a.Kept == journey.KeptStorage:
		err = st.forgetStorage(ctx, storage.TypeLocalStorage)
	case a.Kept == journey.KeptEverything:
		err = st.forgetEverything(ctx)
	default:
		err = fmt.Errorf("BUG: nothing to %s: %q", a.Verb, a.Kept)
	}
	if broken, ok := errors.AsType[pageError](err); ok {
		return &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("can't %s the site's %s: %s", a.Verb, a.Kept, broken.text), Pos: a.Pos}
	}
	return err
}

func (st *step) setCookie(ctx context.Context, a journey.Action) error {
	value := st.values.Reveal(a.With)
	refused := &Failure{Kind: journey.KindScript, Pos: a.Pos}
	if err := journey.CheckCookie(a.Name, value); err != nil {
		refused.Message = fmt.Sprintf("can't set the cookie %q: %v", a.Name, err)
		return refused
	}
	secure := strings.HasPrefix(strings.ToLower(st.site.URL), "https:")
	err := call(ctx, st.target(), network.SetCookie, network.SetCookieParams{Name: a.Name, Value: value, URL: st.site.URL, Path: "/", Secure: &secure})
	if isRefused(err) {
		refused.Message = fmt.Sprintf("can't set the cookie %q: the browser refuses it for %s", a.Name, st.site.URL)
		refused.Hint = "names that begin with __Host- or __Secure- need an https site"
		return refused
	}
	return err
}

// forgetCookies deletes those that are sent to the site's hosts: all, or the
// ones of a name.
func (s *Session) forgetCookies(ctx context.Context, site journey.Site, name string) error {
	found, err := cdp.Call(ctx, s.process.chrome, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: s.context})
	if err != nil {
		return fmt.Errorf("%s: %w", storage.GetCookies.Method, because(ctx, err))
	}
	for _, c := range found.Cookies {
		if name != "" && c.Name != name || !site.GetsCookie(c.Domain) {
			continue
		}
		err := call(ctx, s.target(), network.DeleteCookies, network.DeleteCookiesParams{Name: c.Name, Domain: c.Domain, Path: c.Path, PartitionKey: c.PartitionKey})
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetEverything leaves the browser as one that has never seen the site.
func (st *step) forgetEverything(ctx context.Context) error {
	if err := st.forgetCookies(ctx, st.site, ""); err != nil {
		return err
	}
	if err := st.forgetStorage(ctx, storage.TypeAll); err != nil {
		return err
	}
	return send(ctx, st.target(), network.ClearBrowserCache, cdp.Empty{})
}

// forgetStorage clears these kinds of storage of every origin of the site's,
// and the tab's own, the sessionStorage, which only a page of the origin can
// clear.
func (st *step) forgetStorage(ctx context.Context, kinds storage.Type) error {
	if err := st.stored.dropAll(ctx, st.Session); err != nil {
		return err
	}
	h, err := st.history(ctx)
	if err != nil {
		return because(ctx, err)
	}
	seen := []string{originOf(st.state.document().url)}
	for _, e := range h.Entries {
		seen = append(seen, originOf(e.URL))
	}
	slices.Sort(seen)
	seen = slices.DeleteFunc(slices.Compact(seen), func(origin string) bool { return !st.site.OwnsURL(origin) })
	own := originOf(st.site.URL)
	for _, origin := range append(slices.DeleteFunc(slices.Clone(seen), func(o string) bool { return o == own }), own) {
		err := send(ctx, st.target(), storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: origin, StorageTypes: string(kinds)})
		if err != nil {
			return err
		}
	}
	for _, origin := range seen {
		if err := st.inStorage(ctx, "clear", "clearSession", origin); err != nil {
			return err
		}
	}
	return nil
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
