package browser

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// contextOptions are what a visit's browser context is made with. What goes
// through a proxy goes through it whatever it is, this machine's own servers
// included.
func contextOptions(c journey.Conditions) []chromedp.CreateBrowserContextOption {
	if c.Proxy == nil || c.Proxy.Server == "" {
		return nil
	}
	return []chromedp.CreateBrowserContextOption{func(p *cdptarget.CreateBrowserContextParams) {
		p.ProxyServer, p.ProxyBypassList = c.Proxy.Server, "<-loopback>"
	}}
}

// deviceOf is the visit's device as its conditions have it.
func deviceOf(v journey.Visit, c journey.Conditions) journey.Device {
	d := v.Device
	d.UserAgent = c.UserAgent
	if c.Viewport != nil {
		d.Width, d.Height = c.Viewport.Width, c.Viewport.Height
	}
	return d
}

// putUnderConditions makes a target, a tab or a frame with a process of its
// own, the customer's: who they are, where, and what is not fetched. But for
// the user agent, only what somebody asked for costs a call.
func (s *Session) putUnderConditions(ctx context.Context, t cdp.Session) error {
	c := s.conditions
	agent := identity(s.process.userAgent, s.process.version, s.device, s.browser.options.Contact)
	agent.AcceptLanguage = acceptLanguage(c.Locale)
	calls := []func() error{
		func() error { return call(ctx, t, emulation.SetUserAgentOverride, agent) },
		func() error { return s.limitRequests(ctx, t) },
		func() error { return s.intercept(ctx, t) },
	}
	add := func(asked bool, do func() error) {
		if asked {
			calls = append(calls, do)
		}
	}
	add(c.Locale != "", func() error {
		return unlessInEffect(call(ctx, t, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: c.Locale}))
	})
	add(c.Timezone != "", func() error {
		return unlessInEffect(call(ctx, t, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: c.Timezone}))
	})
	add(c.Geolocation != nil, func() error {
		p := c.Geolocation
		return call(ctx, t, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{
			Latitude: &p.Latitude, Longitude: &p.Longitude, Accuracy: &p.Accuracy,
		})
	})
	features := mediaFeatures(c)
	add(len(features) > 0, func() error {
		return call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	})
	add(c.CPU > 1, func() error {
		return call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: c.CPU})
	})
	add(c.Cache == journey.Off, func() error {
		return call(ctx, t, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	})
	add(c.ServiceWorkers == journey.Off, func() error {
		return call(ctx, t, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true})
	})
	for _, do := range calls {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// unlessInEffect lets a second target in the same process pass: Chrome holds
// locale and time zone for a whole process, and refuses to be told twice what
// is the same in all of a visit's targets.
func unlessInEffect(err error) error {
	if err != nil && strings.Contains(err.Error(), "already in effect") {
		return nil
	}
	return err
}

// acceptLanguage is a locale as browsers ask for it: the language alone is
// the second choice.
func acceptLanguage(locale string) string {
	if base, _, more := strings.Cut(locale, "-"); more {
		return locale + "," + base
	}
	return locale
}

func mediaFeatures(c journey.Conditions) []*emulation.MediaFeature {
	var features []*emulation.MediaFeature
	if c.ColorScheme != "" {
		features = append(features, &emulation.MediaFeature{Name: "prefers-color-scheme", Value: c.ColorScheme})
	}
	if c.ReducedMotion != nil && *c.ReducedMotion {
		features = append(features, &emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"})
	}
	return features
}
