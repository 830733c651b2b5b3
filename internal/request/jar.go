package request

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// ownJar holds the cookies of a visit without a browser.
type ownJar struct{ jar *cookiejar.Jar }

func newOwnJar() ownJar {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic("BUG: a jar without options: " + err.Error())
	}
	return ownJar{jar}
}

// Cookies implements [Jar].
func (j ownJar) Cookies(_ context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("cookies for an address: %w", err)
	}
	var pairs []string
	for _, c := range j.jar.Cookies(u) {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; "), nil
}

// Keep implements [Jar].
func (j ownJar) Keep(_ context.Context, address string, set []*http.Cookie) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("cookies from an address: %w", err)
	}
	j.jar.SetCookies(u, set)
	return nil
}
