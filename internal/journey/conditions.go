package journey

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Conditions are the circumstances of a visit besides its device and its
// connection: where the customer is and what their browser is set to, how one
// gets in, and what is not fetched. The zero value of each says nothing: the
// browser's own, or what a more general place says.
type Conditions struct {
	Locale        string   // BCP 47, as "he-IL": of texts, of Intl, of Accept-Language
	Timezone      string   // as "Asia/Jerusalem"; empty = the site's where it has one, else the machine's
	Geolocation   *Place   // told to the site, which may then ask for it
	Permissions   []string // of [Permissions]; granted to the site, all others are denied; nil = nothing said
	UserAgent     string   // Samui's own name is put behind it
	Viewport      *Size    // instead of the device's
	ColorScheme   string   // "dark" or "light"
	ReducedMotion *bool
	CPU           float64 // so many times slower; 1 = as fast as the machine

	Returning      *bool  // the customer was here before, and their browser has kept what browsers keep
	Cache          Switch // empty = on
	ServiceWorkers Switch // empty = on

	Headers map[string]Text // sent to the site's hosts only, as the site's own
	Auth    *Login          // HTTP authentication, answered to the site's hosts only
	Proxy   *Proxy          // the way to the site

	Block      []string // URL patterns that are not fetched, besides the site's own
	Analytics  Filter   // what counts visitors: empty = block
	ThirdParty Filter   // all but the site's hosts: empty = allow
}

// Place is where the customer is.
type Place struct {
	Latitude, Longitude float64 // degrees
	Accuracy            float64 // metres
}

// Size is that of a viewport, in CSS pixels.
type Size struct{ Width, Height int }

// Login is the account of HTTP authentication.
type Login struct {
	User     Text
	Password Text
}

// together is the account as a Basic header encodes it.
func (l Login) together() Text {
	return NewText(Part{Secret: NewSecret(l.User.Reveal(Facts{}) + ":" + l.Password.Reveal(Facts{}))})
}

// Proxy is what requests go through.
type Proxy struct {
	Server   string // scheme://host:port; empty = none, whatever a more general place says
	User     Text   // both empty = the proxy asks for none
	Password Text
}

// Filter says whether some requests are made.
type Filter string

// The filters of [Conditions].
const (
	Allow Filter = "allow"
	Block Filter = "block"
)

// Switch says whether the browser does something.
type Switch string

// The positions of a [Switch].
const (
	On  Switch = "on"
	Off Switch = "off"
)

// Permissions returns what a page may be granted, by the names that browsers
// give it.
func Permissions() []string {
	return []string{
		"geolocation", "notifications", "camera", "microphone", "clipboard-read", "clipboard-write", "midi", "background-sync",
		"persistent-storage", "storage-access", "screen-wake-lock", "window-management", "payment-handler", "idle-detection", "local-fonts",
	}
}

// IsZero reports whether nothing is said.
func (c Conditions) IsZero() bool {
	return c.Locale == "" && c.Timezone == "" && c.Geolocation == nil && c.Permissions == nil && c.UserAgent == "" && c.Viewport == nil &&
		c.ColorScheme == "" && c.ReducedMotion == nil && c.CPU == 0 && len(c.Headers) == 0 && c.Auth == nil && c.Proxy == nil &&
		c.Returning == nil && c.Cache == "" && c.ServiceWorkers == "" && len(c.Block) == 0 && c.Analytics == "" && c.ThirdParty == ""
}

// Returns reports whether the customer was here before.
func (c Conditions) Returns() bool { return c.Returning != nil && *c.Returning }

