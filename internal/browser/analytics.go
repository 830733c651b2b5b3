package browser

import (
	"net/url"
	"strings"
)

// endpoint is where a page sends that somebody was there. The scripts that do
// the sending are not among them: they load, and take the time that they take
// every customer.
type endpoint struct {
	vendor string
	host   string // * stands for anything: alone for the paths of what sites run themselves; "*.x" is x and all below it
	paths  string // * stands for anything, "*/x" is x in any folder; several with spaces between
	source string // where the vendor, or the protocol, says so
}

// endpoints are the collection endpoints of those whose figures a robot would
// spoil. What shows people other content (experiments, recommendations) is
// left alone: without it the page would not be the customers'. The table is
// short because every request is held against all of it.
func endpoints() []endpoint {
	const (
		googleCSP = "developers.google.com/tag-platform/security/guides/csp"
		serverTag = "developers.google.com/tag-platform/tag-manager/server-side/send-data"
		xPixel    = "business.x.com/en/help/campaign-measurement-and-analytics/conversion-tracking-for-websites.html"
	)
	return []endpoint{
		{"Google Analytics", "*", "/g/collect", serverTag},
		{"Google Analytics", "*.google-analytics.com", "/*collect", googleCSP},
		{"Google Analytics", "*.analytics.google.com", "/g/*collect", googleCSP},
		{"Google Analytics", "stats.g.doubleclick.net", "/*collect", googleCSP},
		{"Google Ads", "www.google.com", "/ccm/* /rmkt/collect/* /pagead/1p-*", googleCSP},
		{"Google Ads", "www.googleadservices.com", "/pagead/conversion/* /ccm/*", googleCSP},
		{"Google Ads", "googleads.g.doubleclick.net", "/pagead/*conversion/*", googleCSP},
		{"Google Ads", "pagead2.googlesyndication.com", "/ccm/*", googleCSP},
		{"Google Floodlight", "*.fls.doubleclick.net", "/activity*", googleCSP},
		{"Google Floodlight", "ad.doubleclick.net", "/*activity*", googleCSP},
		{"Adobe Analytics", "*", "/b/ss/*", "experienceleague.adobe.com/docs/analytics/implementation/validate/debugger.html"},
		{"Adobe Edge Network", "*.adobedc.net", "/ee/*collect", "experienceleague.adobe.com/docs/experience-platform/edge-network-server-api"},
		{"Meta Pixel", "www.facebook.com", "/tr /tr/*", "developers.facebook.com/docs/meta-pixel/get-started"},
		{"LinkedIn Insight", "*.ads.linkedin.com", "/*", "www.linkedin.com/help/lms/answer/a418880"},
		{"TikTok Pixel", "analytics.tiktok.com", "/api/*", "ads.tiktok.com/help/article/standard-events-parameters"},
		{"Microsoft Clarity", "*.clarity.ms", "/collect /c.gif", "learn.microsoft.com/clarity/setup-and-installation/clarity-csp"},
		{"Microsoft Advertising", "bat.bing.com", "/action*", "help.ads.microsoft.com/apex/index/3/en/56684"},
		{"Microsoft Advertising", "bat.bing.net", "/action*", "help.ads.microsoft.com/apex/index/3/en/56684"},
		{"Hotjar", "*.hotjar.io", "/*", "help.hotjar.com/hc/en-us/articles/115011640307"},
		{"Hotjar", "*.hotjar.com", "/api/*/client/*", "help.hotjar.com/hc/en-us/articles/115011640307"},
		{"Matomo", "*", "*/matomo.php */piwik.php", "developer.matomo.org/api-reference/tracking-api"},
		{"Plausible", "plausible.io", "/api/event", "plausible.io/docs/events-api"},
		{"Simple Analytics", "queue.simpleanalyticscdn.com", "/*", "docs.simpleanalytics.com/csp"},
		{"Segment", "api.segment.io", "/v1/*", "segment.com/docs/connections/sources/catalog/libraries/server/http-api"},
		{"Segment", "api.segment.com", "/v1/*", "segment.com/docs/connections/sources/catalog/libraries/server/http-api"},
		{"Mixpanel", "*.mixpanel.com", "/track* /engage* /groups* /record/*", "developer.mixpanel.com/reference/ingestion-api"},
		{"Amplitude", "*.amplitude.com", "/2/httpapi /batch /sessions/v2/*", "amplitude.com/docs/apis/analytics/http-v2"},
		{"PostHog", "*.i.posthog.com", "/e/* /i/v0/e/* /s/* /batch/*", "posthog.com/docs/api/capture"},
		{"Heap", "heapanalytics.com", "/h /api/*", "developers.heap.io/reference/track-1"},
		{"FullStory", "rs.fullstory.com", "/rec/*", "help.fullstory.com/hc/en-us/articles/360020622854"},
		{"Yandex Metrica", "mc.yandex.ru", "/watch/* /webvisor/* /clmap/*", "yandex.com/support/metrica/code/install-counter-csp.html"},
		{"Yandex Metrica", "mc.yandex.com", "/watch/* /webvisor/* /clmap/*", "yandex.com/support/metrica/code/install-counter-csp.html"},
		{"Snap Pixel", "tr.snapchat.com", "/*", "businesshelp.snapchat.com/s/article/snap-pixel-about"},
		{"Pinterest Tag", "ct.pinterest.com", "/v3/* /user/*", "developers.pinterest.com/docs/track-conversions/pinterest-tag"},
		{"X Pixel", "t.co", "/i/adsct /1/i/adsct", xPixel},
		{"X Pixel", "analytics.twitter.com", "/i/adsct /1/i/adsct", xPixel},
		{"Reddit Pixel", "alb.reddit.com", "/*", "business.reddithelp.com/s/article/reddit-pixel"},
		{"Outbrain Pixel", "tr.outbrain.com", "/*", "www.outbrain.com/help/advertisers/outbrain-pixel"},
		{"Cloudflare Web Analytics", "*", "/cdn-cgi/rum", "developers.cloudflare.com/web-analytics"},
		{"New Relic Browser", "*.nr-data.net", "/*", "docs.newrelic.com/docs/new-relic-solutions/get-started/networks"},
		{"Datadog RUM", "browser-intake-datadoghq.com", "/api/v2/r*", "docs.datadoghq.com/real_user_monitoring"},
		{"Datadog RUM", "browser-intake-datadoghq.eu", "/api/v2/r*", "docs.datadoghq.com/real_user_monitoring"},
		{"Vercel Analytics", "*", "/_vercel/insights/event /_vercel/insights/view /_vercel/speed-insights/vitals", "vercel.com/docs/analytics"},
	}
}

