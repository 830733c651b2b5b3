// Package demo is a small shop to point Samui at: an outdoor store in English
// and Hebrew with a search, a cart, a checkout, orders, returns, a support
// chat and a members' club. It is deliberately imperfect: each of its
// [Troubles] can be switched on, by name or on its control page /_trouble, and
// then goes wrong in the same way every time.
//
// Requests come in through [Shop.ServeHTTP]; what a visitor does is kept in a
// bounded memory behind a cookie and nowhere else. The rule not to break:
// nothing here is random. The same visit meets the same texts, numbers,
// pictures and latencies, so that whatever differs between two runs comes from
// the tool that measures, or from a trouble that somebody switched on.
//
// A request that waits (for a latency, or for a trouble) ends with its
// context: a server whose BaseContext is cancelled on the way down has no
// visitor left to wait for.
package demo

import (
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"sync/atomic"
)

// Shop is the demo shop. It is safe for concurrent use; make one with
// [NewShop].
type Shop struct {
	stock
	handler  http.Handler
	sessions *sessions

	on        [troubleCount]atomic.Bool
	checkouts atomic.Uint64 // posted since random-500 was switched on
	numbers   atomic.Uint64 // of orders and returns, so far
}

//go:embed web
var web embed.FS

// stock is what a shop is made of. It never changes after loading.
type stock struct {
	locales   []*locale
	assets    *assets
	templates map[string]*template.Template
}

// NewShop opens a shop with the named troubles switched on. An unknown name is
// an error that says which one was probably meant.
func NewShop(troubles ...string) (*Shop, error) {
	st, err := loadStock()
	if err != nil {
		return nil, err
	}
	return openShop(st, troubles...)
}

func loadStock() (stock, error) {
	locales, err := loadLocales()
	if err != nil {
		return stock{}, err
	}
	assets, err := loadAssets(locales[0])
	if err != nil {
		return stock{}, err
	}
	templates, err := loadTemplates()
	if err != nil {
		return stock{}, err
	}
	return stock{locales, assets, templates}, nil
}

func openShop(st stock, troubles ...string) (*Shop, error) {
	s := &Shop{stock: st, sessions: newSessions(maxSessions)}
	for _, name := range troubles {
		if err := s.Set(name, true); err != nil {
			return nil, err
		}
	}
	s.handler = s.routes()
	return s, nil
}

// ServeHTTP serves the shop, its control page and its third party.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// routes is the whole site. Everything that a customer can reach stands behind
// the bot wall; the control page doesn't, or the wall could never be taken
// down again, and neither does the third party, which is somebody else's.
func (s *Shop) routes() http.Handler {
	mux := http.NewServeMux()
	for _, l := range s.locales {
		s.customerRoutes(mux, l)
	}
	s.assetRoutes(mux)
	mux.HandleFunc("GET /robots.txt", s.robots)
	mux.HandleFunc("GET "+wallFrame, s.wallFrame)
	mux.HandleFunc("GET "+controlPage, s.control)
	mux.HandleFunc("POST "+controlPage, s.controlPost)
	mux.HandleFunc("GET "+controlData, s.controlJSON)
	mux.HandleFunc("PUT "+controlData, s.controlPut)

	guard := http.NewCrossOriginProtection()
	site := http.NewServeMux()
	s.thirdPartyRoutes(site)
	site.Handle("/", guard.Handler(mux))
	return site
}

func (s *Shop) customerRoutes(mux *http.ServeMux, l *locale) {
	on := func(pattern string, wait latency, serve func(*visit)) {
		mux.Handle(l.pattern(pattern), s.customer(l, wait, serve))
	}
	on("GET /{$}", same(pageLatency), s.home)
	on("GET /guides/first-night-out", same(pageLatency), s.guide)
	on("GET /search", s.instead(slowSearch, searchLatency, slowSearchLatency), s.search)
	on("GET /products/{slug}", same(pageLatency), s.product)
	on("GET /browse", same(pageLatency), s.browse)
	on("GET /browse/{category}", same(pageLatency), s.browse)
	on("GET /browse/{category}/{slug}", same(pageLatency), s.browse)
	on("GET /api/products", same(dataLatency), s.productData)
	on("GET /api/suggestions", same(dataLatency), s.suggestions)

	on("GET /cart", same(pageLatency), s.cart)
	on("POST /cart/add", same(dataLatency), s.cartAdd)
	on("POST /cart/update", same(dataLatency), s.cartUpdate)
	on("POST /cart/empty", same(dataLatency), s.cartEmpty)
	on("GET /checkout", same(pageLatency), s.checkout)
	on("POST /checkout", same(orderLatency), s.placeOrder)
	on("GET /orders", same(pageLatency), s.orders)
	on("GET /orders/{number}/confirmed", same(pageLatency), s.orderConfirmed)

	on("GET /support", same(pageLatency), s.support)
	on("POST /support/messages", s.instead(slowSupport, answerLatency, slowAnswerLatency), s.supportAnswer)
	on("GET /returns", same(pageLatency), s.returns)
	on("POST /returns", same(dataLatency), s.registerReturn)
	on("GET /club", same(pageLatency), s.club)
	on("POST /club/sign-in", same(pageLatency), s.signIn)
	on("POST /club/sign-out", same(dataLatency), s.signOut)
	on("POST /club/redeem", same(dataLatency), s.redeem)
	on("/", same(pageLatency), s.notFound)
}

// visit is one request of a customer.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	locale *locale
	nonce  string  // of this page's scripts
	state  visitor // what is remembered of them; a copy
}

// customer prepares a visit, lets it wait as long as the page takes, and serves
// it.
func (s *Shop) customer(l *locale, wait latency, serve func(*visit)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.troubled(botWall) {
			s.wall(w)
			return
		}
		takes := wait()
		if !pause(r.Context(), takes) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
		w.Header().Set("Server-Timing", fmt.Sprintf("shop;dur=%d", takes.Milliseconds()))
		serve(&visit{w: w, r: r, locale: l, nonce: rand.Text(), state: s.sessions.view(sessionID(r))})
	})
}

// maxFormBytes is more than any form of the shop needs.
const maxFormBytes = 64 << 10

// change remembers something of the visitor, who gets a cookie with the first
// thing there is to remember.
func (s *Shop) change(v *visit, to func(*visitor)) {
	id := sessionID(v.r)
	known, state := s.sessions.change(id, to)
	v.state = state
	if known != id {
		http.SetCookie(v.w, &http.Cookie{
			Name: sessionCookie, Value: known, Path: "/", MaxAge: 24 * 60 * 60,
			HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
	}
}
