package config

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// Review is [LoadJourneys] for somebody who looks at the files, as `samui
// check` does: it also warns of what can be meant and mostly isn't, and of what
// many journeys together come to. None of that keeps a journey from running.
func Review(s Settings, paths []string, env Env) ([]journey.Journey, Problems) {
	journeys, problems, _ := ReviewFrom(s, paths, env)
	return journeys, problems
}

// ReviewFrom is to [Review] what [LoadJourneysFrom] is to [LoadJourneys].
func ReviewFrom(s Settings, paths []string, env Env) ([]journey.Journey, Problems, []string) {
	l := newLoader(s, env)
	l.review = true
	all, problems := l.all(paths)
	problems = append(problems, l.lookalikes()...)
	problems = append(problems, reviewSeries(s, all)...)
	return all, problems, l.files()
}

// reviewJourney warns of what one journey says.
func reviewJourney(r reader, root *node, d draft, j journey.Journey) {
	reviewTitles(r, root, d)
	reviewSteps(r, j)
	reviewSchedule(r, root, j)
	reviewThresholds(r, d, j)
	reviewEffects(r, d, j)
	reviewControl(r, d, j)
	reviewConditions(r, root, d, j)
	reviewReturning(r, root, j)
	for i, s := range j.Steps {
		in := r.in("step " + quoted(s.ID))
		for _, e := range s.Expect {
			if cannotFail(e) {
				in.warn(placed(e.Pos), string(e.Claim)+": holds on every page, a wrong one too", "something that a wrong page doesn't have", "")
			}
		}
		if reachesPeople(j.Site) && j.Effects.Name == "" && !j.Stops(i) {
			reviewOrder(in, s)
		}
		for _, earlier := range j.Steps[:i] {
			if alike(earlier.ID, s.ID) {
				r.warn(d.steps[i].value.id.node, fmt.Sprintf("step %s is easily taken for step %s in line %d", quoted(s.ID), quoted(earlier.ID), earlier.Pos.Line), "names that can be told apart", "")
			}
		}
	}
}

// reviewTitles warns of names where people want words. Steps without a title
// are told together: who leaves one out leaves out many.
func reviewTitles(r reader, root *node, d draft) {
	if d.title == "" {
		r.warn(root.find("journey"), "the journey has no title, so that people see "+quoted(d.id.value), "title: with what the customer wants, in any language", "add title: …")
	}
	var without []located[stepDraft]
	for _, s := range d.steps {
		if s.value.title == "" {
			without = append(without, s)
		}
	}
	if len(without) == 0 {
		return
	}
	first := without[0].value.id
	what := "step " + quoted(first.value) + " has no title"
	if more := len(without) - 1; more == 1 {
		what = "steps " + quoted(first.value) + " and " + quoted(without[1].value.id.value) + " have no title"
	} else if more > 1 {
		what = fmt.Sprintf("steps %s and %d more have no title", quoted(first.value), more)
	}
	r.warn(first.node, what+", so that people see the name", "title: with what the customer wants, in their words", "")
}

// reviewSteps warns of a step that goes on from nothing: every visit begins in
// an empty tab.
func reviewSteps(r reader, j journey.Journey) {
	need := []journey.Verb{
		journey.Click, journey.Hover, journey.Check, journey.Uncheck, journey.Clear, journey.Fill, journey.Type,
		journey.Press, journey.Select, journey.Scroll, journey.Upload, journey.Drag, journey.Back, journey.Forward, journey.Reload, journey.Tab,
	}
	first := slices.IndexFunc(j.Steps, func(s journey.Step) bool { return !s.Asks() })
	if first < 0 {
		return
	}
	for _, a := range j.Steps[first].Do {
		switch {
		case slices.Contains(need, a.Verb):
			r.in("step "+quoted(j.Steps[first].ID)).warn(placed(a.Pos), "the first action is "+string(a.Verb)+":, and a visit begins without a page", "open: first", "add - open: /")
			return
		case !a.Prepares():
			return
		}
	}
}

