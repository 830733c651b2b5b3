package browser

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// order is a protocol command whose answer isn't wanted, for a tab as for what
// it runs beside its process.
type order struct {
	method string
	params any
}

// limits are the orders that slow a target's connection down to the visit's
// network and keep it from what is not fetched. They count for the target
// alone: every frame with a process of its own and every worker needs them.
//
// The network service refuses such requests itself: nothing is intercepted, so
// nothing else waits, and beacons, frames and sockets are refused like the
// rest. What the visit blocks is refused by the page's process first, where it
// is one of its documents' own, because that tells why. DevTools' emulation
// works on requests, not packets; it is the one that page-speed tools use, so
// figures compare.
func (s *Session) limits() []order {
	var orders []order
	if blocked := blockPatterns(s.conditions.Block); len(blocked) > 0 {
		orders = append(orders, order{network.SetBlockedURLs.Method, network.SetBlockedURLsParams{URLPatterns: blocked}})
	}
	speed := speedOf(s.visit.Network)
	rules := s.refusals(speed)
	throttled := speed != unlimited()
	if throttled {
		rules = append(rules, &speed)
	}
	if len(rules) > 0 {
		orders = append(orders, order{network.EmulateNetworkConditionsByRule.Method, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules}})
	}
	if throttled {
		orders = append(orders, order{network.OverrideNetworkState.Method, network.OverrideNetworkStateParams{
			Latency: speed.Latency, DownloadThroughput: speed.DownloadThroughput, UploadThroughput: speed.UploadThroughput,
		}})
	}
	return orders
}

// workerLimits are those of a worker. The network service knows a worker of a
// frame by that frame, and frames of the page's own process only by the page:
// so the worker's own process is told of everything that is refused.
func (s *Session) workerLimits() []order {
	var patterns []*network.BlockPattern
	for _, rule := range s.refusals(unlimited()) {
		patterns = append(patterns, &network.BlockPattern{URLPattern: rule.URLPattern, Block: rule.Offline})
	}
	orders := s.limits()
	if len(patterns) > 0 {
		orders = append(orders, order{network.SetBlockedURLs.Method, network.SetBlockedURLsParams{URLPatterns: patterns}})
	}
	return orders
}

// limitRequests gives the orders to a tab.
func (s *Session) limitRequests(ctx context.Context, t cdp.Session) error {
	ctx, cancel := context.WithTimeoutCause(ctx, callTimeout, fmt.Errorf("no answer in %s", callTimeout))
	defer cancel()
	for _, o := range s.limits() {
		if err := t.Call(ctx, o.method, o.params, nil); err != nil {
			return fmt.Errorf("%s: %w", o.method, because(ctx, err))
		}
	}
	return nil
}

// refusals are the rules by which requests are refused; the first that matches
// counts.
func (s *Session) refusals(speed network.Conditions) []*network.Conditions {
	var rules []*network.Conditions
	add := func(pattern string, rule network.Conditions) {
		rule.URLPattern = pattern
		rules = append(rules, &rule)
	}
	refused := unlimited()
	refused.Offline = true
	for _, p := range blockPatterns(s.conditions.Block) {
		add(p.URLPattern, refused)
	}
	for _, e := range s.collecting {
		for _, pattern := range e.patterns() {
			add(pattern, refused)
		}
	}
	if s.conditions.ThirdParty == journey.Block {
		for _, host := range s.site.Hosts {
			for _, pattern := range hostPatterns(host) {
				add("*://"+pattern+":*/*", speed)
			}
		}
		add("*://*:*/*", refused)
	}
	return rules
}

// heldBack says for which condition a request was refused; empty where it
// failed for another reason.
func (s *Session) heldBack(address, errorText string) string {
	if !strings.Contains(errorText, "ERR_INTERNET_DISCONNECTED") && !strings.Contains(errorText, "ERR_BLOCKED_BY_CLIENT") {
		return ""
	}
	switch {
	case blocks(s.conditions.Block, address):
		return "block"
	case collects(s.collecting, address) != "":
		return "analytics"
	case s.conditions.ThirdParty == journey.Block && !s.site.OwnsURL(httpOf(address)):
		return "third_party"
	}
	return ""
}

// refusal is the error of a request that broke off. Where the page's own process
// refused one there is no text.
func refusal(e *network.EventLoadingFailed) string {
	if e.BlockedReason == network.BlockedReasonInspector {
		return "net::ERR_BLOCKED_BY_CLIENT"
	}
	return e.ErrorText
}

// blocks reports whether a request that was refused is one of a block list. Of
// whole patterns it reads what most are made of.
func blocks(entries []string, address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	group := regexp.MustCompile(`\{[^}]*\}\??|\([^)]*\)|:[A-Za-z]\w*`)
	for _, p := range blockPatterns(entries) {
		scheme, rest, _ := strings.Cut(p.URLPattern, "://")
		host, path, _ := strings.Cut(rest, "/")
		path, _, _ = strings.Cut("/"+path, "?")
		name, port := splitPort(group.ReplaceAllString(host, "*"))
		if glob(scheme, u.Scheme) && glob(strings.ToLower(name), strings.ToLower(u.Hostname())) && glob(port, u.Port()) && glob(group.ReplaceAllString(path, "*"), u.EscapedPath()) {
			return true
		}
	}
	return false
}

// splitPort cuts the port off a pattern of a host; without one it is the
// scheme's own.
func splitPort(host string) (name, port string) {
	i := strings.LastIndex(host, ":")
	if i < 0 || strings.HasSuffix(host, "]") {
		return strings.Trim(host, "[]"), ""
	}
	return strings.Trim(host[:i], "[]"), host[i+1:]
}