// collects names who would count the visitor by a request to the address;
// empty where nobody known does.
func collects(known []endpoint, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host, path := strings.ToLower(u.Hostname()), u.EscapedPath()
	for _, e := range known {
		if e.ownedBy(host) && e.takes(path) {
			return e.vendor
		}
	}
	return ""
}

func (e endpoint) ownedBy(host string) bool {
	if domain, below := strings.CutPrefix(e.host, "*."); below {
		return host == domain || strings.HasSuffix(host, "."+domain)
	}
	return e.host == "*" || e.host == host
}

func (e endpoint) takes(path string) bool {
	for pattern := range strings.FieldsSeq(e.paths) {
		if name, anyFolder := strings.CutPrefix(pattern, "*/"); anyFolder && strings.HasSuffix(path, "/"+name) || glob(pattern, path) {
			return true
		}
	}
	return false
}

// glob reports whether a text is a pattern in which * stands for anything.
func glob(pattern, text string) bool {
	pieces := strings.Split(pattern, "*")
	last := len(pieces) - 1
	if last == 0 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, pieces[0])
	for _, piece := range pieces[1:last] {
		if !ok {
			return false
		}
		_, rest, ok = strings.Cut(rest, piece)
	}
	return ok && strings.HasSuffix(rest, pieces[last])
}

// patterns are the endpoint's requests as the protocol matches them.
func (e endpoint) patterns() []string {
	host := e.host
	if domain, below := strings.CutPrefix(host, "*."); below {
		host = "{*.}?" + domain
	}
	var all []string
	for path := range strings.FieldsSeq(e.paths) {
		if name, anyFolder := strings.CutPrefix(path, "*/"); anyFolder {
			path = "/{*/}?" + name
		}
		all = append(all, "*://"+host+":*"+path)
	}
	return all
}
