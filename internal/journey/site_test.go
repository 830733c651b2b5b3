package journey

import "testing"

func TestSiteOwns(t *testing.T) {
	tests := map[string]struct {
		hosts string
		host  string
		want  bool
	}{
		"itself":                           {"shop.example", "shop.example", true},
		"with a port":                      {"shop.example", "shop.example:8443", true},
		"in any case":                      {"Shop.Example", "SHOP.eXample", true},
		"with the final dot":               {"shop.example", "shop.example.", true},
		"with the final dot and a port":    {"shop.example", "shop.example.:443", true},
		"registered with the final dot":    {"shop.example.", "shop.example", true},
		"registered with a port":           {"shop.example:8080", "shop.example:9090", true},
		"a subdomain":                      {"shop.example", "pay.shop.example", true},
		"a subdomain of that":              {"shop.example", "a.pay.shop.example:443", true},
		"the parent":                       {"shop.example", "example", false},
		"a sibling":                        {"www.shop.example", "pay.shop.example", false},
		"a lookalike":                      {"shop.example", "evilshop.example", false},
		"a lookalike below another":        {"shop.example", "shop.example.evil.test", false},
		"a hyphen for a dot":               {"shop.example", "pay-shop.example", false},
		"no host":                          {"shop.example", "", false},
		"only a port":                      {"shop.example", ":443", false},
		"only a dot":                       {"shop.example", ".", false},
		"an empty registration":            {"", "shop.example", false},
		"a dot registered":                 {".", "shop.example", false},
		"nothing owns nothing":             {"", "", false},
		"an international name as xn--":    {"xn--4dbcagdahymbxekheh6e0a7fei0b.example", "www.XN--4dbcagdahymbxekheh6e0a7fei0b.example", true},
		"an address":                       {"127.0.0.1", "127.0.0.1:8099", true},
		"an address has no subdomains":     {"127.0.0.1", "1.127.0.0.1", false},
		"another address":                  {"127.0.0.1", "127.0.0.10", false},
		"a bare IPv6 address":              {"::1", "[::1]:8099", true},
		"an IPv6 address in brackets":      {"[::1]", "::1", true},
		"an IPv6 address spelled out":      {"0:0:0:0:0:0:0:1", "[::1]", true},
		"an IPv6 address in any case":      {"FE80::A", "[fe80::a]:80", true},
		"IPv6 addresses with one last bit": {"fe80::1", "fe80::2", false},
		"IPv4 within IPv6":                 {"127.0.0.1", "[::ffff:127.0.0.1]:80", true},
		"an IPv6 address has no subdomain": {"::1", "a.::1", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			site := Site{Hosts: []string{"other.test", tt.hosts}}
			if got := site.Owns(tt.host); got != tt.want {
				t.Errorf("a site of %q owns %q = %t, want %t", tt.hosts, tt.host, got, tt.want)
			}
		})
	}
}

func TestSiteOwnsURL(t *testing.T) {
	site := Site{Hosts: []string{"shop.example", "::1"}}
	for address, want := range map[string]bool{
		"https://shop.example/cart?x=1#y":         true,
		"http://pay.shop.example:8080":            true,
		"HTTPS://SHOP.EXAMPLE":                    true,
		"http://[::1]:8099/":                      true,
		"https://user:pass@shop.example/":         true,
		"https://shop.example@evil.test/":         false,
		"https://evil.test/shop.example":          false,
		"https://evil.test/?https://shop.example": false,
		"https://evil.test#@shop.example/":        false,
		`https://evil.test\@shop.example/`:        false,
		"ftp://shop.example/":                     false,
		"javascript://shop.example/%0aalert(":     false,
		"data:text/html,shop.example":             false,
		"file:///shop.example":                    false,
		"//shop.example/":                         false,
		"shop.example":                            false,
		"about:blank":                             false,
		"":                                        false,
		"http://%zz":                              false,
	} {
		if got := site.OwnsURL(address); got != want {
			t.Errorf("OwnsURL(%q) = %t, want %t", address, got, want)
		}
	}
	if (Site{}).OwnsURL("https://shop.example/") {
		t.Error("a site without hosts owns a host")
	}
}
