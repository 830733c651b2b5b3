package request

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// hop is one request on the way to an answer.
type hop struct {
	method, address   string
	first             string // the address that was asked first
	body, contentType string
}

// ask does one call, along its redirects, and notes what it was like.
func (c *Client) ask(ctx context.Context, a journey.Action, r *Result) error {
	address, err := c.address(a)
	if err != nil {
		return err
	}
	body, contentType := a.Call.Payload(c.options.Values.Reveal)
	h := hop{a.Call.Method, address, address, body, contentType}
	before := c.traffic.bytes.Load()
	watch := &stopwatch{}
	defer func() {
		r.Wait += watch.stop()
		r.Requests.Bytes += c.traffic.bytes.Load() - before
		watch.tell(&r.Page)
	}()
	r.Page.Status, r.Page.TLSDaysLeft = nil, nil
	for range maxRedirects + 1 {
		r.Page.URL = h.address
		if c.options.Values.Secret(a.URL) && h.address == address {
			r.Page.URL = a.URL.String()
		}
		next, err := c.hop(httptrace.WithClientTrace(ctx, watch.trace()), a, h, watch, r)
		if err != nil || next == nil {
			return err
		}
		h = *next
	}
	return &Failure{Kind: journey.KindNavigation, NetError: "ERR_TOO_MANY_REDIRECTS", Message: c.shown(a, address) + " could not be reached: " + journey.NetErrorWords("ERR_TOO_MANY_REDIRECTS"), Pos: a.Pos}
}

// address is where an action's request goes.
func (c *Client) address(a journey.Action) (string, error) {
	address := journey.Resolve(c.options.Site.URL, c.options.Values.Address(a.URL))
	u, err := url.Parse(address)
	shown := a.URL.String()
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return "", &Failure{Kind: journey.KindNavigation, Message: fmt.Sprintf("%q is no http(s) address", shown), Hint: "give a path such as /api/cart, or https://…", Pos: a.Pos}
	case c.secret(append(a.Call.Texts(), a.URL)) && !c.options.Site.OwnsURL(address):
		return "", &Failure{
			Kind: journey.KindNavigation, Message: fmt.Sprintf("the request to %s holds a secret, and %s is not the site's", shown, u.Hostname()),
			Hint: "add the host to the site's hosts:, if it is theirs", Pos: a.Pos,
		}
	}
	u.Fragment = ""
	return u.String(), nil
}

// secret reports whether any of the texts may only go to the site's own hosts.
func (c *Client) secret(texts []journey.Text) bool {
	return slices.ContainsFunc(texts, c.options.Values.Secret)
}