// Over is what c, the more specific, says on top of what general does: key by
// key, except that headers are joined by their names and blocked patterns are
// added.
func (c Conditions) Over(general Conditions) Conditions {
	over(&general.Locale, c.Locale)
	over(&general.Timezone, c.Timezone)
	over(&general.Geolocation, c.Geolocation)
	over(&general.UserAgent, c.UserAgent)
	over(&general.Viewport, c.Viewport)
	over(&general.ColorScheme, c.ColorScheme)
	over(&general.ReducedMotion, c.ReducedMotion)
	over(&general.CPU, c.CPU)
	over(&general.Returning, c.Returning)
	over(&general.Cache, c.Cache)
	over(&general.ServiceWorkers, c.ServiceWorkers)
	over(&general.Auth, c.Auth)
	over(&general.Proxy, c.Proxy)
	over(&general.Analytics, c.Analytics)
	over(&general.ThirdParty, c.ThirdParty)
	if c.Permissions != nil {
		general.Permissions = c.Permissions
	}
	headers := maps.Clone(general.Headers)
	for name, value := range c.Headers {
		if headers == nil {
			headers = map[string]Text{}
		}
		maps.DeleteFunc(headers, func(known string, _ Text) bool { return sameHeader(known, name) })
		headers[name] = value
	}
	general.Headers = headers
	general.Block = slices.Concat(general.Block, c.Block)
	return general
}

func over[V comparable](general *V, special V) {
	var zero V
	if special != zero {
		*general = special
	}
}

// ConditionsOf are the circumstances of one of the journey's visits: the
// journey's over the site's over the device's, the site's own headers, blocked
// patterns and time zone among them.
func (j Journey) ConditionsOf(v Visit) Conditions {
	general := Conditions{UserAgent: v.Device.UserAgent, CPU: v.Device.CPU, Headers: j.Site.Headers, Block: j.Site.Block}
	c := j.Conditions.Over(j.Site.Conditions.Over(general))
	over(&c.CPU, v.CPU)
	return c
}

// conditionsMeaning is what of the conditions belongs to a journey's meaning:
// what the page is asked for and shows by it. How one gets in (headers, auth,
// proxy) is not: such keys rotate. Nor is whether the visit is counted, or, as
// with devices and networks, how fast one of several devices is; a cpu: for
// all of them is, since every wait of the journey hangs on it.
type conditionsMeaning struct {
	Locale        string   `json:"locale,omitzero"`
	Timezone      string   `json:"timezone,omitzero"` // where it is not the site's own
	Geolocation   *Place   `json:"geolocation,omitzero"`
	Permissions   []string `json:"permissions,omitempty"`
	UserAgent     string   `json:"user_agent,omitzero"`
	Viewport      *Size    `json:"viewport,omitzero"`
	ColorScheme   string   `json:"color_scheme,omitzero"`
	ReducedMotion bool     `json:"reduced_motion,omitzero"`
	CPU           float64  `json:"cpu,omitzero"`
	Block         []string `json:"block,omitempty"`
	NoThirdParty  bool     `json:"no_third_party,omitzero"`
	Returning     bool     `json:"returning,omitzero"`
	NoCache       bool     `json:"no_cache,omitzero"`
	NoWorkers     bool     `json:"no_workers,omitzero"`
}

func conditionsMeaningOf(j Journey) *conditionsMeaning {
	c := j.Conditions.Over(j.Site.Conditions)
	m := conditionsMeaning{
		Locale: c.Locale, Timezone: c.Timezone, Geolocation: c.Geolocation, Permissions: slices.Sorted(slices.Values(c.Permissions)),
		UserAgent: c.UserAgent, Viewport: c.Viewport, ColorScheme: c.ColorScheme, ReducedMotion: c.ReducedMotion != nil && *c.ReducedMotion,
		CPU: c.CPU, Block: c.Block, NoThirdParty: c.ThirdParty == Block,
		Returning: c.Returns(), NoCache: c.Cache == Off, NoWorkers: c.ServiceWorkers == Off,
	}
	if tz := j.Site.Timezone; tz != nil && tz.String() == m.Timezone {
		m.Timezone = ""
	}
	if m.CPU == 1 {
		m.CPU = 0
	}
	if reflect.DeepEqual(m, conditionsMeaning{}) {
		return nil
	}
	return &m
}

// texts are what may hold secrets.
func (c Conditions) texts() []Text {
	texts := slices.Collect(maps.Values(c.Headers))
	if c.Auth != nil {
		// In a header the two stand together, encoded as one.
		texts = append(texts, c.Auth.User, c.Auth.Password, c.Auth.together())
	}
	if c.Proxy != nil {
		texts = append(texts, c.Proxy.User, c.Proxy.Password)
	}
	return texts
}

// sameHeader reports whether two names are the same header's.
func sameHeader(a, b string) bool { return strings.EqualFold(a, b) }
