package browser

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/network"
)

// throttle slows the tab's connection down to the visit's network. DevTools'
// emulation works on requests, not packets; it is the one that page-speed
// tools use, so figures compare.
func (s *Session) throttle(ctx context.Context) error {
	n := s.visit.Network
	if n.Latency == 0 && n.Down == 0 && n.Up == 0 {
		return nil
	}
	rate := func(bits int64) float64 {
		if bits == 0 {
			return -1
		}
		return float64(bits) / 8
	}
	latency := float64(n.Latency.Microseconds()) / 1000
	rule := network.Conditions{Latency: latency, DownloadThroughput: rate(n.Down), UploadThroughput: rate(n.Up)}
	err := call(ctx, s.target, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{&rule},
	})
	if err != nil {
		return err
	}
	return call(ctx, s.target, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Latency: latency, DownloadThroughput: rate(n.Down), UploadThroughput: rate(n.Up),
	})
}

// blockPatterns turns a site's block list into URL patterns. An entry is a host (its subdomains included), a
// host with a path, or a whole pattern with a scheme.
func blockPatterns(entries []string) []*network.BlockPattern {
	var patterns []*network.BlockPattern
	add := func(pattern string) {
		patterns = append(patterns, &network.BlockPattern{URLPattern: pattern, Block: true})
	}
	for _, entry := range entries {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		if strings.Contains(entry, "://") {
			add(entry)
			continue
		}
		host, path, _ := strings.Cut(strings.TrimPrefix(entry, "*."), "/")
		if path == "" {
			path = "*"
		}
		if !strings.Contains(host, ":") {
			host += ":*"
		}
		add("*://" + host + "/" + path)
		add("*://*." + host + "/" + path)
	}
	return patterns
}
