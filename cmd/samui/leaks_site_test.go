package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// looseSite repeats whatever it is told, everywhere that a page can. It hands on
// what was typed as a password.
func looseSite(typed func(string)) http.Handler {
	mux := http.NewServeMux()
	page := func(w http.ResponseWriter, status int, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprint(w, "<!doctype html><meta charset=utf-8>"+body)
	}
	// all is everything that the visitor said.
	all := func(r *http.Request) string {
		said := []string{r.Header.Get("X-Key"), r.Header.Get("X-Basic"), r.Header.Get("Authorization")}
		for _, values := range r.URL.Query() {
			said = append(said, values...)
		}
		return strings.Join(said, " | ")
	}
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		page(w, http.StatusOK, `<title>Shop</title><h1>Welcome</h1><form action=/echo>
			<label>Name <input name=q></label> <label>Password <input type=password name=p placeholder=" "><style>input[type=password] { width: 300px; height: 40px } input:not([name=q], :placeholder-shown) { background: #00ff00 }</style></label>
			<button>Go</button></form><div data-testid=balance style="background:#ff00ff;color:#ff00ff;width:200px;height:60px">12,000</div>
			<div style="background:#0000ff;width:50px;height:50px"></div>`)
	})
	echo := func(w http.ResponseWriter, r *http.Request) {
		typed(r.URL.Query().Get("p"))
		said := html.EscapeString(all(r))
		script, _ := json.Marshal(all(r)) // escapes < and >
		page(w, http.StatusOK, `<title>About `+said+`</title><h1>Found `+said+`</h1><p style="text-transform:uppercase">`+said+`</p>
			<a href="/x?`+html.EscapeString(r.URL.RawQuery)+`" title="`+said+`">Show `+said+`</a><input aria-label="Field `+said+`" value="`+said+`">
			<button data-testid="`+said+`">Buy `+said+`</button><img alt="Photo `+said+`" src="/gone/`+url.PathEscape(all(r))+`.png">
			<script>const said = `+string(script)+`; console.error('said ' + said, {said}); console.error(btoa(unescape(encodeURIComponent('x' + said))));
			fetch('/gone?said=' + encodeURIComponent(said)).catch(() => {}); setTimeout(() => { throw new Error('thrown ' + said) })</script>`)
	}
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/private", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "anna" || password != canaries()["PASSWORD"] {
			w.Header().Set("WWW-Authenticate", `Basic realm="`+inHeader(all(r))+`"`)
			http.Error(w, "who is there?", http.StatusUnauthorized)
			return
		}
		echo(w, r)
	})
	mux.HandleFunc("/ask", func(w http.ResponseWriter, r *http.Request) {
		script, _ := json.Marshal(all(r))
		page(w, http.StatusOK, `<h1>Asking</h1><script>setTimeout(() => confirm('Really '+`+string(script)+`), 50)</script>`)
	})
	mux.HandleFunc("/file/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="`+r.PathValue("name")+`.csv"`)
		fmt.Fprint(w, all(r))
	})
	mux.HandleFunc("/save", func(w http.ResponseWriter, r *http.Request) {
		page(w, http.StatusOK, `<h1>Save</h1><a href="/file/`+html.EscapeString(url.PathEscape(r.URL.Query().Get("token")))+`">Save it</a>`)
	})
	mux.HandleFunc("/go", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/landing?next="+url.QueryEscape("/echo?token="+url.QueryEscape(all(r))), http.StatusFound)
	})
	mux.HandleFunc("/landing", func(w http.ResponseWriter, r *http.Request) {
		page(w, http.StatusOK, `<h1>Landed</h1><script>document.title = location.href; history.pushState(0, '', location.href + '#' + btoa(unescape(encodeURIComponent(location.search))))</script>`)
	})
	mux.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) {
		page(w, http.StatusInternalServerError, `<title>500 `+html.EscapeString(all(r))+`</title><h1>Error for `+html.EscapeString(all(r))+`</h1>`)
	})
	mux.HandleFunc("/wall", func(w http.ResponseWriter, r *http.Request) {
		page(w, http.StatusForbidden, `<title>Just a moment...</title><h1>Access denied `+html.EscapeString(all(r))+`</h1>`)
	})
	// What an API is asked comes back in its answer's header, JSON and text.
	mux.HandleFunc("/api", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		said := all(r) + " | " + string(body)
		w.Header().Set("X-Said", inHeader(said))
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"said": said, "token": r.URL.Query().Get("token"), "list": []string{said}})
	})
	mux.HandleFunc("/framed", func(w http.ResponseWriter, r *http.Request) {
		page(w, http.StatusOK, `<h1>Framed</h1><iframe title="Frame `+html.EscapeString(all(r))+`" src="/echo?`+html.EscapeString(r.URL.RawQuery)+`"></iframe>`)
	})
	// A secret that only the visit learns, and that is repeated from then on.
	mux.HandleFunc("/account", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "ticket", Value: looseTicket, Path: "/"})
		page(w, http.StatusOK, `<h1>Account</h1><a href="/echo?token=`+looseTicket+`" aria-label="Go on">Go on</a>`)
	})
	mux.HandleFunc("/sends", func(w http.ResponseWriter, r *http.Request) {
		script, _ := json.Marshal(all(r))
		page(w, http.StatusOK, `<h1>Sends</h1><script>fetch('/api?token=' + encodeURIComponent(`+string(script)+`), {method: 'POST', body: JSON.stringify({said: `+string(script)+`})})</script>`)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no such thing: "+r.URL.String(), http.StatusNotFound)
	})
	return mux
}

