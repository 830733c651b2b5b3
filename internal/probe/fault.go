package probe

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
)

// networkError means that our own network is down.
type networkError struct{ error }

// ours tells whether a navigation failed because of us: the machine has no
// network, or every reference fails too. It returns nil when the site is at
// fault.
func (v *visit) ours(ctx context.Context, f *browser.Failure) error {
	if f.Kind != journey.KindNavigation || f.NetError == "" {
		return nil
	}
	// Names of net/base/net_error_list.h that speak of this machine, and the proxy
	// that it goes through, only.
	local := []string{
		"ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "ERR_ADDRESS_UNREACHABLE", "ERR_NETWORK_IO_SUSPENDED", "ERR_NETWORK_ACCESS_DENIED",
		"ERR_PROXY_CONNECTION_FAILED", "ERR_PROXY_AUTH_REQUESTED", "ERR_PROXY_AUTH_UNSUPPORTED", "ERR_PROXY_AUTH_REQUESTED_WITH_NO_CONNECTION",
		"ERR_PROXY_CERTIFICATE_INVALID", "ERR_MANDATORY_PROXY_CONFIGURATION_FAILED", "ERR_NO_SUPPORTED_PROXIES",
	}
	if slices.Contains(local, f.NetError) {
		return networkError{fmt.Errorf("this machine has no way to the site: %s", f.Message)}
	}
	if len(v.options.Reference) > 0 && !anyAnswers(ctx, v.options.Reference) {
		return networkError{fmt.Errorf("%s, and none of the %d reference URLs answered either", f.Message, len(v.options.Reference))}
	}
	return nil
}

// referenceTimeout bounds the question whether our own network works.
const referenceTimeout = 10 * time.Second

// anyAnswers asks every reference at once and reports whether one answered
// anything at all: a status of any kind came over a working network.
func anyAnswers(ctx context.Context, urls []string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), referenceTimeout)
	defer cancel()
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answers := make(chan struct{}, len(urls))
	var asking sync.WaitGroup
	for _, url := range urls {
		asking.Go(func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
			if err != nil {
				return
			}
			response, err := client.Do(request)
			if err != nil {
				return
			}
			_ = response.Body.Close()
			answers <- struct{}{}
			cancel() // one is enough
		})
	}
	asking.Wait()
	return len(answers) > 0
}

// refusal tells whether a failed step met a page that refuses robots.
func refusal(f *browser.Failure, signs *browser.Signs) (string, bool) {
	if signs == nil {
		return "", false
	}
	switch f.Kind {
	case journey.KindHTTP, journey.KindExpectation, journey.KindTarget:
		return refused(pageSigns{
			Status: signs.Status, URL: signs.URL, Title: signs.Title, Text: signs.Text,
			Headers: signs.Headers, Frames: signs.Frames, Scripts: signs.Scripts,
		})
	case journey.KindNavigation, journey.KindTimeout, journey.KindDialog, journey.KindCrash, journey.KindScript, journey.KindBlocked:
		return "", false
	default:
		return "", false
	}
}
