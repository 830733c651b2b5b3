package journey

import "testing"

func revealed(t Text) string { return t.Reveal(Facts{}) }

func TestJudgesAnAnswer(t *testing.T) {
	site := Site{URL: "https://shop.example/il", Hosts: []string{"shop.example"}}
	cart := Answer{
		Method: "POST", URL: "https://api.shop.example/il/cart%20items?token=x", Status: 201,
		Headers: map[string]string{"content-type": "application/json; charset=utf-8", "set-cookie": "id=1\nid=2"},
		Body:    []byte(` {"items": [{"price": 19.90, "n": "7"}], "state": "open"} ` + "\n"),
	}
	page := Answer{Method: "GET", URL: "https://shop.example/il", Status: 503, Body: []byte("We are\n closed")}
	text := func(op Op, s string) *Comparison { return &Comparison{Op: op, Text: Plain(s)} }
	named := func(name string, op Op, s string) *Comparison { return &Comparison{Name: name, Op: op, Text: Plain(s)} }
	number := func(path string, op Op, n float64) *Comparison { return &Comparison{Name: path, Op: op, Number: n} }
	path := func(s string) *Comparison { return &Comparison{Op: Is, Text: Plain(s), Path: true} }
	for _, c := range []struct {
		a    Answer
		x    Exchange
		want string
	}{
		{cart, Exchange{}, ""},
		{cart, Exchange{URL: path("/cart items"), Method: "POST", Status: "201"}, ""},
		{cart, Exchange{URL: path("cart%20items"), Status: "2xx"}, ""},
		{cart, Exchange{URL: path("/cart")}, "the address was https://api.shop.example/il/cart items?token=x"},
		{cart, Exchange{URL: text(Contains, "cart items?")}, ""},
		{cart, Exchange{URL: text(Matches, `^https://api\..*%20items`)}, ""},
		{page, Exchange{URL: path("/")}, "the address was https://shop.example/il"},
		{Answer{Method: "GET", URL: "https://tracker.example/il/cart"}, Exchange{URL: path("/cart")}, "the address was https://tracker.example/il/cart"},
		{cart, Exchange{Method: "GET"}, "the method was POST"},
		{cart, Exchange{Status: "200"}, "the answer was 201 Created"},
		{page, Exchange{Status: "4xx"}, "the answer was 503 Service Unavailable"},
		{cart, Exchange{Header: named("Content-Type", Contains, "json")}, ""},
		{cart, Exchange{Header: named("content-type", OpNone, "")}, ""},
		{cart, Exchange{Header: named("Content-Type", Is, "text/html")}, `the header is "application/json; charset=utf-8"`},
		{cart, Exchange{Header: named("Set-Cookie", Is, "x")}, "the header holds something else"},
		{cart, Exchange{Header: named("ETag", OpNone, "")}, "there is no such header"},
		{cart, Exchange{Body: text(Contains, `"open"`)}, ""},
		{cart, Exchange{Body: text(Contains, "closed")}, `the body is JSON with "items", "state"`},
		{page, Exchange{Body: text(Is, "We are\n closed")}, ""},
		{page, Exchange{Body: text(Matches, "^Welcome")}, `the body is "We are closed"`},
		{Answer{Headers: map[string]string{"content-type": "image/png"}, Body: []byte{1, 2}}, Exchange{Body: text(Contains, "x")}, "the body is image/png of 2 bytes"},
		{Answer{}, Exchange{Body: text(Contains, "x")}, "the body is empty"},
		{Answer{NoBody: "it was gone"}, Exchange{JSON: named("a", OpNone, "")}, "its body can't be read: it was gone"},
		{cart, Exchange{JSON: named("items[0].price", OpNone, "")}, ""},
		{cart, Exchange{JSON: named("items[0].price", Is, "19.9")}, ""},
		{cart, Exchange{JSON: named("items[0].n", Is, "7.0")}, `items[0].n is "7"`},
		{cart, Exchange{JSON: named("state", Matches, "^op")}, ""},
		{cart, Exchange{JSON: named("state", Is, "shut")}, `state is "open"`},
		{cart, Exchange{JSON: number("items.length", AtLeast, 1)}, ""},
		{cart, Exchange{JSON: number("items.length", Above, 1)}, `items.length is "1"`},
		{cart, Exchange{JSON: number("items[0].price", Below, 19.9)}, `items[0].price is "19.90"`},
		{cart, Exchange{JSON: number("items[0].n", AtMost, 7)}, ""},
		{cart, Exchange{JSON: number("state", AtMost, 7)}, `state is "open", no number`},
		{cart, Exchange{JSON: number("total", AtMost, 7)}, `the document has no "total", it has "items", "state"`},
		{page, Exchange{JSON: number("total", AtMost, 7)}, `the body is "We are closed"`},
	} {
		if got := c.x.Amiss(c.a, site); got != c.want {
			t.Errorf("%s of %s: got %q, want %q", c.x, c.a, got, c.want)
		}
	}
	if got, want := cart.String(), "POST https://api.shop.example/il/cart%20items 201"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestExchangeReadsAsItIsWritten(t *testing.T) {
	secret := NewText(Part{Secret: NewSecret("hunter22"), Source: "${secret:KEY}"})
	for want, e := range map[string]Expectation{
		`response: "/cart"`: {Claim: ClaimResponse, Exchange: &Exchange{URL: &Comparison{Op: Is, Text: Plain("/cart"), Path: true}}},
		`response: {url: "/cart", method: POST, status: 2xx, header: {named: "Content-Type", contains: json}, body: "ok", json: {path: "a[0]", at_least: 1}}`: {
			Claim: ClaimResponse, Exchange: &Exchange{
				URL: &Comparison{Op: Is, Text: Plain("/cart"), Path: true}, Method: "POST", Status: "2xx",
				Header: &Comparison{Name: "Content-Type", Op: Contains, Text: Plain("json")},
				Body:   &Comparison{Op: Contains, Text: Plain("ok")}, JSON: &Comparison{Name: "a[0]", Op: AtLeast, Number: 1},
			},
		},
		`response: {header: "ETag", json: "id"}`: {Claim: ClaimResponse, Exchange: &Exchange{Header: &Comparison{Name: "ETag"}, JSON: &Comparison{Name: "id"}}},
		`sent: {url: {contains: /collect}, body: {is: "<secret>"}}`: {
			Claim: ClaimSent, Exchange: &Exchange{URL: &Comparison{Op: Contains, Text: Plain("/collect")}, Body: &Comparison{Op: Is, Text: secret}},
		},
	} {
		if got := e.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWritesABody(t *testing.T) {
	secret := NewText(Part{Literal: `{"key": "k-`}, Part{Secret: NewSecret("say \"hi\"\\\n"), Source: "${secret:KEY}"}, Part{Literal: `", "n": 1}`})
	for _, c := range []struct {
		call       Call
		body, kind string
	}{
		{Call{}, "", ""},
		{Call{Body: Plain("<a>")}, "<a>", "text/plain; charset=utf-8"},
		{Call{JSON: secret}, `{"key": "k-say \"hi\"\\\n", "n": 1}`, "application/json"},
		{Call{Form: []Field{{"q", Plain("red & blue")}, {"א", Plain("")}}}, "q=red+%26+blue&%D7%90=", "application/x-www-form-urlencoded"},
	} {
		body, kind := c.call.Payload(revealed)
		if body != c.body || kind != c.kind {
			t.Errorf("got %q %q, want %q %q", body, kind, c.body, c.kind)
		}
	}
}

func TestStepsThatAskNeedNoBrowser(t *testing.T) {
	of := func(verbs ...Verb) Step {
		var s Step
		for _, v := range verbs {
			s.Do = append(s.Do, Action{Verb: v})
		}
		return s
	}
	for _, c := range []struct {
		step Step
		asks bool
	}{
		{of(Request), true}, {of(Pause, Request, Request), true}, {of(Pause), false}, {of(Request, Open), false}, {of(Open), false},
	} {
		if got := c.step.Asks(); got != c.asks {
			t.Errorf("%v asks: %v, want %v", c.step.Do, got, c.asks)
		}
		if got := (Journey{Steps: []Step{of(Request), c.step}}).NeedsBrowser(); got == c.asks {
			t.Errorf("%v needs a browser: %v", c.step.Do, got)
		}
	}
}

func TestWhoLooksNeedsABrowser(t *testing.T) {
	asks := Step{Do: []Action{{Verb: Request}}, Conditions: []Condition{{Devices: []string{"phone"}}}}
	looks := Step{Do: asks.Do, Conditions: []Condition{{See: &Expectation{Claim: ClaimText}}}}
	if (Journey{Steps: []Step{asks}}).NeedsBrowser() || !(Journey{Steps: []Step{asks, looks}}).NeedsBrowser() {
		t.Error("only a condition that looks at the page needs one")
	}
}

func TestRevisionKnowsEveryPartOfACall(t *testing.T) {
	one := func(c Call, x Exchange) string {
		return Journey{Steps: []Step{{Do: []Action{{Verb: Request, Call: &c}}, Expect: []Expectation{{Claim: ClaimResponse, Exchange: &x}}}}}.Revision()
	}
	seen := map[string]int{}
	full := &Comparison{Name: "a", Op: Is, Text: Plain("b")}
	for i, revision := range []string{
		one(Call{}, Exchange{}), one(Call{Method: "PUT"}, Exchange{}), one(Call{Headers: map[string]Text{"A": Plain("b")}}, Exchange{}),
		one(Call{Body: Plain("x")}, Exchange{}), one(Call{JSON: Plain("x")}, Exchange{}), one(Call{Form: []Field{{"a", Plain("b")}}}, Exchange{}),
		one(Call{Clean: true}, Exchange{}), one(Call{Stay: true}, Exchange{}),
		one(Call{}, Exchange{Method: "PUT"}), one(Call{}, Exchange{Status: "2xx"}), one(Call{}, Exchange{URL: full}), one(Call{}, Exchange{Header: full}),
		one(Call{}, Exchange{Body: full}), one(Call{}, Exchange{JSON: full}), one(Call{}, Exchange{JSON: &Comparison{Name: "a"}}),
		one(Call{}, Exchange{JSON: &Comparison{Name: "a", Op: AtMost, Number: 2}}), one(Call{}, Exchange{URL: &Comparison{Op: Is, Text: Plain("b"), Path: true}}),
	} {
		if other, same := seen[revision]; same {
			t.Errorf("%d and %d have the same revision", i, other)
		}
		seen[revision] = i
	}
}
