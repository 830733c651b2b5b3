package request

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// ownJar holds the cookies of a visit without a browser.
type ownJar struct {
	jar *cookiejar.Jar
	set []setCookie // all that ever were: a jar of the library's can't lose one
}

// setCookie is a cookie, and who set it.
type setCookie struct {
	by     *url.URL
	cookie *http.Cookie
}

func newOwnJar() *ownJar { return &ownJar{jar: emptyJar()} }

func emptyJar() *cookiejar.Jar {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic("BUG: a jar without options: " + err.Error())
	}
	return jar
}

// Cookies implements [Jar].
func (j *ownJar) Cookies(_ context.Context, address string) (string, error) {
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
func (j *ownJar) Keep(_ context.Context, address string, set []*http.Cookie) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("cookies from an address: %w", err)
	}
	for _, c := range set {
		kept := *c
		if c.MaxAge > 0 { // counted from now, whenever it is put into another jar
			kept.Expires, kept.MaxAge = time.Now().Add(time.Duration(c.MaxAge)*time.Second), 0
		}
		j.set = append(j.set, setCookie{u, &kept})
		j.jar.SetCookies(u, []*http.Cookie{&kept})
	}
	return nil
}

// Forget implements [Jar].
func (j *ownJar) Forget(_ context.Context, site journey.Site, name string) error {
	j.set = slices.DeleteFunc(j.set, func(s setCookie) bool {
		domain := s.by.Hostname()
		if s.cookie.Domain != "" {
			domain = "." + strings.TrimPrefix(s.cookie.Domain, ".")
		}
		return (name == "" || s.cookie.Name == name) && site.GetsCookie(domain)
	})
	j.jar = emptyJar()
	for _, s := range j.set {
		j.jar.SetCookies(s.by, []*http.Cookie{s.cookie})
	}
	return nil
}
