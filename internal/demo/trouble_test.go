package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

// took is how long an answer takes, to the nanosecond: the clock is the
// bubble's.
func took(answer func() *httptest.ResponseRecorder) (time.Duration, *httptest.ResponseRecorder) {
	start := time.Now()
	w := answer()
	return time.Since(start), w
}

func TestLatencies(t *testing.T) {
	for _, c := range []struct {
		trouble, path  string
		normally, then time.Duration
	}{
		{"slow-search", "/search?q=shoes", 80 * time.Millisecond, 6 * time.Second},
		{"slow-search", "/he/search?q=shoes", 80 * time.Millisecond, 6 * time.Second},
		{"slow-search", "/", 40 * time.Millisecond, 40 * time.Millisecond},
		{"late-image", "/img/hero-1600.jpg", 60 * time.Millisecond, 3500 * time.Millisecond},
		{"late-image", "/img/hero-800.jpg", 60 * time.Millisecond, 3500 * time.Millisecond},
		{"late-image", "/img/ember.svg", 20 * time.Millisecond, 20 * time.Millisecond},
		{"slow-support", "/support", 40 * time.Millisecond, 40 * time.Millisecond},
		{"hanging-third-party", tagScript, 20 * time.Millisecond, time.Minute},
		{"hanging-third-party", "/", 40 * time.Millisecond, 40 * time.Millisecond},
	} {
		t.Run(c.trouble+c.path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBrowser(t)
				if d, w := took(func() *httptest.ResponseRecorder { return b.get(c.path) }); d != c.normally || w.Code != http.StatusOK {
					t.Errorf("normally: status %d after %v, want 200 after %v", w.Code, d, c.normally)
				}
				if err := b.shop.Set(c.trouble, true); err != nil {
					t.Fatal(err)
				}
				if d, _ := took(func() *httptest.ResponseRecorder { return b.get(c.path) }); d != c.then {
					t.Errorf("with %s: %v, want %v", c.trouble, d, c.then)
				}
			})
		})
	}
}

func TestSlowSupport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		ask := func() *httptest.ResponseRecorder { return b.post("/support/messages", "message", "Where is my order?") }
		if d, w := took(ask); d != 300*time.Millisecond || !strings.Contains(w.Body.String(), "order status page") {
			t.Errorf("normally: %v, %s", d, w.Body)
		}
		b = newBrowser(t, "slow-support")
		if d, _ := took(ask); d != 10*time.Second {
			t.Errorf("slow-support answers after %v, want 10s", d)
		}
	})
}

func TestFailingCheckout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, "failing-checkout")
		b.post("/cart/add", "product", "ember")
		shows(t, b.post("/checkout", orderFields()...), http.StatusInternalServerError, "We couldn't take your order", "you haven't been charged")
		shows(t, b.post("/he/checkout", orderFields()...), http.StatusInternalServerError, "לא הצלחנו לקבל את ההזמנה")
		shows(t, b.get("/cart"), http.StatusOK, "Ember gas stove")
		if err := b.shop.Set("failing-checkout", false); err != nil {
			t.Fatal(err)
		}
		leadsTo(t, b.post("/checkout", orderFields()...), "/orders/GH-")
	})
}

// TestRandom500: exactly every tenth order since it was switched on, whoever
// places it.
func TestRandom500(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, "random-500")
		for round := range 2 {
			for i := 1; i <= 20; i++ {
				b.post("/cart/add", "product", "ember")
				want := http.StatusSeeOther
				if i%10 == 0 {
					want = http.StatusInternalServerError
				}
				if w := b.post("/checkout", orderFields()...); w.Code != want {
					t.Errorf("round %d: order %d answers %d, want %d", round, i, w.Code, want)
				}
			}
			b.post("/cart/add", "product", "ember")
			b.post("/checkout", orderFields()...)
			for _, on := range []bool{false, true} {
				if err := b.shop.Set("random-500", on); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestRandom500UnderConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newBrowser(t, "random-500").shop
		var mu sync.Mutex
		answers := map[int]int{}
		var visitors sync.WaitGroup
		for range 100 {
			visitors.Go(func() {
				b := &browser{t: t, shop: shop}
				b.post("/cart/add", "product", "ember")
				w := b.post("/checkout", orderFields()...)
				mu.Lock()
				defer mu.Unlock()
				answers[w.Code]++
			})
		}
		visitors.Wait()
		if answers[http.StatusInternalServerError] != 10 || answers[http.StatusSeeOther] != 90 {
			t.Errorf("100 orders at once got %v, want 10 × 500 and 90 × 303", answers)
		}
	})
}

func TestBotWall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, "bot-wall")
		for _, path := range []string{"/", "/he/", "/search?q=shoes", "/cart", "/api/products", "/nowhere"} {
			w := b.get(path)
			shows(t, w, http.StatusForbidden, "Just a moment...", "Verify you are human")
			frames := parse(t, w.Body.String()).all("iframe")
			if len(frames) != 1 || frames[0].attrs["src"] != wallFrame {
				t.Errorf("%s: frames %v, want one at %s", path, frames, wallFrame)
			}
		}
		shows(t, b.post("/checkout", orderFields()...), http.StatusForbidden)
		shows(t, b.get(wallFrame), http.StatusOK, "I am not a robot")
		leadsTo(t, b.post(controlPage, "name", "bot-wall", "on", "false"), controlPage)
		shows(t, b.get("/"), http.StatusOK, "New arrivals")
	})
}

