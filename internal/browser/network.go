package browser

import (
	"net"
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

// hostPatterns are a host of a site's and what is below it, with any port, as
// patterns of hosts.
func hostPatterns(host string) []string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	switch address, err := netip.ParseAddr(host); {
	case err != nil:
		return []string{host, "*." + host}
	case address.Is6():
		return []string{"[" + strings.ReplaceAll(host, ":", `\:`) + "]"}
	}
	return []string{host}
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
