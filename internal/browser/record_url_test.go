package browser

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestRecordedURL: what of an address is kept.
func TestRecordedURL(t *testing.T) {
	long := "https://shop.example/?q=" + strings.Repeat("שלום", 400)
	for raw, want := range map[string]string{
		"https://shop.example/a?q=shoes&page=2#top":                        "https://shop.example/a?q=shoes&page=2",
		"https://bob:pw@shop.example/a":                                    "https://shop.example/a",
		"https://bob:p@w@shop.example":                                     "https://shop.example/",
		"https://shop.example/@me?to=a@b":                                  "https://shop.example/@me?to=a@b",
		"wss://shop.example/live?access_token=abc":                         "wss://shop.example/live?access_token=<hidden>",
		"https://shop.example/cb?code=1&state=2&Session-ID=3&x[api.key]=4": "https://shop.example/cb?code=<hidden>&state=2&Session-ID=<hidden>&x[api.key]=<hidden>",
		"https://shop.example/?%61ccess%5Ftoken=abc&empty_token=&token":    "https://shop.example/?%61ccess%5Ftoken=<hidden>&empty_token=&token",
		"https://shop.example/?a=1&&b=2":                                   "https://shop.example/?a=1&&b=2",
		"data:text/plain,x":                                                "",
		"blob:https://shop.example/1-2":                                    "",
		"about:blank":                                                      "",
		"":                                                                 "",
	} {
		if got, fetched := recordedURL(raw); got != want || fetched != (want != "") {
			t.Errorf("%s: kept %q, want %q", raw, got, want)
		}
	}
	got, _ := recordedURL(long)
	if len(got) > mostAddress+len("…") || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) {
		t.Errorf("a long address: kept %q", got)
	}
}

// TestBounded: a text is cut behind a whole character.
func TestBounded(t *testing.T) {
	for text, want := range map[string]string{"abcd": "abcd", "abcde": "abcd…", "abcש": "abc…", "אבג": "אב…", "\xff\xff\xff\xff\xff": "\xff\xff\xff\xff…"} {
		if got := bounded(text, 4); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