func TestRenamedButton(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for path, names := range map[string][2]string{
			"/search?q=shoes": {"Add to cart", "Put in basket"}, "/products/ember": {"Add to cart", "Put in basket"},
			"/browse": {"Add to cart", "Put in basket"}, "/he/products/ember": {"הוספה לסל", "לתוך העגלה"},
		} {
			for i, on := range []bool{false, true} {
				if err := b.shop.Set("renamed-button", on); err != nil {
					t.Fatal(err)
				}
				w := b.get(path)
				shows(t, w, http.StatusOK, names[i])
				if strings.Contains(w.Body.String(), names[1-i]) {
					t.Errorf("%s: the button is called both names", path)
				}
			}
		}
	})
}

// TestTroublesInThePage: these two happen in the browser; here they are only
// sent to it.
func TestTroublesInThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for trouble, script := range map[string]string{"layout-shift": "/static/banner.js", "long-task": "/static/longtask.js"} {
			if strings.Contains(b.get("/").Body.String(), script) {
				t.Errorf("%s is there before %s is switched on", script, trouble)
			}
			if err := b.shop.Set(trouble, true); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"/", "/he/", "/cart"} {
				if !strings.Contains(b.get(path).Body.String(), script) {
					t.Errorf("%s: no %s with %s", path, script, trouble)
				}
			}
		}
		d, w := took(func() *httptest.ResponseRecorder { return b.get("/static/banner.js") })
		if kept := w.Header().Get("Cache-Control"); d != 700*time.Millisecond || kept != "no-store" {
			t.Errorf("the banner arrives after %v and may be kept (%s); want 700ms each time", d, kept)
		}
	})
}

func TestUnknownTrouble(t *testing.T) {
	st, err := stockOnce()
	if err != nil {
		t.Fatal(err)
	}
	all := "slow-search, failing-checkout, late-image, layout-shift, long-task, hanging-third-party, random-500, slow-support, bot-wall, renamed-button"
	for name, nearest := range map[string]string{"slow-serach": "slow-search", "random": "random-500", "botwall": "bot-wall", "": ""} {
		_, err := openShop(st, name)
		hint := ""
		if nearest != "" {
			hint = fmt.Sprintf("did you mean %q? ", nearest)
		}
		want := fmt.Sprintf("there is no trouble %q; %sall of them: %s", name, hint, all)
		if err == nil || err.Error() != want {
			t.Errorf("a shop with %q: %v, want %s", name, err, want)
		}
	}
}

func TestControl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		put := func(body string) *httptest.ResponseRecorder {
			return b.do(httptest.NewRequest(http.MethodPut, controlData, strings.NewReader(body)))
		}
		if w := put(`{"slow-search": true, "bot-wall": true}`); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"slow-search":true`) {
			t.Errorf("PUT answers %d %s", w.Code, w.Body)
		}
		if got := b.get(controlData).Body.String(); strings.Count(got, "true") != 2 || strings.Count(got, "false") != len(Troubles())-2 {
			t.Errorf("the switches are %s, want two on", got)
		}
		on := 0
		for _, button := range parse(t, b.get(controlPage).Body.String()).all("button") {
			if button.attrs["aria-checked"] == "true" {
				on++
			}
		}
		if on != 2 {
			t.Errorf("the page shows %d switches on, want 2", on)
		}
		for body, want := range map[string]string{
			`{"late-image": true, "slow-serach": true}`: `did you mean \"slow-search\"`,
			`{"late-image": "yes"}`:                     `want {\"slow-search\": true}`,
		} {
			if w := put(body); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
				t.Errorf("PUT %s answers %d %s, want 400 with %s", body, w.Code, w.Body, want)
			}
		}
		if b.shop.troubled(lateImage) {
			t.Error("a refused PUT switched something on")
		}
		if w := b.post(controlPage, "name", "nothing", "on", "true"); w.Code != http.StatusBadRequest {
			t.Errorf("an unknown switch answers %d, want 400", w.Code)
		}
	})
}

// TestLeaving: whoever waits for an answer and leaves, leaves nothing behind.
func TestLeaving(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	shop := newBrowser(t, "hanging-third-party", "slow-search", "late-image").shop
	arrived, left := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		shop.ServeHTTP(w, r)
		left <- struct{}{}
	}))
	defer server.Close()
	client := server.Client()
	defer client.CloseIdleConnections()
	for _, path := range []string{tagScript, "/search?q=shoes", "/img/hero-1600.jpg"} {
		ctx, leave := context.WithCancel(t.Context())
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		var visit sync.WaitGroup
		visit.Go(func() {
			response, err := client.Do(r)
			if err == nil {
				_ = response.Body.Close()
				t.Errorf("%s was answered with %d before the visitor left", path, response.StatusCode)
			}
		})
		<-arrived
		leave()
		<-left
		visit.Wait()
	}
}