// hop sends one request and reads what comes. It returns where it is redirected
// to, or nil where the answer is the last. The watch runs while the server is
// waited for; what the jar takes is our own time.
func (c *Client) hop(ctx context.Context, a journey.Action, h hop, watch *stopwatch, r *Result) (*hop, error) {
	request, err := c.request(ctx, a, h)
	if err != nil {
		return nil, err
	}
	watch.start()
	r.Requests.Count++
	if !c.options.Site.OwnsURL(h.address) {
		r.Requests.ThirdParty++
	}
	response, err := c.roundTrip(ctx, request, watch)
	if err != nil {
		r.Requests.Failed++
		return nil, c.unreachable(ctx, a, h, err)
	}
	defer response.Body.Close()
	status := response.StatusCode
	if status == http.StatusProxyAuthRequired && c.proxied(request) {
		return nil, &Failure{Kind: journey.KindNavigation, NetError: "ERR_PROXY_AUTH_REQUESTED", Message: "the proxy refused the request (407)", Hint: `give its account: visit: {proxy: "http://user:${secret:NAME}@host:port"}`, Pos: a.Pos}
	}
	r.Page.Status, r.Page.TLSDaysLeft = &status, daysLeft(response)
	if status >= http.StatusBadRequest {
		r.Requests.Failed++
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	watch.stop()
	kept := c.keep(ctx, a, h, response)
	switch {
	case err != nil:
		r.Requests.Failed++
		return nil, c.cutOff(ctx, a, h, status, err)
	case len(body) > maxBody:
		return nil, &Failure{Kind: journey.KindHTTP, Message: fmt.Sprintf("%s answered %s with more than %d MiB", c.shown(a, h.address), statusText(status), maxBody>>20), Hint: "ask for less: a page of a list, or one thing", Pos: a.Pos}
	case kept != nil:
		return nil, kept
	}
	r.Last = &journey.Answer{Method: h.method, URL: h.address, Status: status, Headers: lowered(response.Header), Body: body}
	if a.Call.Stay {
		return nil, nil
	}
	return c.redirect(a, h, response)
}

// keep has the jar take in what an answer sets.
func (c *Client) keep(ctx context.Context, a journey.Action, h hop, response *http.Response) error {
	set := response.Cookies()
	if len(set) == 0 || a.Call.Clean {
		return nil
	}
	err := c.options.Jar.Keep(ctx, h.address, set)
	if err != nil && ctx.Err() != nil {
		return c.late(ctx, a, h, "answered "+statusText(response.StatusCode)+", and there was no time left to keep its cookies")
	}
	return err
}

// request puts a hop together. Headers with secrets, and the site's own, go to
// the site's own hosts only.
func (c *Client) request(ctx context.Context, a journey.Action, h hop) (*http.Request, error) {
	var body io.Reader
	if h.body != "" {
		body = strings.NewReader(h.body)
	}
	request, err := http.NewRequestWithContext(ctx, h.method, h.address, body)
	if err != nil {
		return nil, &Failure{Kind: journey.KindNavigation, Message: fmt.Sprintf("%q is no http(s) address", c.shown(a, h.address)), Pos: a.Pos}
	}
	own := c.options.Site.OwnsURL(h.address)
	request.Header.Set("User-Agent", c.options.Agent)
	request.Header.Set("Accept", "*/*")
	if h.contentType != "" {
		request.Header.Set("Content-Type", h.contentType)
	}
	if locale := c.options.Conditions.Locale; locale != "" {
		request.Header.Set("Accept-Language", locale)
	}
	if own {
		for name, value := range c.options.Conditions.Headers {
			request.Header.Set(name, c.options.Values.Reveal(value))
		}
		if login := c.options.Conditions.Auth; login != nil {
			request.SetBasicAuth(c.options.Values.Reveal(login.User), c.options.Values.Reveal(login.Password))
		}
	}
	elsewhere := !sameOrigin(h.address, h.first)
	for _, name := range slices.Sorted(maps.Keys(a.Call.Headers)) {
		value := a.Call.Headers[name]
		switch {
		case c.options.Values.Secret(value) && !own, elsewhere && strings.EqualFold(name, "Authorization"):
		case h.body == "" && strings.EqualFold(name, "Content-Type") && a.Call.Method != h.method:
		default:
			request.Header.Set(name, c.options.Values.Reveal(value))
		}
	}
	if u := request.URL.User; u != nil && request.Header.Get("Authorization") == "" {
		password, _ := u.Password()
		request.SetBasicAuth(u.Username(), password)
	}
	if a.Call.Clean {
		return request, nil
	}
	cookies, err := c.options.Jar.Cookies(ctx, h.address)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, c.late(ctx, a, h, "did not answer in time")
	case err != nil:
		return nil, err
	}
	if cookies != "" {
		request.Header.Set("Cookie", cookies)
	}
	return request, nil
}

func sameOrigin(a, b string) bool {
	one, err := url.Parse(a)
	other, bad := url.Parse(b)
	return err == nil && bad == nil && one.Scheme == other.Scheme && strings.EqualFold(one.Host, other.Host)
}

