package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"samui/internal/journey"
)

// writtenVisit is an entry of devices:.
func writtenVisit(v journey.Visit) string {
	k := flowKeys{"device: " + scalarText(v.Device.Name, true)}
	if name := v.Network.Name; name != "" && name != journey.Networks()[0].Name {
		k.add("network", scalarText(name, true))
	}
	if v.CPU > 0 {
		k.add("cpu", plainNumber(v.CPU))
	}
	if len(k) == 1 {
		return scalarText(v.Device.Name, true)
	}
	return k.String()
}

// conditions writes a journey's visit:, a key a line.
func (w *writer) conditions(c journey.Conditions) {
	if c.IsZero() {
		return
	}
	w.key("visit", "")
	plain := func(key, value string) {
		if value != "" {
			w.line("  ", key+": "+scalarText(escaped(value), false))
		}
	}
	names := func(key string, all []string) {
		if all != nil {
			w.line("  ", key+": "+flowList(all, func(s string) string { return scalarText(escaped(s), true) }))
		}
	}
	plain("locale", c.Locale)
	plain("timezone", c.Timezone)
	if p := c.Geolocation; p != nil {
		w.line("  ", "geolocation: {latitude: "+plainNumber(p.Latitude)+", longitude: "+plainNumber(p.Longitude)+", accuracy: "+plainNumber(p.Accuracy)+"}")
	}
	names("permissions", c.Permissions)
	plain("user_agent", c.UserAgent)
	if s := c.Viewport; s != nil {
		w.line("  ", "viewport: {width: "+strconv.Itoa(s.Width)+", height: "+strconv.Itoa(s.Height)+"}")
	}
	plain("color_scheme", c.ColorScheme)
	if c.ReducedMotion != nil {
		w.line("  ", "reduced_motion: "+strconv.FormatBool(*c.ReducedMotion))
	}
	if c.CPU > 0 {
		w.line("  ", "cpu: "+plainNumber(c.CPU))
	}
	if c.Returning != nil {
		w.line("  ", "returning: "+strconv.FormatBool(*c.Returning))
	}
	plain("cache", string(c.Cache))
	plain("service_workers", string(c.ServiceWorkers))
	if len(c.Headers) > 0 {
		var k flowKeys
		for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
			k.add(scalarText(name, true), scalarText(textSource(c.Headers[name]), true))
		}
		w.line("  ", "headers: "+k.String())
	}
	if a := c.Auth; a != nil {
		w.line("  ", "auth: {user: "+scalarText(textSource(a.User), true)+", password: "+scalarText(textSource(a.Password), true)+"}")
	}
	if c.Proxy != nil {
		w.line("  ", "proxy: "+scalarText(writtenProxy(*c.Proxy), false))
	}
	names("block", c.Block)
	plain("analytics", string(c.Analytics))
	plain("third_party", string(c.ThirdParty))
}

// writtenProxy is a proxy's address with its account in it.
func writtenProxy(p journey.Proxy) string {
	if p.Server == "" {
		return "none"
	}
	scheme, server, _ := strings.Cut(p.Server, "://")
	if p.User.IsZero() && p.Password.IsZero() {
		return p.Server
	}
	return scheme + "://" + accountSource(p.User) + ":" + accountSource(p.Password) + "@" + server
}

// accountSource is a text as it stands in an address: what is literal in it is
// percent-encoded.
func accountSource(t journey.Text) string {
	var b strings.Builder
	for _, p := range t.Parts() {
		if p.Source != "" {
			b.WriteString(p.Source)
			continue
		}
		for _, c := range []byte(p.Literal) {
			if strings.IndexByte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", c) >= 0 {
				b.WriteByte(c)
			} else {
				b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)+0x100, 16)[1:]))
			}
		}
	}
	return b.String()
}
