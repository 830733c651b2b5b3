package request

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"samui/internal/journey"
)

// prepare changes the cookies that the next requests send.
func (c *Client) prepare(ctx context.Context, a journey.Action) error {
	switch {
	case a.Verb == journey.Set && a.Kept == journey.KeptCookie:
		return c.setCookie(ctx, a)
	case a.Verb == journey.Forget && (a.Kept == journey.KeptCookie || a.Kept == journey.KeptCookies):
		return c.options.Jar.Forget(ctx, c.options.Site, a.Name)
	}
	return fmt.Errorf("BUG: a step of requests can't %s: %s", a.Verb, a.Kept)
}

func (c *Client) setCookie(ctx context.Context, a journey.Action) error {
	site, err := url.Parse(c.options.Site.URL)
	if err != nil {
		return fmt.Errorf("BUG: the site's address: %w", err)
	}
	value := c.options.Values.Reveal(a.With)
	if err := journey.CheckCookie(a.Name, value); err != nil {
		return &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("can't set the cookie %q: %v", a.Name, err), Pos: a.Pos}
	}
	return c.options.Jar.Keep(ctx, c.options.Site.URL, []*http.Cookie{{
		Name: a.Name, Value: value, Path: "/", Secure: site.Scheme == "https",
	}})
}
