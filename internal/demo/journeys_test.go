package demo

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// TestBuyShoes is the example of the manual, at the level of pages.
func TestBuyShoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		home := b.get("/")
		shows(t, home, http.StatusOK, "New arrivals")
		fields := 0
		for _, label := range parse(t, home.Body.String()).all("label") {
			if label.text == "Search" {
				fields++
			}
		}
		if fields != 1 {
			t.Errorf("%d fields are called Search, want 1", fields)
		}
		results := b.get("/search?q=shoes")
		shows(t, results, http.StatusOK, "3 results")
		var product string
		buttons := 0
		for _, e := range parse(t, results.Body.String()).elements {
			if e.name == "button" && e.text == "Add to cart" {
				buttons++
			}
			if e.attrs["name"] == "product" {
				product = e.attrs["value"]
			}
		}
		if buttons != 1 {
			t.Errorf("%d buttons say Add to cart, want 1", buttons)
		}
		r := postRequest("/cart/add", "product", product)
		r.Header.Set("Accept", "application/json")
		if w := b.do(r); w.Body.String() != `{"count":1,"message":"Added: Wadi Runner trail shoes"}` {
			t.Errorf("adding answers %d %s", w.Code, w.Body)
		}
		if got := cartCount(t, b); got != "1" {
			t.Errorf("the cart shows %q, want 1", got)
		}
		shows(t, b.get("/checkout"), http.StatusOK, "$129", "Free")
		confirmed := leadsTo(t, b.post("/checkout", orderFields()...), "/orders/GH-50001")
		shows(t, b.get(confirmed), http.StatusOK, "Order confirmed", "Thank you, Noa Levi", "GH-50001")
		shows(t, b.get("/orders?number=gh-50001"), http.StatusOK, "Order GH-50001", "Being packed", "Wadi Runner trail shoes")
		if got := cartCount(t, b); got != "0" {
			t.Errorf("after the order the cart shows %q, want 0", got)
		}
		stranger := &browser{t: t, shop: b.shop}
		shows(t, stranger.get("/orders?number=GH-50001"), http.StatusOK, "We have no order GH-50001")
	})
}

func cartCount(t *testing.T, b *browser) string {
	t.Helper()
	for _, e := range parse(t, b.get("/").Body.String()).elements {
		if e.attrs["data-testid"] == "cart-count" {
			return e.text
		}
	}
	t.Fatal("no cart-count on the page")
	return ""
}

func TestSearch(t *testing.T) {
	locales, err := loadLocales()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		locale int
		query  string
		want   string
	}{
		{0, "shoes", "wadi-runner ridge-approach tide-water"},
		{0, "  SHOES ", "wadi-runner ridge-approach tide-water"},
		{0, "hiking shoes", "wadi-runner ridge-approach"},
		{0, "shoe", ""},
		{0, "", ""},
		{1, "נעליים", "wadi-runner ridge-approach tide-water"},
		{1, "אוהל", "halo-two dune-three"},
	} {
		var got []string
		for _, p := range locales[c.locale].matching(c.query) {
			got = append(got, p.Slug)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q finds %v, want %s", c.query, got, c.want)
		}
	}
}

func TestSuggestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for path, want := range map[string]int{"/api/suggestions?q=sho": 3, "/api/suggestions?q=zzz": 0, "/api/suggestions?q=": 0, "/he/api/suggestions?q=%D7%90%D7%95%D7%94": 2} {
			if got := strings.Count(b.get(path).Body.String(), `"slug"`); got != want {
				t.Errorf("%s suggests %d, want %d", path, got, want)
			}
		}
		if got := b.get("/api/suggestions?q=zzz").Body.String(); got != "[]" {
			t.Errorf("no suggestions are %s, want []", got)
		}
	})
}

func TestCatalogueOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for path, first := range map[string]string{
			"/api/products": "wadi-runner", "/api/products?sort=price": "kettle-mug", "/api/products?sort=-price": "dune-three",
			"/api/products?sort=name": "ascent", "/api/products?category=packs&sort=price": "harbour",
		} {
			if body := b.get(path).Body.String(); !strings.HasPrefix(body, `[{"slug":"`+first+`"`) {
				t.Errorf("%s begins with %.40s, want %s", path, body, first)
			}
		}
	})
}