// redirect is the hop to which an answer leads, nil where it leads nowhere. As
// browsers do, what was sent is sent again only where the answer says so.
func (c *Client) redirect(a journey.Action, h hop, response *http.Response) (*hop, error) {
	next := h
	switch response.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound:
		if h.method == http.MethodPost {
			next.method = http.MethodGet
		}
	case http.StatusSeeOther:
		if h.method != http.MethodHead {
			next.method = http.MethodGet
		}
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	if next.method != h.method {
		next.body, next.contentType = "", ""
	}
	to := response.Header.Get("Location")
	if to == "" {
		return nil, nil
	}
	base, err := url.Parse(h.address)
	if err != nil {
		return nil, nil //nolint:nilerr // it was just asked for
	}
	u, err := base.Parse(to)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, &Failure{Kind: journey.KindHTTP, Message: fmt.Sprintf("%s redirects to %q, which is no http(s) address", c.shown(a, h.address), to), Pos: a.Pos}
	}
	u.Fragment = ""
	next.address = u.String()
	if next.body != "" && c.secret(a.Call.BodyTexts()) && !c.options.Site.OwnsURL(next.address) {
		return nil, &Failure{
			Kind: journey.KindHTTP, Message: fmt.Sprintf("%s redirects to %s, which is not the site's, and the request holds a secret", c.shown(a, h.address), u.Hostname()),
			Hint: "add the host to the site's hosts:, if it is theirs", Pos: a.Pos,
		}
	}
	return &next, nil
}

// shown is a request as messages name it: secrets hidden.
func (c *Client) shown(a journey.Action, address string) string {
	if c.options.Values.Secret(a.URL) {
		return a.Call.Method + " " + a.URL.String()
	}
	if u, err := url.Parse(address); err == nil {
		address = u.Redacted()
	}
	return a.Call.Method + " " + address
}

// unreachable is what it means that no answer came.
func (c *Client) unreachable(ctx context.Context, a journey.Action, h hop, err error) error {
	if ctx.Err() != nil {
		return c.late(ctx, a, h, "did not answer in time")
	}
	name := netError(err)
	what := journey.NetErrorWords(name)
	if name == "ERR_FAILED" {
		what = plainly(err)
	}
	return &Failure{Kind: journey.KindNavigation, NetError: name, Message: fmt.Sprintf("%s could not be reached: %s", c.shown(a, h.address), what), Pos: a.Pos}
}

// cutOff is what it means that an answer ended too early.
func (c *Client) cutOff(ctx context.Context, a journey.Action, h hop, status int, err error) error {
	if ctx.Err() != nil {
		return c.late(ctx, a, h, "answered "+statusText(status)+", and the rest did not come in time")
	}
	name := netError(err)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		name = "ERR_CONNECTION_CLOSED"
	}
	return &Failure{Kind: journey.KindNavigation, NetError: name, Message: fmt.Sprintf("%s answered %s, and then broke off: %s", c.shown(a, h.address), statusText(status), journey.NetErrorWords(name)), Pos: a.Pos}
}

func (c *Client) late(ctx context.Context, a journey.Action, h hop, what string) error {
	f := &Failure{Kind: journey.KindNavigation, NetError: "ERR_TIMED_OUT", Message: c.shown(a, h.address) + " " + what, Pos: a.Pos}
	if !errors.Is(context.Cause(ctx), errStepTimeout) {
		return f
	}
	f.Hint = "a longer timeout: of the step waits for it; its thresholds: say what is too long"
	return f
}

func lowered(h http.Header) map[string]string {
	m := make(map[string]string, len(h))
	for name, values := range h {
		m[strings.ToLower(name)] = strings.Join(values, "\n")
	}
	return m
}

// daysLeft is how long the certificate of an answer is good for.
func daysLeft(r *http.Response) *int {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	days := int(math.Floor(time.Until(r.TLS.PeerCertificates[0].NotAfter).Hours() / 24))
	return &days
}
