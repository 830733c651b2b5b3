package slack

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// today is when the messages of the golden files are read: 03:10 in Jerusalem.
func today() time.Time { return time.Date(2026, 1, 15, 1, 10, 0, 0, time.UTC) }

func jerusalem(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Jerusalem")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// failedPayment is an incident that design.md describes.
func failedPayment(t testing.TB) Notice {
	since := today().Add(-6 * time.Minute)
	return Notice{
		SiteTitle: "Demo shop", Timezone: jerusalem(t),
		Incident: incident.Incident{
			ID: "20260115-010400-buy", Kind: incident.KindSite, Client: "acme", Site: "demo-shop", Env: "staging", Journey: "buy", Title: "Buy", Stage: "purchase", Location: "tlv-1",
			State: incident.Open, Severity: journey.Failed, Peak: journey.Failed, Since: since, OpenedAt: since.Add(5 * time.Minute), Revision: 1,
			Affected: []string{"desktop", "phone"},
			Events:   []incident.Event{{Kind: incident.Opened, At: since, Severity: journey.Failed, Revision: 1}},
			Worst: incident.Sighting{
				RunID: "01KEXAMPLE", Device: "desktop", Network: "slow-4g", At: since, Outcome: journey.Failed, Step: "pay", StepTitle: "Pay",
				Message: `"Order confirmed" not seen`, Nearest: []string{`text: Order received`, `role: button, name: Pay again`, `text: Order no. 17`, `text: a fourth`},
				Hint: "the page shows an error: payment declined", Line: "probes/buy.yaml:42", Count: 2, Of: 2,
			},
		},
	}
}

// slowSearch is the other one.
func slowSearch(t testing.TB, severity journey.Outcome, waitMs, limitMs float64) Notice {
	n := failedPayment(t)
	n.UsualMs = new(2100.0)
	i := &n.Incident
	i.Severity, i.Env, i.Affected, i.Events[0].Severity = severity, "production", []string{"desktop"}, severity
	i.Worst.Outcome, i.Worst.StepTitle, i.Worst.Message, i.Worst.Nearest, i.Worst.Hint, i.Worst.Line = severity, "Search", "", nil, "", ""
	i.Worst.WaitMs, i.Worst.LimitMs, i.Worst.Loss, i.Worst.Basis = &waitMs, &limitMs, new(0.2715), "assumed bounce 22.4%"
	return n
}

func hebrew(t testing.TB) Notice {
	n := failedPayment(t)
	n.SiteTitle = "חנות לדוגמה"
	n.Incident.Client, n.Incident.Title, n.Incident.Worst.StepTitle = "אקמי", "קניית נעליים", "תשלום"
	n.Incident.Worst.Message = `"ההזמנה התקבלה" not seen; there was "אירעה שגיאה 17"`
	n.Incident.Worst.Nearest = []string{"text: ההזמנה נדחתה"}
	return n
}

// evil is what a page that means harm makes of an incident.
func evil(t testing.TB) Notice {
	n := failedPayment(t)
	n.Incident.Title = "Buy *bold* _it_ ~now~ `code` <!channel> @here"
	n.Incident.Worst.StepTitle = "\u202e\u2066dlrow\u2069 > quote"
	n.Incident.Worst.Message = "<script>alert(1)</script> <!channel> <@U0123> <https://evil.example|ok> https://evil.example/x ```\n> quoted\n*x* & &amp; &lt;\x00\x1b[31m\u200b" + strings.Repeat("🏴‍☠️ and so on ", 6000)
	n.Incident.Worst.Nearest = []string{"<!everyone>", strings.Repeat("<", 5000)}
	n.Incident.Worst.Hint = "\n\n\n<!subteam^S1>"
	return n
}

func TestMessagesReadAsTheyShould(t *testing.T) {
	x := teller{pages: pages{"https://samui.example"}, mention: "<!here>"}
	over := failedPayment(t)
	over.Incident = then(over.Incident, incident.Resolution, "")
	over.Incident.ResolvedAt = new(over.Incident.Since.Add(23 * time.Minute))
	taken := failedPayment(t)
	taken.Incident = then(taken.Incident, incident.Acknowledged, "")
	taken.Incident.Ack.At = today()
	old := slowSearch(t, journey.Bad, 9200, 4000)
	old.Incident.Since = today().Add(-49 * time.Hour)
	alone := slowSearch(t, journey.Slow, 2600, 2500)
	alone.Incident.Client, alone.Incident.Env, alone.UsualMs = "none", "none", nil
	updated := failedPayment(t)
	updated.Incident.Worst.Count, updated.Incident.Worst.Of = 4, 6
	updated.Incident.Update = &incident.Update{At: today().Add(-20 * time.Hour), From: "headless-shell 156.0.8078.79", To: "headless-shell 157.0.8101.2"}
	wall := failedPayment(t)
	wall.Incident.Kind, wall.Incident.Severity, wall.Incident.Journey, wall.Incident.Title = incident.KindWall, journey.Blocked, "", ""
	wall.Incident.Worst = incident.Sighting{RunID: "01KEXAMPLE", Outcome: journey.Blocked, Message: "a challenge page: Just a moment…", At: today()}
	probe := failedPayment(t)
	probe.Incident = incident.Incident{ID: "20260115-probe", Kind: incident.KindProbe, Location: "tlv-1", State: incident.Open, Severity: journey.ProbeError, Since: today(), Revision: 1, Worst: incident.Sighting{Message: "no Chrome: exec: not found", ErrorKind: "browser"}}

	for name, n := range map[string]Notice{
		"failed": failedPayment(t), "bad": slowSearch(t, journey.Bad, 9200, 4000), "critical": slowSearch(t, journey.Critical, 12_400, 10_000), "slow": slowSearch(t, journey.Slow, 2600, 2500),
		"resolved": over, "acknowledged": taken, "since-another-day": old, "no-client": alone, "hebrew": hebrew(t), "evil": evil(t), "wall": wall, "probe": probe, "updated": updated,
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, x.incident(n, Thread{}, today()).root) })
	}
	t.Run("reply", func(t *testing.T) {
		worse := failedPayment(t)
		worse.Incident = then(worse.Incident, incident.Worsened, journey.Failed)
		golden(t, "reply", x.incident(worse, Thread{Told: 1, Shown: 1, TS: "1.2", Posted: today()}, today()).reply.short)
	})
	t.Run("storm", func(t *testing.T) {
		var storm Thread
		for k := range 25 {
			n := failedPayment(t)
			n.Incident.ID, n.Incident.Journey = fmt.Sprintf("%s-%d", n.Incident.ID, k), fmt.Sprint(k)
			n.Incident.Title = fmt.Sprintf("Buy %d", k)
			if k%5 == 4 {
				n = hebrew(t)
				n.Incident.ID, n.Incident.Journey = fmt.Sprintf("%s-%d", n.Incident.ID, k), fmt.Sprint(k)
			}
			if k == 2 {
				n.Incident.State = incident.Resolved
			}
			storm.join(n, 1)
		}
		golden(t, "storm", x.storm(storm, failedPayment(t), today()).root)
	})
}