// reviewSchedule warns where the next visit is due before the last one need be
// over: a visit that is still running makes the next one missed.
func reviewSchedule(r reader, root *node, j journey.Journey) {
	key, gap := "every", j.Schedule.Every
	if j.Schedule.Cron != "" {
		times, _ := cronTimes(j.Schedule.Cron)
		key, gap = "cron", times.shortest(j.Schedule.Active)
	}
	if gap == 0 || gap >= j.Timeout {
		return
	}
	hint := "write every: " + short(j.Timeout) + " or more"
	if key == "cron" {
		hint = "leave at least " + short(j.Timeout) + " between two visits"
	}
	critical := time.Duration(0)
	for _, s := range j.Steps {
		critical = max(critical, criticalOf(s))
	}
	if fits := (gap * 5 / 6).Truncate(time.Second); fits > critical {
		hint += ", or timeout: " + short(fits)
	}
	n := root.find(key)
	r.under(key).warn(n, fmt.Sprintf("%s comes again after %s, and a visit may take %s, its timeout; one that is still running makes the next missed", r.under(key).subject(n), short(gap), short(j.Timeout)), "a timeout that fits between two visits", hint)
}

// frame is the time between two pictures of a screen: less than that nobody
// can be shown anything.
const frame = time.Second / 60

// reviewThresholds warns of limits below what any page could keep.
func reviewThresholds(r reader, d draft, j journey.Journey) {
	for i, s := range j.Steps {
		at := placed(s.Pos)
		if n := d.steps[i].value.limits.slow.node; n != nil {
			at = n
		}
		in := r.in("step " + quoted(s.ID))
		if slow := min(s.Thresholds.Page.Slow, s.Thresholds.InPage.Slow); slow < frame {
			in.warn(at, fmt.Sprintf("slow begins at %s, less than one picture of a screen takes, so that hardly a visit is good", short(slow)), "a wait that a person can notice", fmt.Sprintf("were seconds meant? write slow: %ds", max(1, slow.Milliseconds())))
		}
	}
	first := j.Steps[0]
	at := placed(first.Pos)
	if n := d.steps[0].value.limits.slow.node; n != nil {
		at = n
	}
	if !endsWithOpen(first) {
		return
	}
	for _, v := range j.Visits {
		if v.Network.Latency >= first.Thresholds.Page.Slow {
			r.in("step "+quoted(first.ID)).warn(at, fmt.Sprintf("slow begins at %s, and over %s the first answer alone takes %s, so that no visit is good", short(first.Thresholds.Page.Slow), v.Network.Name, short(v.Network.Latency)), "a threshold above the connection's own time", "")
			return
		}
	}
}

// endsWithOpen reports whether the step's wait is that of a page that it opens.
func endsWithOpen(s journey.Step) bool {
	for _, a := range slices.Backward(s.Do) {
		if !a.Prepares() {
			return a.Verb == journey.Open
		}
	}
	return false
}

// reachesPeople reports whether what is done on a site is done for real: it is
// neither this machine's nor of an environment for tests.
func reachesPeople(s journey.Site) bool {
	u, err := url.Parse(s.URL)
	if err != nil || u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost") {
		return false
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && ip.IsLoopback() {
		return false
	}
	switch strings.ToLower(s.Env) {
	case none, "production", "prod", "live":
		return true
	}
	return false
}

// reviewOrder warns of a button that orders or pays.
func reviewOrder(r reader, s journey.Step) {
	for _, a := range s.Do {
		word := ordering(a)
		if word == "" {
			continue
		}
		r.warn(placed(a.Pos), fmt.Sprintf("this presses %s, which looks like an order or a payment, on every visit", quoted(word)), "a journey that stops before it, or an order that the site's owner has agreed to",
			"add stop_before: "+s.ID+"; or effects: {order: "+s.ID+"} and limit: 4/day where it is agreed on, as docs/robot.md says")
		return
	}
}

