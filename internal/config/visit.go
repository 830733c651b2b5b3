package config

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"samui/internal/journey"
)

// visitTable is the keys of visit:, a site's and a journey's.
func visitTable() object[journey.Conditions] {
	type conditions = journey.Conditions
	return object[conditions]{
		name: "visit", example: "{locale: he-IL, timezone: Asia/Jerusalem}",
		fields: []field[conditions]{
			key("locale", "The customer's language and country, as he-IL: of texts, numbers and dates, and of Accept-Language.", locale().codec(), func(c *conditions, v string) { c.Locale = v }),
			key("timezone", "The customer's time, as Asia/Jerusalem; the site's without it.", mapped(timezone().codec(), zoneName), func(c *conditions, v string) { c.Timezone = v }),
			key("geolocation", "Where the customer is; the site is allowed to ask for it.", placeTable().as(func() journey.Place { return journey.Place{Accuracy: 50} }), func(c *conditions, v journey.Place) { c.Geolocation = &v }),
			key("permissions", "What the site is allowed without asking; everything else is denied.", listOf("a list of permissions such as [geolocation, notifications]", choice(journey.Permissions()...), 0), func(c *conditions, v []string) { c.Permissions = v }),
			key("user_agent", "The user agent instead of the device's; Samui's name is put behind it.", headerText().codec(), func(c *conditions, v string) { c.UserAgent = v }),
			key("viewport", "The size of the page instead of the device's.", viewportTable().codec(), func(c *conditions, v journey.Size) { c.Viewport = &v }),
			key("color_scheme", "dark or light, where the page knows both.", choice("dark", "light"), func(c *conditions, v string) { c.ColorScheme = v }),
			key("reduced_motion", "The customer wants no animations.", yesNo(), func(c *conditions, v bool) { c.ReducedMotion = &v }),
			key("cpu", "So many times slower than this machine, from 1 to 20.", slowdown().codec(), func(c *conditions, v float64) { c.CPU = v }),
			key("returning", "true: the customer was here before. The start page is loaded first, which is no wait, and the visit finds the cache, the cookies, the storage and the service workers that it left.", yesNo(), func(c *conditions, v bool) { c.Returning = &v }),
			key("cache", "off has the browser fetch everything anew, also within the visit.", choice(journey.On, journey.Off), func(c *conditions, v journey.Switch) { c.Cache = v }),
			key("service_workers", "off lets no service worker answer: what the visit fetches comes over the network.", choice(journey.On, journey.Off), func(c *conditions, v journey.Switch) { c.ServiceWorkers = v }),
			key("headers", "Headers that are sent to the site's hosts, besides those of the site.", headers(), func(c *conditions, v map[string]journey.Text) { c.Headers = v }),
			key("auth", "The account of HTTP authentication; only the site's hosts are told.", loginTable().codec(), func(c *conditions, v journey.Login) { c.Auth = &v }),
			key("proxy", "What requests go through, as http://proxy.example:8080, or none.", proxy(), func(c *conditions, v journey.Proxy) { c.Proxy = &v }),
			key("block", "Hosts (with their subdomains) and URL patterns that are not fetched, besides those of the site.", listOf("a list of hosts or URL patterns such as [chat.example]", shown(), 0), func(c *conditions, v []string) { c.Block = v }),
			key("analytics", "block keeps the visit out of the site's statistics, and is what happens without it; allow has it counted.", choice(journey.Block, journey.Allow), func(c *conditions, v journey.Filter) { c.Analytics = v }),
			key("third_party", "block fetches from the site's hosts only.", choice(journey.Allow, journey.Block), func(c *conditions, v journey.Filter) { c.ThirdParty = v }),
		},
		tips: visitTips(),
	}
}

