package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"samui/internal/browser"
	"samui/internal/journey"
	"samui/internal/values"
)

// knowing is a session, and what its visit knows.
func knowing(t *testing.T, b *browser.Browser, s journey.Site) (*browser.Session, *values.Values) {
	t.Helper()
	j := journey.Journey{Site: s}
	known := values.New(j, journey.Facts{At: time.Now(), RunID: "RUN"})
	session, err := b.Open(t.Context(), j, desktop(), known)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session, known
}

func TestSave(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "t0ken-123", HttpOnly: true, Path: "/"})
		html(`<title>Order   <17></title><h1>Thank  you,<br>Dana</h1><p id=order>Order #<b>17</b>-IL.</p>
			<a href="/orders/17?x=1" data-n=" seven ">Details</a><label>Mail <input id=mail value="a@b.example"></label>
			<select id=size><option>S<option selected>Large</select><input type=password id=pw value=hunter22>
			<iframe title=Pay srcdoc="<p id=order>Order #<b>99</b></p>"></iframe><p class=two>1<p class=two>2<p id=empty></p><p id=long></p><p id=late></p>
			<script>long.textContent = 'x'.repeat(5000) + ' end'; setTimeout(() => { late.textContent = 'came late' }, 300)</script>`)(w, r)
	})
	server := serve(t, mux)
	b := newBrowser(t)
	tests := map[string]struct {
		save    journey.Save
		want    string // empty = it fails
		secret  bool
		kind    journey.FailureKind
		message string
	}{
		"a text":            {save: journey.Save{From: journey.SaveText, Target: css("h1")}, want: "Thank you, Dana"},
		"a group of it":     {save: journey.Save{From: journey.SaveText, Target: css("#order"), Matches: text(`#(\d+)-([A-Z]+)`)}, want: "17"},
		"all that matches":  {save: journey.Save{From: journey.SaveText, Target: css("#order"), Matches: text(`\d+-[A-Z]+`)}, want: "17-IL"},
		"what comes late":   {save: journey.Save{From: journey.SaveText, Target: css("#late")}, want: "came late"},
		"the end of much":   {save: journey.Save{From: journey.SaveText, Target: css("#long"), Matches: text(`x (\w+)$`)}, want: "end"},
		"a value":           {save: journey.Save{From: journey.SaveValue, Target: css("#mail")}, want: "a@b.example"},
		"a select's label":  {save: journey.Save{From: journey.SaveValue, Target: css("#size")}, want: "Large"},
		"a password":        {save: journey.Save{From: journey.SaveValue, Target: css("#pw")}, want: "hunter22", secret: true},
		"an attribute":      {save: journey.Save{From: journey.SaveAttribute, Target: css("a"), Named: "data-n"}, want: "seven"},
		"an address":        {save: journey.Save{From: journey.SaveAttribute, Target: css("a"), Named: "href"}, want: server.URL + "/orders/17?x=1"},
		"the page's URL":    {save: journey.Save{From: journey.SaveURL, Matches: text(`/shop/.*`)}, want: "/shop/a?b"},
		"the title":         {save: journey.Save{From: journey.SaveTitle}, want: "Order <17>"},
		"a cookie":          {save: journey.Save{From: journey.SaveCookie, Named: "sid", Secret: true}, want: "t0ken-123", secret: true},
		"a text in a frame": {save: journey.Save{From: journey.SaveText, Target: inFrame(plain("Pay"), css("#order"))}, want: "Order #99"},
		"no such frame":     {save: journey.Save{From: journey.SaveText, Target: inFrame(plain("Map"), css("#order"))}, kind: journey.KindTarget, message: "its frame is not there"},
		"no such element":   {save: journey.Save{From: journey.SaveText, Target: css("#none")}, kind: journey.KindTarget, message: "can't save it: {in: {css: \"#none\"}}: nothing on the page matches"},
		"two":               {save: journey.Save{From: journey.SaveText, Target: css(".two")}, kind: journey.KindTarget, message: "2 elements match"},
		"nothing in it":     {save: journey.Save{From: journey.SaveText, Target: css("#empty")}, kind: journey.KindExpectation, message: " is empty"},
		"no such attribute": {save: journey.Save{From: journey.SaveAttribute, Target: css("a"), Named: "rel"}, kind: journey.KindExpectation, message: " has no rel"},
		"no match":          {save: journey.Save{From: journey.SaveText, Target: css("h1"), Matches: text(`\d`)}, kind: journey.KindExpectation, message: `nothing in it matches; there was "Thank you, Dana"`},
		"no match, secret":  {save: journey.Save{From: journey.SaveText, Target: css("h1"), Matches: text(`\d`), Secret: true}, kind: journey.KindExpectation, message: "secret: true}: nothing in it matches"},
		"too long":          {save: journey.Save{From: journey.SaveText, Target: css("#long")}, kind: journey.KindExpectation, message: "it is longer than 4 KiB"},
		"no such cookie":    {save: journey.Save{From: journey.SaveCookie, Named: "no", Secret: true}, kind: journey.KindExpectation, message: "the page has no such cookie"},
		"a bad selector":    {save: journey.Save{From: journey.SaveText, Target: css("[")}, kind: journey.KindScript, message: "bad selector"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, known := knowing(t, b, site(server))
			tt.save.Name = "it"
			def := step(do(openURL("/shop/a?b")), sees("Thank you"))
			def.Save = []journey.Save{tt.save}
			if tt.want == "" {
				f := failStep(t, s, def)
				if f.Kind != tt.kind || !strings.HasSuffix(f.Message, tt.message) && !strings.Contains(f.Message, tt.message+":") {
					t.Errorf("got %s %q, want %s %q", f.Kind, f.Message, tt.kind, tt.message)
				}
				return
			}
			mustStep(t, s, def)
			if got, _ := known.Saved("it"); got.Value != tt.want || got.Secret != tt.secret {
				t.Errorf("saved %q (secret: %t), want %q (%t)", got.Value, got.Secret, tt.want, tt.secret)
			}
		})
	}
}

