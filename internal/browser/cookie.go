package browser

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// cookie says what is amiss with a cookie of the page's address, one that
// scripts can't see too. What it holds is often as good as a password, so it is
// never told.
func (st *step) cookie(ctx context.Context, e journey.Expectation) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := cdp.Call(ctx, st.target(), network.GetCookies, network.GetCookiesParams{URLs: []string{st.state.document().url}})
	if err != nil {
		return "", fmt.Errorf("%s: %w", network.GetCookies.Method, because(ctx, err))
	}
	var there []string
	for _, c := range found.Cookies {
		if c.Name == e.Name {
			if says, err := st.compares(e, c.Value); err != nil || says {
				return "", err
			}
			return "the cookie holds something else", nil
		}
		there = append(there, fmt.Sprintf("%q", brief(c.Name)))
	}
	if len(there) == 0 {
		return "the page has no cookie at all", nil
	}
	return "there is none; there is " + strings.Join(there[:min(len(there), mostSaid)], ", "), nil
}

// compares judges a text that only we can see.
func (st *step) compares(e journey.Expectation, text string) (bool, error) {
	wanted := st.values.Reveal(e.Text)
	if e.Op == journey.OpNone {
		return true, nil
	}
	if e.Op == journey.Is {
		return text == wanted, nil
	}
	if e.Op == journey.Contains {
		return strings.Contains(text, wanted), nil
	}
	pattern, err := regexp.Compile(st.values.Pattern(e.Text))
	if err != nil {
		return false, &Failure{Kind: journey.KindScript, Message: fmt.Sprintf("%s: no regular expression", e), Pos: e.Pos}
	}
	return pattern.MatchString(text), nil
}