func visitTips() map[string]string {
	return map[string]string{
		"language": "write locale: he-IL", "lang": "write locale: he-IL", "languages": "write locale: he-IL", "accept_language": "write locale: he-IL", "tz": "write timezone: …", "timezone_id": "write timezone: …",
		"location": "write geolocation: {latitude: …, longitude: …}", "geo": "write geolocation: {latitude: …, longitude: …}", "latitude": "write geolocation: {latitude: …, longitude: …}",
		"ua": "write user_agent: …", "width": "write viewport: {width: …, height: …}", "height": "write viewport: {width: …, height: …}", "screen": "write viewport: {width: …, height: …}",
		"warm": "write returning: true", "cold": "write returning: false, as it is without it", "repeat_view": "write returning: true", "first_view": "write returning: false, as it is without it", "new_visitor": "write returning: false, as it is without it",
		"disable_cache": "write cache: off", "clear_cache": "write cache: off", "no_cache": "write cache: off", "bypass_service_worker": "write service_workers: off", "service_worker": "write service_workers: off",
		"basic_auth": "write auth: {user: …, password: …}", "http_auth": "write auth: {user: …, password: …}", "http_credentials": "write auth: {user: …, password: …}", "credentials": "write auth: {user: …, password: …}",
		"password": "write auth: {user: …, password: …}", "extra_headers": "write headers: {…}", "extra_http_headers": "write headers: {…}", "dark_mode": "write color_scheme: dark", "prefers_color_scheme": "write color_scheme: dark",
		"cpu_throttling": "write cpu: 4", "cpu_slowdown": "write cpu: 4", "throttle": "write cpu: 4, or devices: [{device: …, network: …}] beside visit:", "network": "write devices: [{device: …, network: …}] beside visit:",
		"device": "write devices: […] beside visit:", "devices": "write devices: […] beside visit:", "blocked_urls": "write block: […]", "block_urls": "write block: […]", "third_parties": "write third_party: block", "tracking": "write analytics: block",
	}
}

// underVisit are the hints for keys of visit: that stand beside it.
func underVisit(tips map[string]string) map[string]string {
	for _, f := range visitTable().fields {
		if tips[f.name] == "" {
			tips[f.name] = "write visit: {" + f.name + ": …}"
		}
	}
	return tips
}

// locale is a language with, usually, a country.
func locale() word[string] {
	return word[string]{
		noun: "a locale", want: "a locale such as he-IL, fa-IR or en-GB", pattern: `^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`,
		parse: func(s string) (string, fault) {
			tag, err := language.Raw.Parse(s)
			switch {
			case err != nil || tag == language.Und:
				return "", fault{"is not a locale", localeHint(s)}
			case tag.String() != s:
				return "", fault{"is not spelt as browsers spell it", "write " + tag.String()}
			}
			return s, fault{}
		},
	}
}

// localeHint is for those who write a language's name, or a country.
func localeHint(s string) string {
	known := map[string]string{
		"hebrew": "he-IL", "il": "he-IL", "israel": "he-IL", "english": "en-US", "us": "en-US", "uk": "en-GB", "gb": "en-GB", "persian": "fa-IR", "farsi": "fa-IR", "arabic": "ar",
		"german": "de-DE", "french": "fr-FR", "spanish": "es-ES", "russian": "ru-RU", "italian": "it-IT", "portuguese": "pt-PT", "chinese": "zh-CN", "japanese": "ja-JP", "dutch": "nl-NL", "turkish": "tr-TR",
	}
	if found := known[strings.ToLower(s)]; found != "" {
		return "write " + found
	}
	return "a language of two or three letters, - and a country of two"
}

// zoneName is a time zone as it was spelt.
func zoneName(z *time.Location) string {
	if z == nil {
		return ""
	}
	return z.String()
}