// What was saved works in everything that comes later, and stands for itself.
func TestSavedIsUsed(t *testing.T) {
	const odd = "a.b/c (x)? & d"
	asked := make(chan string, 8)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/find" {
			asked <- r.URL.Query().Get("q") + r.URL.Query().Get("d")
		}
		html(`<h1>a.b/c (x)? &amp; d</h1><label>Field <input></label>`)(w, r)
	})
	server := serve(t, mux)
	s, known := knowing(t, newBrowser(t), site(server))
	saved := func(before string) journey.Text {
		return journey.NewText(journey.Part{Literal: before}, journey.Part{Source: "${it}", Live: &journey.Live{Kind: journey.LiveSaved, Name: "it"}})
	}
	first := step(do(openURL("/")), sees("a.b"))
	first.Save = []journey.Save{{Name: "it", From: journey.SaveText, Target: css("h1")}}
	mustStep(t, s, first)
	if got, _ := known.Saved("it"); got.Value != odd {
		t.Fatalf("saved %q", got.Value)
	}
	pattern := journey.NewText(append([]journey.Part{{Literal: "^"}}, append(saved("").Parts(), journey.Part{Literal: "$"})...)...)
	mustStep(t, s, step(do(
		journey.Action{Verb: journey.Open, URL: saved("/find?q=")},
		journey.Action{Verb: journey.Fill, Target: &journey.Target{By: journey.ByLabel, Value: text("Field")}, With: saved("my ")},
	),
		journey.Expectation{Claim: journey.ClaimText, Op: journey.Contains, Text: saved("")},
		journey.Expectation{Claim: journey.ClaimText, Target: css("h1"), Op: journey.Matches, Text: pattern},
		journey.Expectation{Claim: journey.ClaimVisible, Target: &journey.Target{By: journey.ByText, Value: saved("")}},
		journey.Expectation{Claim: journey.ClaimValue, Target: css("input"), Op: journey.Is, Text: text("my " + odd)},
	))
	if got := <-asked; got != odd {
		t.Errorf("the server was asked for %q, want %q", got, odd)
	}
}

// A page decides what is saved: it must not send the visit elsewhere with a
// secret, nor to anything but a web page.
func TestSavedIsHostile(t *testing.T) {
	server := pages(t, map[string]string{"/": `<h1>Hi</h1><p id=s>hunter2222</p><a href="javascript:alert(1)">x</a>`})
	b := newBrowser(t)
	own := site(server)
	own.Hosts = []string{"shop.example"}
	j := journey.Journey{Site: own, Mask: []journey.Target{{By: journey.ByText, Value: journey.NewText(journey.Part{Secret: journey.NewSecret("hunter2222"), Source: "${secret:X}"})}}}
	known := values.New(j, journey.Facts{At: time.Now()})
	s, err := b.Open(t.Context(), j, desktop(), known)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	first := step(do(openURL("/")), sees("Hi"))
	first.Save = []journey.Save{{Name: "s", From: journey.SaveText, Target: css("#s")}, {Name: "link", From: journey.SaveAttribute, Target: css("a"), Named: "href"}}
	mustStep(t, s, first)
	if got, _ := known.Saved("s"); !got.Secret {
		t.Error("what holds a secret isn't one")
	}
	of := func(name, before string) journey.Text {
		return journey.NewText(journey.Part{Literal: before}, journey.Part{Source: "${" + name + "}", Live: &journey.Live{Kind: journey.LiveSaved, Name: name}})
	}
	f := failStep(t, s, step(do(journey.Action{Verb: journey.Open, URL: of("s", "http://other.example/?q=")})))
	if f.Kind != journey.KindTarget || !strings.Contains(f.Message, "a secret is not typed into a page of other.example") || strings.Contains(f.Message, "hunter") {
		t.Errorf("got %s %q", f.Kind, f.Message)
	}
	m := mustStep(t, s, step(do(journey.Action{Verb: journey.Open, URL: of("link", "")}), sees("Hi")))
	if !strings.HasPrefix(m.Page.URL, server.URL+"/javascript:") {
		t.Errorf("a script's address led to %s", m.Page.URL)
	}
}