// golden compares a message in both its forms with a file, and has a Slack
// look at it.
func golden(t *testing.T, name string, m message) {
	t.Helper()
	var blocks []string
	for _, b := range m.blocks() {
		encoded, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		blocks = append(blocks, string(encoded))
	}
	visible := strings.NewReplacer("\u2068", "⟨", "\u2066", "⟨→", "\u2069", "⟩", "\u2060", "·", `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
	got := visible.Replace(fmt.Sprintf("lock screen: %s\n\nas text:\n%s\n\nblocks:\n%s\n", m.text(), m.whole(), strings.Join(blocks, "\n")))
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
	accepted(t, m)
}

// accepted has a Slack look at a message in both its forms, and looks itself
// for what people would take for something else.
func accepted(t *testing.T, m message) {
	t.Helper()
	blocks, err := json.Marshal(m.blocks())
	if err != nil {
		t.Fatal(err)
	}
	for form, err := range map[string]error{
		"blocks": slacktest.Check(string(m.text()), string(blocks)),
		"text":   slacktest.Check(string(m.whole()), ""),
	} {
		if err != nil {
			t.Errorf("Slack refuses the %s: %v\n%s", form, err, blocks)
		}
	}
	if len(blocks) > 12_000 && utf16Length(string(blocks)) > 12_000 {
		t.Errorf("%d characters of blocks, want at most 12,000", utf16Length(string(blocks)))
	}
	if n := utf16Length(string(m.whole())); n > 12_000 {
		t.Errorf("%d characters of text, want at most 12,000", n)
	}
	for _, text := range []string{string(m.text()), string(m.whole())} {
		if !utf8.ValidString(text) {
			t.Errorf("%q is not UTF-8", text)
		}
		bare := strings.ReplaceAll(text, string(m.mention), "")
		if found := slacktest.Formats(bare); found != "" {
			t.Errorf("%q would be formatted in %q", found, text)
		}
		for l := range strings.Lines(text) {
			if opened, closed := strings.Count(l, ownWay)+strings.Count(l, ltrWay), strings.Count(l, endOfWay); opened != closed {
				t.Errorf("%d directions begin and %d end in %q", opened, closed, l)
			}
		}
		if i := strings.IndexFunc(bare, func(r rune) bool { return r < ' ' && r != '\n' }); i >= 0 {
			t.Errorf("a control character in %q", text)
		}
	}
}

func FuzzWhateverAPageSaysSlackTakesIt(f *testing.F) {
	for _, s := range []string{"", "<!channel>", "*a* _b_ ~c~ `d`", "&amp;&lt;", "\u202eabc", "שלום <b>", "a\nb> c", "🏴‍☠️🇮🇱👩‍👩‍👧", "\xff\xfe", strings.Repeat(`"\`, 5000), strings.Repeat("א\u05b8\u05b8\u05b8\u05b8\u05b8\u05b8", 900), "https://x.example|<", "~\xf6"} {
		f.Add(s, s, uint8(3))
	}
	x := teller{pages: pages{"https://samui.example"}, mention: "<!here>"}
	f.Fuzz(func(t *testing.T, a, b string, shape uint8) {
		n := failedPayment(t)
		i := &n.Incident
		n.SiteTitle, i.Client, i.Title, i.Stage, i.Location, i.Env, i.Journey, i.Site, i.ID = a, b, a, b, a, b, a, b, a
		i.Affected = slices.Repeat([]string{a, b}, int(shape)%20)
		i.Worst = incident.Sighting{RunID: b, Device: a, Network: b, StepTitle: b, Message: a, Nearest: []string{a, b, a, b}, Hint: b, Line: a, Basis: b, Loss: new(0.3), Count: 2, Of: 3}
		i.Ack = &incident.Acknowledgement{At: today(), By: a}
		i.Kind = []incident.Kind{incident.KindSite, incident.KindWall, incident.KindProbe}[shape%3]
		if shape%2 == 0 {
			i.Worst.WaitMs, i.Worst.Message = new(float64(shape)*1000), ""
		}
		accepted(t, x.incident(n, Thread{}, today()).root)
		i.Events = append(i.Events, incident.Event{Kind: incident.Reminded, Revision: 2})
		i.Revision = 2
		accepted(t, x.incident(n, Thread{Told: 1, Posted: today()}, today()).reply.short)
		var storm Thread
		for k := range 1 + int(shape)%30 {
			i.ID = fmt.Sprintf("%s%d", a, k)
			storm.join(n, 1)
		}
		accepted(t, x.storm(storm, n, today()).root)
	})
}
