package journey

import (
	"strings"
	"testing"
)

func TestGetsCookie(t *testing.T) {
	s := Site{Hosts: []string{"www.shop.example", "127.0.0.1"}}
	for domain, want := range map[string]bool{
		"www.shop.example": true, ".www.shop.example": true, "a.www.shop.example": true, ".shop.example": true,
		"shop.example": false, ".hop.example": false, "evil.example": false, ".other.shop.example": false,
		"127.0.0.1": true, ".0.0.1": false, "": false, ".": false,
	} {
		if got := s.GetsCookie(domain); got != want {
			t.Errorf("GetsCookie(%q) = %t, want %t", domain, got, want)
		}
	}
}

func TestCheckCookie(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "B": "", `"[1, 2]"`: "", "שלום": "", "a=b c": "",
		"a\nb": "a cookie can't hold a line break", "a\r": "a cookie can't hold a line break", "a;b": "a cookie can't hold a semicolon",
		"a\tb": "a cookie can't hold a control character", "a\x00": "a cookie can't hold a control character", " a": "a cookie can't begin or end with a space",
		strings.Repeat("x", 4096): "a cookie can't be longer than 4 KiB", strings.Repeat("x", 4095): "",
	} {
		got := ""
		if err := CheckCookie("n", value); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("CheckCookie(%.20q) = %q, want %q", value, got, want)
		}
	}
}

func TestWhatNeedsNoPage(t *testing.T) {
	cookie, storage := Action{Verb: Set, Kept: KeptCookie}, Action{Verb: Set, Kept: KeptStorage}
	cookies, everything := Action{Verb: Forget, Kept: KeptCookies}, Action{Verb: Forget, Kept: KeptEverything}
	request, open := Action{Verb: Request}, Action{Verb: Open}
	for _, c := range []struct {
		do   []Action
		asks bool
	}{
		{[]Action{cookie, request}, true},
		{[]Action{request, cookies, request}, true},
		{[]Action{cookie}, false},
		{[]Action{storage, request}, false},
		{[]Action{request, everything}, false},
		{[]Action{cookie, open}, false},
	} {
		if got := (Step{Do: c.do}).Asks(); got != c.asks {
			t.Errorf("%v asks: %t", c.do, got)
		}
	}
}