func placeTable() object[journey.Place] {
	degrees := func(most float64) codec[float64] {
		return between(-most, most, "a number of degrees from -"+plainNumber(most)+" to "+plainNumber(most))
	}
	return object[journey.Place]{
		name: "geolocation", example: "{latitude: 32.0853, longitude: 34.7818}",
		fields: []field[journey.Place]{
			must(key("latitude", "Degrees north, from -90 to 90.", degrees(90), func(p *journey.Place, v float64) { p.Latitude = v })),
			must(key("longitude", "Degrees east, from -180 to 180.", degrees(180), func(p *journey.Place, v float64) { p.Longitude = v })),
			key("accuracy", "Metres; 50 without it.", between(0, 100_000, "a number of metres from 0 to 100000"), func(p *journey.Place, v float64) { p.Accuracy = v }),
		},
		tips: map[string]string{"lat": "write latitude: …", "lon": "write longitude: …", "lng": "write longitude: …", "long": "write longitude: …"},
		meant: func(text string) string {
			if m := regexp.MustCompile(`^(-?[0-9.]+)[,; ]+(-?[0-9.]+)$`).FindStringSubmatch(text); m != nil {
				return "{latitude: " + m[1] + ", longitude: " + m[2] + "}"
			}
			return "{latitude: …, longitude: …}"
		},
	}
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// between is a number within limits.
func between(least, most float64, want string) codec[float64] {
	w := number()
	w.want = want
	parse := w.parse
	w.parse = func(s string) (float64, fault) {
		v, f := parse(s)
		if !f.bad() && (v < least || v > most) {
			return 0, fault{"is out of range", ""}
		}
		return v, f
	}
	return w.codec()
}

// slowdown is by how much a slower machine is slower.
func slowdown() word[float64] {
	w := number()
	w.want = "a number from 1 to 20, as 4 for four times slower"
	parse := w.parse
	w.parse = func(s string) (float64, fault) {
		v, f := parse(s)
		switch tame := strings.Trim(s, "xX× "); {
		case f.bad() && tame != s:
			return 0, fault{"is not a number", "write " + tame}
		case !f.bad() && (v < 1 || v > 20):
			return 0, fault{"is out of range", ""}
		}
		return v, f
	}
	return w
}

func viewportTable() object[journey.Size] {
	pixels := whole(1, 10_000).codec()
	return object[journey.Size]{
		name: "viewport", example: "{width: 1280, height: 720}",
		fields: []field[journey.Size]{
			must(key("width", "CSS pixels.", pixels, func(s *journey.Size, v int) { s.Width = v })),
			must(key("height", "CSS pixels.", pixels, func(s *journey.Size, v int) { s.Height = v })),
		},
		tips: map[string]string{"scale": "define a device in samui.yaml, which has a scale:", "mobile": "define a device in samui.yaml, which may be mobile:", "touch": "define a device in samui.yaml, which may have touch:"},
		meant: func(text string) string {
			if m := regexp.MustCompile(`^([0-9]+) ?[xX×*,] ?([0-9]+)$`).FindStringSubmatch(text); m != nil {
				return "{width: " + m[1] + ", height: " + m[2] + "}"
			}
			return "{width: …, height: …}"
		},
	}
}

func loginTable() object[journey.Login] {
	return object[journey.Login]{
		name: "auth", example: `{user: ops, password: "${secret:SITE_PASSWORD}"}`,
		fields: []field[journey.Login]{
			must(key("user", "The account's name.", loginName(), func(l *journey.Login, v journey.Text) { l.User = v })),
			must(key("password", "The account's password, as a secret.", passwordText(), func(l *journey.Login, v journey.Text) { l.Password = v })),
		},
		tips: map[string]string{"username": "write user: …", "name": "write user: …", "login": "write user: …", "pass": "write password: …", "token": `write headers: {Authorization: "Bearer ${secret:NAME}"} beside auth:`},
	}
}

// loginName is the user's name of HTTP authentication, which has no colon.
func loginName() codec[journey.Text] {
	c := textCodec(false)
	read := c.read
	c.read = func(r reader, n *node) (journey.Text, bool) {
		t, ok := read(r, n)
		if ok && strings.Contains(t.String(), ":") {
			r.fail(n, r.subject(n)+" holds a colon, which HTTP does not allow", "a text", "")
			return t, false
		}
		return t, ok
	}
	return c
}

// passwordText is a text that should be a secret.
func passwordText() codec[journey.Text] {
	c := textCodec(false)
	read := c.read
	c.want = `"${secret:NAME}"`
	c.read = func(r reader, n *node) (journey.Text, bool) {
		t, ok := read(r, n)
		if ok && !strings.Contains(n.value, "${") {
			r.warn(n, r.key+" is written in the file, where everybody reads it", `"${secret:NAME}"`, "set SAMUI_SECRET_NAME, or put it into a file of that name in the folder of secrets:")
		}
		return t, ok
	}
	return c
}