func TestCart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		leadsTo(t, b.post("/he/cart/add", "product", "kettle-mug"), "/he/cart")
		shows(t, b.get("/he/cart"), http.StatusOK, "פריט אחד", "\u200f69 ₪", "\u200f98 ₪", "כולל מע״מ")
		b.post("/cart/add", "product", "kettle-mug")
		b.post("/cart/add", "product", "halo-two")
		shows(t, b.get("/cart"), http.StatusOK, "3 items", "$36", "$349", "$385")
		b.post("/cart/update", "product", "kettle-mug", "quantity", "99")
		shows(t, b.get("/cart"), http.StatusOK, "10 items", "$511")
		b.post("/cart/update", "product", "halo-two", "quantity", "0")
		shows(t, b.get("/cart"), http.StatusOK, "9 items")
		leadsTo(t, b.post("/cart/empty"), "/cart")
		shows(t, b.get("/cart"), http.StatusOK, "Your cart is empty.")
		leadsTo(t, b.get("/checkout"), "/cart")
		leadsTo(t, b.post("/checkout", orderFields()...), "/cart")
		shows(t, b.post("/cart/add", "product", "nothing"), http.StatusNotFound)
	})
}

func TestIncompleteOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		b.post("/cart/add", "product", "ember")
		w := b.post("/checkout", "name", "Noa", "card", "4111 1111 1111 1111", "delivery", "express", "country", "pt")
		shows(t, w, http.StatusUnprocessableEntity, "Tell us your email", "Tell us the street and number", "Tell us the city", "Use the test card", "Accept the terms", "$79")
		if strings.Contains(w.Body.String(), "Tell us your name") || !strings.Contains(w.Body.String(), `value="pt" selected`) {
			t.Error("what was filled in is asked for again")
		}
	})
}

func TestReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		shows(t, b.post("/returns", "order", "GH-1", "reason", "small"), http.StatusUnprocessableEntity, "We have no order GH-1")
		registered := leadsTo(t, b.post("/returns", "order", "GH-20377", "reason", "small"), "/returns?registered=RT-50001")
		shows(t, b.get(registered), http.StatusOK, "Return registered", "RT-50001")
		stranger := &browser{t: t, shop: b.shop}
		shows(t, stranger.get(registered), http.StatusOK, "Register the return")
	})
}

func TestClub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		shows(t, b.post("/club/sign-in", "email", memberEmail, "password", "hill"), http.StatusUnprocessableEntity, "don't belong together")
		leadsTo(t, b.post("/club/redeem"), "/club")
		leadsTo(t, b.post("/club/sign-in", "email", memberEmail, "password", memberPassword), "/club")
		shows(t, b.get("/club"), http.StatusOK, "Welcome back, Noa", "1,240")
		for range 20 {
			leadsTo(t, b.post("/club/redeem"), "/club")
		}
		shows(t, b.get("/he/club"), http.StatusOK, "ברוך שובך, נועה")
		if got := b.get("/club"); !strings.Contains(got.Body.String(), ">40</p>") || !strings.Contains(got.Body.String(), " disabled>") {
			t.Errorf("twelve vouchers leave 40 points and no more vouchers; the page is\n%s", got.Body)
		}
		leadsTo(t, b.post("/club/sign-out"), "/club")
		shows(t, b.get("/club"), http.StatusOK, "Sign in")
	})
}

func TestSupportAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t)
		for message, want := range map[string]string{
			"Can I RETURN them?": "sixty days", "Which size?": "true to size", "When are you open?": "Sunday to Thursday", "Do you like cheese?": "Good question",
		} {
			if got := b.post("/support/messages", "message", message).Body.String(); !strings.Contains(got, want) {
				t.Errorf("%q is answered with %s, want %q", message, got, want)
			}
		}
		if got := b.post("/he/support/messages", "message", "מתי מגיע המשלוח?").Body.String(); !strings.Contains(got, "למחרת בבוקר") {
			t.Errorf("the question about delivery is answered with %s", got)
		}
	})
}
