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
	host   string // "*" is any: the paths of what sites run themselves; "*.x" is x and all below it
	paths  string // with leading and trailing * for anything, several with spaces between
	source string // where the vendor, or the protocol, says so
}

// endpoints are the collection endpoints of those whose figures a robot would
// spoil. What shows people other content (experiments, recommendations) is
// left alone: without it the page would not be the customers'.
func endpoints() []endpoint {
	const (
		googleCSP = "developers.google.com/tag-platform/security/guides/csp"
		serverTag = "developers.google.com/tag-platform/tag-manager/server-side/send-data"
	)
	return []endpoint{
		{"Google Analytics", "*", "/g/collect", serverTag},
		{"Google Analytics", "*.google-analytics.com", "/collect /g/collect /j/collect /r/collect /mp/collect /batch /__utm.gif", googleCSP},
		{"Google Analytics", "*.analytics.google.com", "/g/collect /g/s/collect", googleCSP},
		{"Google Analytics", "stats.g.doubleclick.net", "/collect /g/collect /j/collect /r/collect", googleCSP},
		{"Google Ads", "www.google.com", "/ccm/* /rmkt/collect/* /pagead/1p-conversion/* /pagead/1p-user-list/* /measurement/conversion*", googleCSP},
		{"Google Ads", "*.googleadservices.com", "/pagead/conversion/* /ccm/*", googleCSP},
		{"Google Ads", "googleads.g.doubleclick.net", "/pagead/viewthroughconversion/* /pagead/conversion/*", googleCSP},
		{"Google Ads", "pagead2.googlesyndication.com", "/ccm/* /pagead/conversion/*", googleCSP},
		{"Google Floodlight", "*.fls.doubleclick.net", "/activity*", googleCSP},
		{"Google Floodlight", "ad.doubleclick.net", "/activity* /ddm/activity/*", googleCSP},
		{"Adobe Analytics", "*", "/b/ss/*", "experienceleague.adobe.com/docs/analytics/implementation/validate/debugger.html"},
		{"Adobe Edge Network", "*.adobedc.net", "/ee/v1/collect /ee/v2/collect", "experienceleague.adobe.com/docs/experience-platform/edge-network-server-api"},
		{"Meta Pixel", "*.facebook.com", "/tr /tr/*", "developers.facebook.com/docs/meta-pixel/get-started"},
		{"LinkedIn Insight", "px.ads.linkedin.com", "*", "www.linkedin.com/help/lms/answer/a418880"},
		{"LinkedIn Insight", "px4.ads.linkedin.com", "*", "www.linkedin.com/help/lms/answer/a418880"},
		{"LinkedIn Insight", "dc.ads.linkedin.com", "*", "www.linkedin.com/help/lms/answer/a418880"},
		{"TikTok Pixel", "analytics.tiktok.com", "/api/*", "ads.tiktok.com/help/article/standard-events-parameters"},
		{"Microsoft Clarity", "*.clarity.ms", "/collect /c.gif", "learn.microsoft.com/clarity/setup-and-installation/clarity-csp"},
		{"Microsoft Advertising", "bat.bing.com", "/action/* /actionp/*", "help.ads.microsoft.com/apex/index/3/en/56684"},
		{"Microsoft Advertising", "bat.bing.net", "/action/* /actionp/*", "help.ads.microsoft.com/apex/index/3/en/56684"},
		{"Hotjar", "*.hotjar.io", "*", "help.hotjar.com/hc/en-us/articles/115011640307"},
		{"Hotjar", "*.hotjar.com", "/api/v1/client/* /api/v2/client/*", "help.hotjar.com/hc/en-us/articles/115011640307"},
		{"Matomo", "*", "/matomo.php */matomo.php /piwik.php */piwik.php", "developer.matomo.org/api-reference/tracking-api"},
		{"Plausible", "plausible.io", "/api/event", "plausible.io/docs/events-api"},
		{"Simple Analytics", "queue.simpleanalyticscdn.com", "*", "docs.simpleanalytics.com/csp"},
		{"Segment", "api.segment.io", "/v1/*", "segment.com/docs/connections/sources/catalog/libraries/server/http-api"},
		{"Segment", "api.segment.com", "/v1/*", "segment.com/docs/connections/sources/catalog/libraries/server/http-api"},
		{"Mixpanel", "*.mixpanel.com", "/track /track/* /engage /engage/* /groups /groups/* /record/*", "developer.mixpanel.com/reference/ingestion-api"},
		{"Amplitude", "*.amplitude.com", "/2/httpapi /batch /sessions/v2/*", "amplitude.com/docs/apis/analytics/http-v2"},
		{"PostHog", "*.i.posthog.com", "/e/* /i/v0/e/* /s/* /batch/*", "posthog.com/docs/api/capture"},
		{"Heap", "heapanalytics.com", "/h /api/*", "developers.heap.io/reference/track-1"},
		{"FullStory", "rs.fullstory.com", "/rec/*", "help.fullstory.com/hc/en-us/articles/360020622854"},
		{"Yandex Metrica", "mc.yandex.ru", "/watch/* /webvisor/* /clmap/*", "yandex.com/support/metrica/code/install-counter-csp.html"},
		{"Yandex Metrica", "mc.yandex.com", "/watch/* /webvisor/* /clmap/*", "yandex.com/support/metrica/code/install-counter-csp.html"},
		{"Snap Pixel", "tr.snapchat.com", "*", "businesshelp.snapchat.com/s/article/snap-pixel-about"},
		{"Pinterest Tag", "ct.pinterest.com", "/v3/* /user/*", "developers.pinterest.com/docs/track-conversions/pinterest-tag"},
		{"X Pixel", "t.co", "/i/adsct /1/i/adsct", "business.x.com/en/help/campaign-measurement-and-analytics/conversion-tracking-for-websites.html"},
		{"X Pixel", "analytics.twitter.com", "/i/adsct /1/i/adsct", "business.x.com/en/help/campaign-measurement-and-analytics/conversion-tracking-for-websites.html"},
		{"Reddit Pixel", "alb.reddit.com", "*", "business.reddithelp.com/s/article/reddit-pixel"},
		{"Outbrain Pixel", "tr.outbrain.com", "*", "www.outbrain.com/help/advertisers/outbrain-pixel"},
		{"Cloudflare Web Analytics", "*", "/cdn-cgi/rum", "developers.cloudflare.com/web-analytics"},
		{"New Relic Browser", "*.nr-data.net", "/events/* /jserrors/* /1/* /ins/* /resources/* /browser/*", "docs.newrelic.com/docs/new-relic-solutions/get-started/networks"},
		{"Datadog RUM", "*.browser-intake-datadoghq.com", "/api/v2/rum /api/v2/replay", "docs.datadoghq.com/real_user_monitoring"},
		{"Datadog RUM", "*.browser-intake-datadoghq.eu", "/api/v2/rum /api/v2/replay", "docs.datadoghq.com/real_user_monitoring"},
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
		start, open := strings.CutSuffix(pattern, "*")
		end, anywhere := strings.CutPrefix(start, "*")
		switch {
		case anywhere && strings.HasSuffix(path, end), open && !anywhere && strings.HasPrefix(path, start), path == pattern:
			return true
		}
	}
	return false
}

// patterns are the endpoint's requests as the protocol matches them.
func (e endpoint) patterns() []string {
	hosts := []string{e.host}
	if domain, below := strings.CutPrefix(e.host, "*."); below {
		hosts = append(hosts, domain)
	}
	var all []string
	for _, host := range hosts {
		for path := range strings.FieldsSeq(e.paths) {
			all = append(all, "*://"+host+":*/"+strings.TrimPrefix(path, "/"))
		}
	}
	return all
}
