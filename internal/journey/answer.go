package journey

import (
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Answer is a request and what answered it, as far as it is known.
type Answer struct {
	Method  string
	URL     string
	Status  int               // 0 = there was no answer
	Headers map[string]string // lower-case names; several of a name are joined by a line break
	Body    []byte            // of the answer; of a request that was sent, its own
	NoBody  string            // why Body isn't known; empty = it is
}

// String is the answer as a line of a list names it: without the query, which
// may be private.
func (a Answer) String() string {
	address := "an address that can't be read"
	if u, err := url.Parse(a.URL); err == nil {
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		address = u.String()
	}
	if a.Status == 0 {
		return a.Method + " " + address
	}
	return fmt.Sprintf("%s %s %d", a.Method, address, a.Status)
}

// Concerns reports whether a resolved exchange is about this request at all: its
// method and its address are as it says.
func (x Exchange) Concerns(a Answer, site Site) bool {
	return (x.Method == "" || x.Method == a.Method) && (x.URL == nil || x.URL.address(a.URL, site))
}

// Amiss says what is not as a resolved exchange has it, empty where
// nothing is. What it says may hold what a server said, and secrets with it:
// redact it.
func (x Exchange) Amiss(a Answer, site Site) string {
	switch {
	case x.Method != "" && x.Method != a.Method:
		return "the method was " + a.Method
	case x.URL != nil && !x.URL.address(a.URL, site):
		return "the address was " + readableURL(a.URL)
	case x.Status != "" && !statusIs(x.Status, a.Status):
		return strings.TrimSpace(fmt.Sprintf("the answer was %d %s", a.Status, http.StatusText(a.Status)))
	}
	if x.Header != nil {
		if what := x.Header.header(a); what != "" {
			return what
		}
	}
	if x.NeedsBody() && a.NoBody != "" {
		return "its body can't be read: " + a.NoBody
	}
	if x.Body != nil && !x.Body.holds(trimmed(x.Body.Op, string(a.Body))) {
		return "the body " + summary(a)
	}
	if x.JSON != nil {
		return x.JSON.json(a)
	}
	return ""
}

// statusIs compares a status with 200 or 2xx.
func statusIs(wanted string, status int) bool {
	if hundreds, ok := strings.CutSuffix(wanted, "xx"); ok {
		return strconv.Itoa(status/100) == hundreds
	}
	return strconv.Itoa(status) == wanted
}

// trimmed is a body to be compared as a whole: the white space around it is no
// difference that anybody means.
func trimmed(op Op, body string) string {
	if op == Is {
		return strings.TrimSpace(body)
	}
	return body
}

// holds compares a text. An expression that can't be read matches nothing; the
// loader has refused it.
func (c Comparison) holds(text string) bool {
	wanted := c.Text.Reveal(Facts{})
	switch c.Op {
	case OpNone:
		return true
	case Is:
		return text == wanted
	case Contains:
		return strings.Contains(text, wanted)
	case Matches:
		pattern, err := regexp.Compile(wanted)
		return err == nil && pattern.MatchString(text)
	case AtLeast, AtMost, Above, Below:
	}
	return false
}

// address compares an address: with a path, that of one of the site's hosts,
// whatever the rest; otherwise the whole, as it is or with its escapes undone.
func (c Comparison) address(raw string, site Site) bool {
	if !c.Path {
		return c.holds(raw) || c.holds(readableURL(raw))
	}
	u, err := url.Parse(raw)
	wanted, bad := url.Parse(Resolve(site.URL, c.Text.Reveal(Facts{})))
	return err == nil && bad == nil && site.OwnsURL(raw) && rooted(u.Path) == rooted(wanted.Path)
}

func rooted(path string) string { return "/" + strings.TrimPrefix(path, "/") }

// Resolve makes an address of a path: "/cart", "cart" and "/" start at the
// site's URL.
func Resolve(base, path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	return strings.TrimRight(base, "/") + "/" + strings.TrimLeft(path, "/")
}

// readableURL is an address with its escapes undone, as people write it.
func readableURL(raw string) string {
	if readable, err := url.PathUnescape(raw); err == nil {
		return readable
	}
	return raw
}

// header says what is amiss with a header.
func (c Comparison) header(a Answer) string {
	name := strings.ToLower(c.Name)
	value, there := a.Headers[name]
	switch {
	case !there:
		return "there is no such header"
	case c.holds(value):
		return ""
	case name == "set-cookie" || strings.Contains(name, "auth") || strings.Contains(name, "token"):
		return "the header holds something else" // often as good as a password
	}
	return fmt.Sprintf("the header is %q", short(value))
}

// json says what is amiss with what stands at a path of the body.
func (c Comparison) json(a Answer) string {
	path, err := ParseJSONPath(c.Name)
	if err != nil {
		return "the path " + err.Error()
	}
	v, err := path.Find(a.Body)
	switch {
	case errNoJSON == err: //nolint:errorlint // our own, never wrapped
		return "the body " + summary(a)
	case err != nil:
		return err.Error()
	case c.numeric() && !v.IsNumber:
		return fmt.Sprintf("%s is %q, no number", path, short(v.Text))
	case c.numeric() && c.measures(v.Number), !c.numeric() && c.value(v):
		return ""
	}
	return fmt.Sprintf("%s is %q", path, short(v.Text))
}

// value compares what stands in JSON: a number is equal to the same number
// written in another way.
func (c Comparison) value(v JSONValue) bool {
	if c.Op == Is && v.IsNumber && !v.IsString {
		if wanted, err := strconv.ParseFloat(c.Text.Reveal(Facts{}), 64); err == nil && wanted == v.Number {
			return true
		}
	}
	return c.holds(v.Text)
}

// measures compares a number. Sums such as 0.1 + 0.2 equal 0.3.
func (c Comparison) measures(n float64) bool {
	equal := math.Abs(n-c.Number) <= 1e-9*math.Max(1, math.Abs(c.Number))
	switch c.Op {
	case AtLeast:
		return equal || n > c.Number
	case AtMost:
		return equal || n < c.Number
	case Above:
		return !equal && n > c.Number
	case Below:
		return !equal && n < c.Number
	case OpNone, Is, Contains, Matches:
	}
	return false
}

// summary is what a body is like, as "is JSON with …": what stands in JSON may
// be private, and only its names are told.
func summary(a Answer) string {
	if v, err := decodeJSON(a.Body); err == nil {
		switch v := v.(type) {
		case map[string]any:
			return "is JSON with " + namesOf(v)
		case []any:
			return fmt.Sprintf("is a list of %d as JSON", len(v))
		}
	}
	kind, _, err := mime.ParseMediaType(a.Headers["content-type"])
	switch {
	case len(a.Body) == 0:
		return "is empty"
	case err == nil && !strings.HasPrefix(kind, "text/"):
		return fmt.Sprintf("is %s of %d bytes", kind, len(a.Body))
	}
	return fmt.Sprintf("is %q", short(string(a.Body)))
}

// short is the beginning of a text, its white space folded, cut between two
// words: half a secret would not be recognised as one.
func short(text string) string {
	const most = 120
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= most {
		return text
	}
	return text[:strings.LastIndexByte(text[:most], ' ')+1] + "…"
}
