package browser_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"samui/internal/journey"
)

// TestExcerpt: what is told of the page after a failure is what is around the
// nearest thing, without what nobody may read.
func TestExcerpt(t *testing.T) {
	pages := map[string]string{
		"/shop": `<title>Shop</title><nav>` + strings.Repeat("<p>A long way from it</p>", 600) + `</nav>
			<form id=buy action="/buy?session=letmein" onsubmit="go()" data-key="letmein"><script>var key = 'letmein'</script><style>p{}</style>
			<label>Card <input name=card value=letmein></label><textarea>letmein</textarea><input type=hidden name=csrf value=letmein>
			<button class="big" style="color:red" type=button>Put in basket</button><p data-testid=sum title="The sum" aria-label=Sum aria-valuenow=letmein ng-init=letmein srcset="/s?letmein" hidden=until-found>Sum &lt; 100 &amp; more</p>
			<p id=balance>letmein <b>also</b></p><div contenteditable>letmein</div><iframe src="/inner?letmein"></iframe><svg><path d="M0 0"/></svg>
			<a href="https://me:letmein@shop.example/a?letmein#letmein" ping="/letmein">A</a><a href="data:text/html,letmein">B</a><a href=" JavaScript:letmein()">C</a><a href="/c#letmein">D</a></form>`,
		"/shadow": `<div id=host></div><script>host.attachShadow({mode:'open'}).innerHTML='<p>Inside</p>'</script>`,
		"/empty":  ``,
		"/long":   `<main>` + strings.Repeat("<p>word</p>", 5000) + `</main>`,
	}
	mux := http.NewServeMux()
	for path, page := range pages {
		mux.HandleFunc(path, html(page))
	}
	mux.HandleFunc("/inner", html(`letmein`))
	server := serve(t, mux)
	mask := []journey.Target{{By: journey.ByCSS, Value: text("#balance")}}
	s := openAs(t, newBrowser(t), journey.Journey{Site: site(server), Mask: mask}, desktop())
	after := func(path, button string) string {
		t.Helper()
		mustStep(t, s, step(do(openURL(path))))
		def := step(do(click(button)))
		def.Timeout = 300 * time.Millisecond
		if _, err := s.Step(t.Context(), def); err == nil {
			t.Fatalf("%s has a %q", path, button)
		}
		got, err := s.Excerpt(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}

	want := `<form id="buy" action="/buy?…" data-key="…">
  <label>
    Card
    <input name="card">
  </label>
  <textarea>…</textarea>
  <input type="hidden" name="csrf">
  <button class="big" type="button">Put in basket</button>
  <p data-testid="sum" title="The sum" aria-label="Sum" aria-valuenow="…" ng-init="…" srcset="…" hidden="…">Sum &lt; 100 &amp; more</p>
  <p><!-- masked --></p>
  <div contenteditable>…</div>
  <iframe src="/inner?…"></iframe>
  <svg>…</svg>
  <a href="https://…@shop.example/a?…" ping="…">A</a>
  <a href="data:…">B</a>
  <a href="JavaScript:…">C</a>
  <a href="/c?…">D</a>
</form>`
	if diff := cmp.Diff(want, after("/shop", "Put in the basket")); diff != "" {
		t.Errorf("around the nearest button (-want +got):\n%s", diff)
	}
	if got := after("/shadow", "Nowhere"); !strings.Contains(got, "<template shadowrootmode=\"open\">\n      <p>Inside</p>") {
		t.Errorf("of a shadow root: %s", got)
	}
	if got := after("/empty", "Nowhere"); !strings.Contains(got, "<body>") {
		t.Errorf("of a page without anything: %q", got)
	}
	if got := after("/long", "Nowhere"); len(got) < 6000 || len(got) > 8100 || !strings.HasSuffix(got, "\n…") || !strings.HasPrefix(got, "<body>") {
		t.Errorf("%d characters of a long page", len(got))
	}
}
