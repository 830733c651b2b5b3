package browser

import (
	"fmt"
	"net/url"
	"strings"

	"samui/internal/journey"
)

// hintBehind tells who wrote the path of a site that doesn't begin at its
// host's root twice: in the site's URL and before what is expected.
func hintBehind(f *Failure, expected []journey.Expectation, site journey.Site) *Failure {
	base, err := url.Parse(site.URL)
	if err != nil || f == nil || f.Hint != "" {
		return f
	}
	root := strings.TrimRight(base.Path, "/")
	for _, e := range flat(expected) {
		text := e.Text
		switch {
		case e.Claim == journey.ClaimURL && e.Path:
		case e.Exchange != nil && e.Exchange.URL != nil && e.Exchange.URL.Path:
			text = e.Exchange.URL.Text
		default:
			continue
		}
		written := "/" + strings.TrimLeft(fmt.Sprint(text), "/")
		rest, twice := strings.CutPrefix(written, root)
		if root == "" || !twice || !strings.Contains(f.Message, e.String()+" not seen") || rest != "" && rest[0] != '/' {
			continue
		}
		f.Hint = fmt.Sprintf("paths stand behind the site's url %s: write url: /%s", site.URL, strings.TrimLeft(rest, "/"))
	}
	return f
}

// flat are expectations with those that others hold in their place.
func flat(expected []journey.Expectation) []journey.Expectation {
	var all []journey.Expectation
	for _, e := range expected {
		e.Every(func(e journey.Expectation) { all = append(all, e) })
	}
	return all
}
