package recording

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"samui/internal/journey"
)

const page = `{"type": "navigate", "url": "https://shop.example/", "assertedEvents": [{"type": "navigation", "url": "https://shop.example/", "title": "Shop"}]}`

// imported imports steps behind the opening of a page.
func imported(t *testing.T, o Options, steps ...string) Result {
	t.Helper()
	r, err := Import([]byte(flowOf(append([]string{page}, steps...)...)), o)
	if err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(steps, "\n"))
	}
	return r
}

// told is a journey in short: its steps with what is done and seen, and the
// notes where they stand.
func told(r Result) string {
	var b strings.Builder
	for i, s := range r.Journey.Steps {
		fmt.Fprintf(&b, "%s %q:", s.ID, s.Title)
		here := func(fits func(Place) bool) {
			for _, n := range r.Notes {
				if n.At.Step == i+1 && !n.Quiet && fits(n.At) {
					fmt.Fprintf(&b, " (%d)", n.Step)
				}
			}
		}
		for k := range len(s.Do) + 1 {
			here(func(p Place) bool { return p.Expect == 0 && p.Do == k })
			if k < len(s.Do) {
				b.WriteString(" " + action(s.Do[k]))
			}
		}
		b.WriteString(" →")
		for k := range len(s.Expect) + 1 {
			here(func(p Place) bool { return p.Expect == k+1 })
			if k < len(s.Expect) {
				b.WriteString(" " + s.Expect[k].String())
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func action(a journey.Action) string {
	text := string(a.Verb)
	if a.Target != nil {
		text += " " + a.Target.String()
	}
	for _, more := range []string{a.URL.String(), a.With.String(), a.Option.String(), a.Key, a.Edge, a.Button, a.Keys, a.File} {
		if more != "" {
			text += " " + more
		}
	}
	if a.Count > 0 {
		text += fmt.Sprintf(" ×%d", a.Count)
	}
	if a.At != nil {
		text += fmt.Sprintf(" at %g,%g", a.At.X, a.At.Y)
	}
	if a.Pause > 0 {
		text += " " + a.Pause.String()
	}
	return text
}

// What is done becomes steps with names of their own.
func TestSteps(t *testing.T) {
	const opened = "open \"Open Shop\": open / → url: \"/\" title: \"Shop\"\n"
	for _, c := range []struct {
		name  string
		steps []string
		want  string
	}{
		{"a button is a step", []string{`{"type":"click","selectors":[["aria/Add to cart[role=\"button\"]"]]}`, `{"type":"click","selectors":[["aria/Cart[role=\"link\"]"]]}`}, `add-to-cart "Add to cart": click {role: button, name: Add to cart} →
cart "Cart": click {role: link, name: Cart} →
`},
		{"fields and boxes belong to the button that follows", []string{`{"type":"change","selectors":[["aria/Name"]],"value":"Noa"}`, `{"type":"click","selectors":[["aria/Terms"],["#terms"]]}`, `{"type":"click","selectors":[["button.send"],["text/Send"]]}`}, `send "Send": fill {label: Name} Noa click "Terms" click "Send" →
`},
		{"Enter is a step", []string{`{"type":"change","selectors":[["aria/Search"]],"value":"shoes"}`, `{"type":"keyDown","key":"Enter"}`, `{"type":"keyUp","key":"Enter"}`, `{"type":"hover","selectors":[["aria/Menu"]]}`}, `search "Look for shoes": fill {label: Search} shoes press Enter →
menu "Menu": hover "Menu" →
`},
		{"a search in Hebrew", []string{`{"type":"change","selectors":[["aria/חיפוש"]],"value":"נעליים"}`, `{"type":"keyDown","key":"Enter"}`}, `search "חיפוש: נעליים": fill {label: חיפוש} נעליים press Enter →
`},
		{"a page that loads when the key comes up", []string{`{"type":"keyDown","key":"Enter"}`, `{"type":"keyUp","key":"Enter","assertedEvents":[{"type":"navigation","url":"https://shop.example/x","title":"X"}]}`, `{"type":"click","selectors":["#a"]}`}, `x "X": press Enter → url: "/x" title: "X"
step-3 "Step 3": click {css: "#a"} →
`},
		{"what was to be seen ends a step", []string{`{"type":"click","selectors":["#a"]}`, `{"type":"waitForElement","selectors":[["aria/Done"]]}`, `{"type":"click","selectors":["#b"]}`}, `step-2 "Step 2": click {css: "#a"} → visible: "Done"
step-3 "Step 3": click {css: "#b"} →
`},
		{"a long pause begins a step, a short one doesn't", []string{`{"type":"click","selectors":["#a"]}`, wait(500), `{"type":"click","selectors":["#b"]}`, wait(3000), `{"type":"click","selectors":["#c"]}`}, `step-2 "Step 2": click {css: "#a"} pause 500ms click {css: "#b"} →
step-3 "Step 3": pause 3s click {css: "#c"} →
`},
		{"pauses that take too long", []string{wait(60_000), wait(60_000), wait(60_000), wait(60_000)}, `step-2 "Step 2": (2) pause 20s →
step-3 "Step 3": (3) pause 20s →
step-4 "Step 4": (4) pause 20s (5) →
`},
		{"suggestions need each key, and a glance", []string{`{"type":"change","selectors":[["aria/City"]],"value":"Hai"}`, `{"type":"keyDown","key":"ArrowDown"}`, `{"type":"keyDown","key":"Enter"}`}, `city "City: Hai": type {label: City} Hai pause 1s press ArrowDown press Enter →
`},
		{"a suggestion that is clicked", []string{`{"type":"change","selectors":[["aria/City"]],"value":"Hai"}`, `{"type":"click","selectors":[["aria/Haifa[role=\"option\"]"]]}`}, `haifa "Haifa": type {label: City} Hai click {role: option, name: Haifa} →
`},
		{"drop-downs, boxes, empty fields", []string{`{"type":"change","selectors":["select.size"],"value":"42"}`, `{"type":"change","selectors":[["aria/Sort by"]],"value":"price"}`, `{"type":"change","selectors":[["aria/Gift[role=\"checkbox\"]"]],"value":"false"}`, `{"type":"change","selectors":[["aria/Note"]],"value":""}`}, `note "Note": select {css: select.size} 42 select {label: Sort by} price uncheck {role: checkbox, name: Gift} clear {label: Note} →
`},
		{"a text field is none, whatever its name", []string{`{"type":"change","selectors":[["aria/Country"],["input.c"]],"value":"il"}`}, `country "Country: il": fill {label: Country} il →
`},
		{"tabs are gone to", []string{
			`{"type":"click","selectors":[["aria/Terms"]]}`, `{"type":"waitForElement","selectors":[["aria/Be kind"]],"target":"https://shop.example/terms?v=2"}`, `{"type":"click","selectors":[["aria/More"]],"target":"https://shop.example/terms?v=2"}`,
			`{"type":"click","selectors":[["aria/Sign in"]]}`, `{"type":"click","selectors":[["aria/Next"]],"target":"https://id.example/"}`, `{"type":"click","selectors":[["aria/Allow"]],"target":"https://id.example/allow"}`,
			`{"type":"click","selectors":[["aria/Less"]],"target":"https://shop.example/terms?v=2"}`, `{"type":"click","selectors":[["aria/No"]],"target":"https://id.example/"}`, `{"type":"waitForElement","selectors":[["aria/Hi"]]}`,
		}, `terms "Terms": click "Terms" (3) → visible: "Be kind"
more "More": click "More" →
sign-in "Sign in": tab first click "Sign in" →
next "Next": (6) click "Next" →
allow "Allow": click "Allow" →
less "Less": tab /terms click "Less" →
no "No": tab id.example/ click "No" →
back "Back to another tab": tab first → visible: "Hi"
`},
		{"the same name twice", []string{`{"type":"click","selectors":[["text/Next"]]}`, `{"type":"click","selectors":[["text/Next"]]}`}, `next "Next": click "Next" →
next-2 "Next": click "Next" →
`},
		{"mouse and keyboard", []string{`{"type":"click","selectors":["a"],"button":"back"}`, `{"type":"scroll","y":0}`, `{"type":"keyDown","key":"Control"}`, `{"type":"keyDown","key":"a"}`, `{"type":"keyUp","key":"a"}`, `{"type":"keyUp","key":"Control"}`}, `press-control-a "Press Control+a": back scroll top press Control+a →
`},
		{"a mouse has three buttons, two of them twice, and keys held", []string{
			`{"type":"click","selectors":["#a"],"button":"secondary"}`, `{"type":"click","selectors":["#a"],"button":"auxiliary"}`, `{"type":"doubleClick","selectors":[["text/Note"]]}`, `{"type":"click","selectors":["a"],"button":"forward"}`,
			`{"type":"keyDown","key":"Shift"}`, `{"type":"keyDown","key":"Control"}`, `{"type":"click","selectors":["#b"]}`, `{"type":"keyUp","key":"Shift"}`, `{"type":"keyUp","key":"Control"}`,
		}, `note "Note": click {css: "#a"} right click {css: "#a"} middle click {text: Note} ×2 →
step-3 "Step 3": forward click {css: "#b"} Control+Shift →
`},
		{"where one clicks matters in a drawing and on a slider alone", []string{`{"type":"click","selectors":["canvas"],"offsetX":3.4,"offsetY":20}`, `{"type":"click","selectors":[["aria/Price[role=\"slider\"]"]],"offsetX":70,"offsetY":2}`, `{"type":"click","selectors":["#b"],"offsetX":3.4,"offsetY":20}`}, `price "Price": click {css: canvas} at 3,20 click {role: slider, name: Price} at 70,2 click {css: "#b"} →
`},
		{"frames, one in another", []string{`{"type":"change","selectors":[["aria/Card"]],"value":"x","frame":[0,1]}`, `{"type":"click","selectors":[["aria/Pay"]],"frame":[0]}`, `{"type":"waitForElement","selectors":[["aria/Paid"]],"frame":[0]}`, `{"type":"waitForElement","selectors":[["aria/Sum"]],"frame":[0],"properties":{"value":"5"}}`}, `pay "Pay": fill {label: Card, frame: {css: iframe, nth: 2, frame: {css: iframe, nth: 1}}} x (3) click {text: Pay, frame: {css: iframe, nth: 1}} → visible: {text: Paid, frame: {css: iframe, nth: 1}} value: {label: Sum, frame: {css: iframe, nth: 1}, is: "5"}
`},
		{"a file", []string{`{"type":"change","selectors":[["aria/Photo"],["input[type=file]"]],"value":"C:\\fakepath\\קבלה 1.png"}`}, `photo "Photo: קבלה 1.png": (2) upload {label: Photo} קבלה 1.png →
`},
		{"what is opened later", []string{`{"type":"navigate","url":"https://shop.example/cart?x=1#top"}`, `{"type":"navigate","url":"https://other.example/pay"}`}, `cart "Open /cart": open /cart?x=1#top →
pay "Open https://other.example/pay": open https://other.example/pay →
`},
		{"a spinner that comes and goes", []string{`{"type":"click","selectors":["#a"]}`, `{"type":"waitForElement","selectors":["#spin"]}`, `{"type":"waitForElement","selectors":["#spin"],"visible":false}`}, `step-2 "Step 2": click {css: "#a"} → hidden: {css: "#spin"} (4)
`},
	} {
		r := imported(t, Options{}, c.steps...)
		if got := told(r); got != opened+c.want {
			t.Errorf("%s:\ngot\n%swant\n%s%s", c.name, got, opened, c.want)
		}
	}
}

func wait(ms int) string {
	return fmt.Sprintf(`{"type":"waitForExpression","expression":"new Promise(resolve => setTimeout(() => resolve(true), %d))"}`, ms)
}

// Whatever a journey can't say is told, with the number of its step, and has
// its place in the journey.
func TestNothingIsLostInSilence(t *testing.T) {
	for _, c := range []struct{ step, says string }{
		{`{"type":"click","selectors":["#a"],"duration":2000}`, "it was held down for 2.0 s, which journeys can't do yet"},
		{`{"type":"click","selectors":["#a"],"frame":[0]}`, ""},
		{`{"type":"click","selectors":["#a"],"frame":[0,20000]}`, "click #a: it is in a frame deeper, or further down, than journeys reach"},
		{`{"type":"waitForExpression","expression":"app.ready","frame":[0]}`, "wait until app.ready: it is asked in a frame, and script: is asked of the page itself"},
		{`{"type":"change","selectors":["#a"],"value":"x","target":"https://u:p@pay.example/in?token=1"}`, `taken for a tab that the page had just opened, which a journey follows: "https://pay.example/in"; if it is a frame of another site in the page itself, name that with frame:`},
		{`{"type":"change","selectors":["#a"],"value":"x","target":"about:blank"}`, `fill #a: it is in a tab without an http(s) address, which a journey can't tell from others: "about:blank"`},
		{`{"type":"navigate","url":"https://pay.example/","target":"https://pay.example/"}`, `open https://pay.example/: it is in a tab that nothing in the recording opens, and a journey opens none by hand`},
		{`{"type":"close","target":"https://pay.example/"}`, "close: whether it closed itself is not recorded, so that it is left open; write tab: close where the customer closes it"},
		{`{"type":"change","selectors":["#a"],"value":"C:\\fakepath\\me.png"}`, "a recording holds no files: lay me.png, or another one under this name, beside the journey"},
		{`{"type":"change","selectors":["#a"],"value":"C:\\fakepath\\a\u202eb.png"}`, "fill #a: a file is chosen: write upload: {…, file: NAME} with one that lies beside the journey"},
		{`{"type":"change","selectors":["text/x"],"value":"x"}`, "fill text/x: it has no selector that a journey understands"},
		{`{"type":"change","selectors":["#a"],"value":"` + strings.Repeat("x", 20_000) + `"}`, "fill #a: the text is longer than a journey's may be"},
		{`{"type":"change","selectors":["#a"],"value":"24.12.2026"}`, `this day will be past: write "${date:+30d}", or "${date:+30d:02/01/2006}", for one that moves on`},
		{`{"type":"click","selectors":[["aria/Place order"]]}`, "this looks as if it places an order, and every visit would place one: say so with effects: and limit:, or end it before with stop_before:"},
		{`{"type":"click","selectors":[["aria/ביצוע הזמנה"]]}`, "this looks as if it places an order, and every visit would place one: say so with effects: and limit:, or end it before with stop_before:"},
		{`{"type":"keyDown","key":"F13"}`, "press F13: press: doesn't know this key"},
		{`{"type":"keyDown","key":"Alt"}`, "press Alt: pressed alone it does nothing"},
		{`{"type":"scroll","y":400}`, "scroll: by 400 pixels: actions scroll to what they need; write scroll: bottom or scroll: TARGET where scrolling itself brings something"},
		{`{"type":"setViewport","width":100,"height":200}`, "the window becomes 100×200: a journey's device and network stay what they are"},
		{`{"type":"emulateNetworkConditions","download":1,"upload":1,"latency":1}`, "the network changes: a journey's device and network stay what they are"},
		{`{"type":"close","target":"main"}`, "close: the tab is closed by itself when the visit is over"},
		{`{"type":"customStep","name":"audit","parameters":{"a":[1,"x"]}}`, `customStep "audit" {a: [1, "x"]}: it is some other tool's own`},
		{`{"type":"waitForExpression","expression":"app.ready"}`, "wait until app.ready: no expectation is made of JavaScript: write script: with it where it must hold"},
		{`{"type":"waitForElement","selectors":["#a"],"attributes":{"aria-busy":"false"}}`, "the element was to have aria-busy: false, which journeys can't expect yet"},
		{`{"type":"waitForElement","selectors":["#a"],"operator":">=","count":0}`, "waits for nothing: any number of elements is enough"},
		{`{"type":"navigate","url":"ftp://u:p@files.example/x"}`, "open ftp://files.example/x: it is no http(s) address"},
		{`{"type":"navigate","url":"https://u:p@shop.example/in"}`, `the address held a user and a password: register the site in samui.yaml with headers: {Authorization: "Basic ${secret:NAME}"}`},
		{`{"type":"navigate","url":"https://shop.example/in?utm_source=a&x=1&fbclid=b"}`, "left out of the address, or statistics would count the visits for a campaign: utm_source, fbclid"},
		{`{"type":"navigate","url":"https://other.example/in?token=abc"}`, "left out of the address, being secrets that nobody should read: token"},
		{`{"type":"navigate","url":"https://shop.example/in#access_token=abc"}`, "left out of the address, being secrets that nobody should read: #…"},
		{`{"type":"hover","selectors":["#a"],"x-own":{"t":1}}`, "no part of the format, and left out: x-own"},
	} {
		r := imported(t, Options{}, c.step)
		var said []string
		for _, n := range r.Notes {
			if n.Quiet {
				continue
			}
			said = append(said, n.Text)
			placed := n.At.Step > 0 && n.At.Step <= len(r.Journey.Steps) || n.At.Key != "" || n.Step == 0
			if n.Text == c.says && (!placed || n.Step != 2 && n.Step != 0) {
				t.Errorf("%s: the note is of step %d, at %+v", c.step, n.Step, n.At)
			}
		}
		if strings.Join(said, "\n") != c.says {
			t.Errorf("%s\nsays %q\nwant %q", c.step, said, c.says)
		}
	}
}

// What was done in a way that a journey can't say, and led to another page,
// doesn't keep the rest from its place.
func TestWhatALostStepLedToIsOpened(t *testing.T) {
	r := imported(t, Options{}, `{"type":"click","selectors":["#pay"],"frame":[20000],"assertedEvents":[{"type":"navigation","url":"https://shop.example/thanks","title":"Thanks"}]}`, `{"type":"click","selectors":[["aria/Home[role=\"link\"]"]]}`)
	const want = `open "Open Shop": open / → url: "/" title: "Shop"
thanks "Open Thanks": (2) open /thanks → url: "/thanks" title: "Thanks"
home "Home": click {role: link, name: Home} →
`
	if got := told(r); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWhatIsExpectedOfAPage(t *testing.T) {
	for _, c := range []struct{ url, title, want string }{
		{"https://shop.example/cart", "Cart – Shop", `url: "/cart" title: "Cart – Shop"`},
		{"https://shop.example/search?q=shoes&sort=price&page=2", "", `url: "/search" url: {contains: q=shoes} url: {contains: sort=price}`},
		{"https://shop.example/search?q=%D7%A0%D7%A2%D7%9C%D7%99%D7%99%D7%9D&x=a%2Fb", "", `url: "/search" url: {contains: q=נעליים} url: {contains: "x=a%2Fb"}`},
		{"https://shop.example/%D7%A1%D7%9C", "", `url: "/סל"`},
		{"https://shop.example/a%20b", "", `url: "/a%20b"`},
		{"https://shop.example/?utm_source=x&gclid=y&token=z&order=GH-50001", "", `url: "/"`},
		{"https://shop.example/orders/GH-50001/confirmed", "Done", `url: {contains: /orders/} title: "Done"`},
		{"https://shop.example/550e8400-e29b-41d4-a716-446655440000", "", ""},
		{"https://shop.example/app#/cart/items", "", `url: "/app" url: {contains: "#/cart/items"}`},
		{"https://shop.example/app#top", "", `url: "/app"`},
		{"https://pay.example/in?sid=1", "Pay", `url: {contains: "https://pay.example/in"} title: "Pay"`},
		{"https://shop.example/x", "shop.example/x", `url: "/x"`},
		{"https://shop.example/x", "https://shop.example/x", `url: "/x"`},
		{"https://shop.example/x", "Shop", `url: "/x"`},
		{"https://shop.example/x", "(12) Inbox", `url: "/x" title: {contains: Inbox}`},
		{"https://shop.example/x", "\u200f “Title”\n ", `url: "/x" title: "\"Title\""`},
		{"about:blank", "Blank", `title: "Blank"`},
		{"", "", ""},
	} {
		event, err := json.Marshal(map[string]string{"type": "navigation", "url": c.url, "title": c.title})
		if err != nil {
			t.Fatal(err)
		}
		r := imported(t, Options{}, `{"type":"click","selectors":["#a"],"assertedEvents":[`+string(event)+`]}`)
		var got []string
		for _, e := range r.Journey.Steps[1].Expect {
			got = append(got, e.String())
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s, %q: expects %s, want %s", c.url, c.title, s, c.want)
		}
	}
}

func TestWhatIsAwaited(t *testing.T) {
	for _, c := range []struct{ step, want string }{
		{`"selectors":[["aria/Done"]]`, `visible: "Done"`},
		{`"selectors":["#a"],"visible":true,"count":1`, `visible: {css: "#a"}`},
		{`"selectors":["#a"],"count":1,"operator":"=="`, `visible: {css: "#a"}`},
		{`"selectors":["#a"],"visible":false`, `hidden: {css: "#a"}`},
		{`"selectors":["#a"],"count":0,"operator":"=="`, `hidden: {css: "#a"}`},
		{`"selectors":["#a"],"count":0`, `hidden: {css: "#a"}`},
		{`"selectors":[["aria/Card"],[".card"]],"count":3,"operator":"=="`, `count: {css: ".card", is: 3}`},
		{`"selectors":[".card"],"count":3`, `count: {css: ".card", at_least: 3}`},
		{`"selectors":[".card"],"count":1,"operator":"<="`, `count: {css: ".card", at_most: 1}`},
		{`"selectors":[["text/Sold out"]],"count":2,"operator":">="`, `count: {text: Sold out, at_least: 2}`},
		{`"selectors":["#a"],"properties":{"textContent":" 3\n items "}`, `text: {in: {css: "#a"}, is: 3 items}`},
		{`"selectors":[["aria/Email"]],"properties":{"value":"me","disabled":true}`, `value: {label: Email, is: me} disabled: "Email"`},
		{`"selectors":[["aria/Gift"]],"properties":{"checked":true}`, `value: {label: Gift, is: checked}`},
		{`"selectors":["#a"],"attributes":{"disabled":""}`, `disabled: {css: "#a"}`},
	} {
		r := imported(t, Options{}, `{"type":"hover","selectors":["#x"]}`, `{"type":"waitForElement",`+c.step+`}`)
		var got []string
		for _, e := range r.Journey.Steps[1].Expect {
			got = append(got, e.String())
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s expects %s, want %s", c.step, s, c.want)
		}
	}
}

func TestExpressionsThatPeopleWrite(t *testing.T) {
	for expression, want := range map[string]string{
		`document.title === "Cart"`: `title: "Cart"`, `document.title == 'Cart';`: `title: "Cart"`, `document.title.includes("Ca")`: "title: {contains: Ca}",
		`location.href.includes("/cart")`: "url: {contains: /cart}", `window.location.pathname.includes('/cart')`: "url: {contains: /cart}", `document.body.innerText.includes("Thank you")`: `text: "Thank you"`,
		`document.title === "a\"b"`: "", `document.title === ""`: "", `document.title === 'a' || true`: "", `1 + 1`: "",
	} {
		_, expect, ok := (&importer{}).condition(expression)
		got := ""
		if ok {
			got = expect[0].String()
		}
		if got != want {
			t.Errorf("%s expects %q, want %q", expression, got, want)
		}
	}
	for expression, want := range map[string]float64{
		"new Promise(resolve => setTimeout(() => resolve(true), 500))": 500, "new Promise((r) => setTimeout(r, 2000))": 2000, "new Promise(resolve=>setTimeout(resolve,7))": 7, "new Promise(r => setTimeout(r, 0))": 0,
	} {
		if got, _, _ := (&importer{}).condition(expression); got != want {
			t.Errorf("%s is a pause of %v ms, want %v", expression, got, want)
		}
	}
}

func TestNamesOfTheJourney(t *testing.T) {
	for _, c := range []struct{ title, file, id, wantID, wantTitle string }{
		{"Buy shoes", "x.json", "", "buy-shoes", "Buy shoes"},
		{"Buy shoes", "x.json", "mine", "mine", "Buy shoes"},
		{"קניית נעליים", "/tmp/Buy Shoes.json", "", "buy-shoes", "קניית נעליים"},
		{"קניית נעליים", "קנייה.json", "", "recording", "קניית נעליים"},
		{"Recording 11/20/2026 at 10:14:35\u202fAM", "buy.json", "", "buy", "Shop"},
		{"Recording 20.11.2026, 10:14:35", "buy.json", "", "buy", "Shop"},
		{"", "buy.json", "", "buy", "Shop"},
		{"Recording of a purchase", "x.json", "", "recording-of-a-purchase", "Recording of a purchase"},
	} {
		title, err := json.Marshal(c.title)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Import([]byte(`{"title": `+string(title)+`, "steps": [`+page+`]}`), Options{File: c.file, ID: c.id})
		if err != nil {
			t.Fatal(err)
		}
		if r.Journey.ID != c.wantID || r.Journey.Title != c.wantTitle {
			t.Errorf("%q in %s: %s, %q; want %s, %q", c.title, c.file, r.Journey.ID, r.Journey.Title, c.wantID, c.wantTitle)
		}
	}
}

// A registered site's paths start where the site does.
func TestRegisteredSites(t *testing.T) {
	shop := journey.Site{ID: "shop", URL: "https://shop.example/in/", Hosts: []string{"shop.example"}}
	other := journey.Site{ID: "other", URL: "https://other.example", Hosts: []string{"other.example"}}
	const below = `{"type":"navigate","url":"https://shop.example/in/cart"}`
	const beside = `{"type":"navigate","url":"https://shop.example/out"}`
	r := imported(t, Options{Sites: []journey.Site{other, shop}}, below, beside)
	const want = `open "Open Shop": open https://shop.example/ → url: {contains: "https://shop.example/"} title: "Shop"
cart "Open /cart": open /cart →
out "Open https://shop.example/out": open https://shop.example/out →
`
	if got := told(r); got != want || r.Journey.Site.ID != "shop" {
		t.Errorf("site %s, got\n%swant\n%s", r.Journey.Site.ID, got, want)
	}
	r = imported(t, Options{Sites: []journey.Site{other}}, below)
	if r.Journey.Site.ID != "other" || len(r.Notes) == 0 || r.Notes[0].Text != "this was recorded on https://shop.example; site other is at https://other.example" {
		t.Errorf("site %s, notes %v", r.Journey.Site.ID, r.Notes)
	}
	other.TestIDs = []string{"data-hook"}
	r = imported(t, Options{Sites: []journey.Site{other}}, `{"type":"click","selectors":["[data-hook='buy']"]}`, `{"type":"click","selectors":["[data-testid='buy']"]}`)
	if got := told(r); !strings.Contains(got, `click {testid: buy} click {css: "[data-testid='buy']"}`) {
		t.Errorf("with a test id of the site's own:\n%s", got)
	}
	_, err := Import([]byte(flowOf(`{"type":"navigate","url":"https://third.example"}`)), Options{Sites: []journey.Site{other, shop}})
	if want := "it is not clear which site was recorded: https://third.example is of none of them, or of several"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Import([]byte(flowOf(`{"type":"hover","selectors":["a"]}`)), Options{Sites: []journey.Site{other, shop}})
	if want := "it is not clear which site was recorded: no page is opened"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A recording may be long, but a visit must come to its end.
func TestManySteps(t *testing.T) {
	var steps []string
	for range 120 {
		steps = append(steps, `{"type":"click","selectors":[["text/Next"]]}`)
	}
	r := imported(t, Options{Every: time.Minute}, steps...)
	idle := time.Duration(len(r.Journey.Steps)) * r.Journey.Pace
	if r.Journey.Timeout <= idle+time.Minute {
		t.Errorf("a timeout of %v, and the breaths take %v", r.Journey.Timeout, idle)
	}
	long := make([]string, maxSteps-1)
	for i := range long {
		long[i] = `{"type":"change","selectors":[["a","b","c","d","e","f","g","h"]],"value":"` + strings.Repeat("x", 5000) + `"},{"type":"keyDown","key":"Enter"}`
	}
	if _, err := Import([]byte(flowOf(append([]string{page}, long[:200]...)...)), Options{}); err == nil || !strings.Contains(err.Error(), "the recording is too long for one journey") {
		t.Errorf("got %v, want that it is too long", err)
	}
}
