package browser

import (
	"net/netip"
	"strings"

	"github.com/chromedp/cdproto/network"

	"samui/internal/journey"
)

// unlimited is a connection as fast as the machine's.
func unlimited() network.Conditions {
	return network.Conditions{DownloadThroughput: -1, UploadThroughput: -1}
}

// speedOf is a network as the protocol puts it.
func speedOf(n journey.Network) network.Conditions {
	rate := func(bits int64) float64 {
		if bits == 0 {
			return -1
		}
		return float64(bits) / 8
	}
	return network.Conditions{Latency: float64(n.Latency.Microseconds()) / 1000, DownloadThroughput: rate(n.Down), UploadThroughput: rate(n.Up)}
}

// bracketed is a host as it stands in an address.
func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
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