// ordering is the word of an order or a payment on what an action presses, or
// empty. Texts that hold what isn't in the file are left alone.
func ordering(a journey.Action) string {
	if a.Target == nil || a.Verb != journey.Click && (a.Verb != journey.Press || a.Key != "Enter" && a.Key != " ") {
		return ""
	}
	for _, t := range said(*a.Target) {
		label, known := "", true
		for _, p := range t.Parts() {
			label += p.Literal
			known = known && p.Source == ""
		}
		if label = strings.ToLower(strings.Join(strings.Fields(label), " ")); !known {
			continue
		}
		for _, word := range orderWords() {
			if saysWord(label, word) {
				return word
			}
		}
	}
	return ""
}

// said are the texts that a target, or one of its alternatives, goes by.
func said(t journey.Target) []journey.Text {
	if t.By == journey.ByCSS || t.By == journey.ByXPath {
		return nil
	}
	texts := []journey.Text{t.Name, t.Value}
	for _, alternative := range t.FirstOf {
		texts = append(texts, said(alternative)...)
	}
	return texts
}

// orderWords are what buttons say that order or pay. Words that also stand on
// the way there, such as checkout and קופה, are not among them.
func orderWords() []string {
	return []string{
		"place order", "place my order", "place your order", "submit order", "confirm order", "complete order", "order now", "buy now",
		"pay", "complete purchase", "confirm purchase", "confirm payment", "confirm and pay", "book now", "confirm booking", "subscribe now", "donate",
		"zahlungspflichtig bestellen", "kostenpflichtig bestellen", "jetzt kaufen", "jetzt bezahlen", "bestellung abschicken", "jetzt buchen",
		"payer", "passer commande", "passer la commande", "valider la commande", "confirmer la commande", "commander maintenant", "acheter maintenant",
		"pagar", "realizar pedido", "confirmar pedido", "hacer pedido", "comprar ahora", "finalizar compra", "paga ora", "acquista ora", "conferma ordine", "effettua ordine",
		"comprar agora", "bestelling plaatsen", "nu betalen", "afrekenen en betalen", "kup i zapłać", "zapłać", "оплатить", "оформить заказ", "купить сейчас",
		"ادفع", "ادفع الآن", "إتمام الطلب", "تأكيد الطلب", "اشتر الآن", "پرداخت", "ثبت سفارش", "خرید فوری",
		"לתשלום", "תשלום", "שלם", "שלמו", "בצע הזמנה", "בצעו הזמנה", "ביצוע הזמנה", "לביצוע הזמנה", "שלח הזמנה", "שלחו הזמנה", "שליחת הזמנה", "אישור הזמנה", "סיום הזמנה", "קנה עכשיו", "קנו עכשיו", "קנייה מיידית",
	}
}

// saysWord reports whether a label holds words as words of its own.
func saysWord(label, words string) bool {
	for from := 0; ; {
		i := strings.Index(label[from:], words)
		if i < 0 {
			return false
		}
		i += from
		before, after := label[:i], label[i+len(words):]
		if !endsInLetter(before) && !beginsWithLetter(after) {
			return true
		}
		from = i + len(words)
	}
}

// lookalikes warns of journeys of one site whose names are taken for each
// other.
func (l *journeyLoader) lookalikes() Problems {
	type name struct {
		site, id string
		at       journey.Pos
	}
	var names []name
	for k, at := range l.first {
		names = append(names, name{k[0], k[1], at})
	}
	slices.SortFunc(names, func(a, b name) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.site, b.site))
	})
	first := map[[2]string]name{} // by what is left of a name when one sign is
	var problems Problems
	for _, n := range names {
		for _, rest := range remainders(n.id) {
			other, there := first[[2]string{n.site, rest}]
			if there && other.id != n.id && alike(other.id, n.id) {
				problems = append(problems, Problem{
					File: n.at.File, Line: n.at.Line, Column: n.at.Column, Warning: true,
					What: fmt.Sprintf("journey %s is easily taken for %s in %s", quoted(n.id), quoted(other.id), other.at), Want: "names that can be told apart",
				})
				break
			}
		}
		for _, rest := range remainders(n.id) {
			if _, there := first[[2]string{n.site, rest}]; !there {
				first[[2]string{n.site, rest}] = n
			}
		}
	}
	return problems
}