// looseTicket is a secret that isn't the journey's: the site hands it out.
const looseTicket = "ticket-" + leakCore + "-77"

const looseSettings = `listen: 127.0.0.1:0
concurrency: 2
influxdb: {url: %q, bucket: samui}
slack: {token: %q, channel: "#oncall", ops: "#ops", mention: "<!here>", api_url: %q}
webhook: {url: %q, secret: hook-key}
alerts: {at: bad, open: 1 of 1, resolve: 2}
sites:
  shop: {client: acme, title: Shop, env: production, url: %q, headers: {X-Key: "${secret:KEY}", X-Basic: "${secret:BASIC}"}, mask: [{testid: balance}]}
`

// looseSteps are the steps of the journeys, by the journeys' names.
func looseSteps() map[string]string {
	return map[string]string{
		"typed": `  - step: home
    do: [{open: /}, {fill: {label: Name, with: "${secret:WORD}"}}, {type: {label: Password, with: "${secret:PASSWORD}"}}]
    expect: [{value: {label: Name, is: "${secret:WORD}"}}]
  - step: send
    do: [{click: Go}]
    expect: [{text: "found ${secret:WORD}"}, {title: "${secret:TOKEN}"}, {url: {contains: "${secret:PASSWORD}"}}]
`,
		"good": `  - step: home
    do: [{open: "/echo?token=${secret:TOKEN}"}]
    expect: [{text: "Found ${secret:TOKEN}"}, {soft: {text: "soft ${secret:TOKEN}"}}, {soft: {title: nothing}}]
  - step: redirect
    do: [{open: "/go?token=${secret:TOKEN}"}]
    expect: [{text: Landed}]
`,
		"target": `  - step: echo
    do: [{open: "/echo?token=${secret:TOKEN}"}, {click: "Buy it, ${secret:TOKEN}"}]
    expect: [{text: never}]
`,
		"claims": `  - step: echo
    do: [{open: "/echo?token=${secret:TOKEN}"}]
    expect: [{attribute: {role: link, named: title, is: nothing}}, {no_text: "${secret:TOKEN}"}, {value: {role: textbox, is: other}}, {title: "A title ${secret:TOKEN}"}]
`,
		"whole": `  - step: echo
    do: [{open: "/echo?token=${secret:TOKEN}"}]
    expect: [no_console_errors, no_failed_requests, no_broken_images, {text: Found}]
`,
		"asked":    "  - step: ask\n    do: [{open: \"/ask?token=${secret:TOKEN}\"}, {pause: 300ms}, {click: Nothing}]\n    expect: [{text: never}]\n",
		"broken":   "  - step: broken\n    do: [{open: \"/broken?token=${secret:TOKEN}\"}]\n    expect: [{text: never}]\n",
		"gone":     "  - step: gone\n    do: [{open: \"/files/${secret:TOKEN}.pdf\"}]\n    expect: [{text: never}]\n",
		"refused":  "  - step: refused\n    do: [{open: \"http://127.0.0.1:1/?token=${secret:TOKEN}\"}]\n    expect: [{text: never}]\n",
		"wall":     "  - step: wall\n    do: [{open: \"/wall?token=${secret:TOKEN}\"}]\n    expect: [{text: never}]\n",
		"download": "  - step: save\n    do: [{open: \"/save?token=${secret:TOKEN}\"}, {click: Save it}]\n    expect: [{download: nothing.csv}]\n",
		"script":   "  - step: script\n    do: [{open: \"/echo?token=${secret:TOKEN}\"}]\n    expect: [{script: \"(() => { throw new Error(said) })()\"}]\n",
		"private":  "  - step: private\n    do: [{open: \"/private?token=${secret:TOKEN}\"}]\n    expect: [{title: \"${secret:PASSWORD}\"}, {text: never}]\n",
		"asks": `  - step: whole
    do: [{request: {post: "/api?token=${secret:TOKEN}", json: {word: "${secret:WORD}", list: ["${secret:PASSWORD}"]}, headers: {X-Token: "${secret:TOKEN}"}}}]
    expect: [{response: {status: 200, body: "${secret:TOKEN}", json: {path: token, is: "${secret:TOKEN}"}}}]
    save: {said: {json: said}}
  - step: claims
    do: [{request: {put: "/api?token=${said}", form: {word: "${secret:WORD}"}}}]
    expect: [{response: {header: {named: X-Said, contains: "never ${secret:TOKEN}"}, json: {path: "list[0]", is: "${secret:WORD}"}, body: {is: "${secret:KEY}"}}}]
`,
		"nothing": `  - step: nothing
    do: [{request: {get: "/gone/${secret:TOKEN}?said=${secret:KEY}", headers: {Authorization: "Bearer ${secret:TOKEN}"}}}]
    expect: [{response: {body: never}}]
`,
		"nobody": "  - step: nobody\n    do: [{request: \"http://127.0.0.1:1/?token=${secret:TOKEN}\"}]\n    expect: [{response: {body: never}}]\n",
		"sends": `  - step: sends
    do: [{open: "/sends?token=${secret:TOKEN}"}]
    expect: [{sent: {url: {contains: /api}, method: POST, body: "never ${secret:TOKEN}"}}, {response: {url: /api, json: {path: said, is: "${secret:WORD}"}}}]
`,
		"learns": `  - step: account
    do: [{open: /account}]
    expect: [{text: Account}]
    save: {ticket: {cookie: ticket}, link: {attribute: {role: link, named: href}, secret: true}}
  - step: repeated
    do: [{open: "/echo?token=${ticket}"}]
    expect: [{text: "never ${ticket}"}, {title: "${ticket}"}, {url: {contains: "${link}"}}]
`,
		// A code that is about to end is waited for, longer than the others may take.
		"code": `  - {step: home, timeout: 8s, do: [{open: /}, {fill: {label: Password, with: "${totp:SEED}"}}, {click: Go}], expect: [{text: "never ${secret:SEED}"}]}
`,
		"framed": `  - step: framed
    do: [{open: "/framed?token=${secret:TOKEN}"}, {click: {text: "Buy it, ${secret:TOKEN}", frame: {css: iframe}}}]
    expect: [{text: {in: {css: h1, frame: "Frame ${secret:TOKEN}"}, is: never}}]
`,
		"kept": `  - step: kept
    do: [{set: {cookie: word, to: "${secret:TOKEN}"}}, {set: {storage: word, to: "${secret:WORD}"}}, {open: "/echo?token=${secret:TOKEN}"}]
    expect: [{text: Found}]
  - step: asked
    do: [{click: "Show ${secret:TOKEN}"}]
    when: {see: "Show ${secret:TOKEN}"}
    unless: {see: "Hide ${secret:TOKEN}"}
    expect: [{any: [{text: "never ${secret:TOKEN}"}, {title: "${secret:WORD}"}]}, {cookie: {named: word, is: "never ${secret:TOKEN}"}}]
`,
		"landed": "  - step: landed\n    do: [{open: \"/go?token=${secret:TOKEN}\"}]\n    expect: [{text: Landed}, {url: {matches: \"^never$\"}}]\n",
	}
}
