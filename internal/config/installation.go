package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// settingsTable is the keys of samui.yaml.
func (g *grammar) settingsTable() object[Settings] {
	text := shown()
	urls := absoluteURL().codec()
	return object[Settings]{
		name: "samui.yaml", example: "a map of settings", free: true,
		fields: []field[Settings]{
			key("data", "The folder of the database and the evidence.", text, func(s *Settings, v string) { s.Data = v }),
			key("journeys", "The journey files.", listOf(`a list of files such as ["probes/*.yaml"]`, glob().codec(), 0), func(s *Settings, v []string) { s.Journeys = v }),
			key("secrets", "The folder with a file for each secret.", text, func(s *Settings, v string) { s.Secrets = v }),
			key("location", "Where the visits start from: a-z, 0-9 and -.", id().codec(), func(s *Settings, v string) { s.Location = v }),
			key("listen", "The address of the page; another than loopback needs auth:.", listenAddress().codec(), func(s *Settings, v string) { s.Listen = v }),
			key("auth", "The account of the page.", authTable().codec(), func(s *Settings, v Auth) { s.Auth = &v }),
			key("public_url", "The page's address in links.", urls, func(s *Settings, v string) { s.PublicURL = v }),
			key("chrome", "The browser.", chromeTable(), func(s *Settings, v Chrome) { s.Chrome = v }),
			key("concurrency", "Visits at the same time; auto is as many as the machine turns out to carry.", concurrency().codec(), func(s *Settings, v int) { s.Concurrency = v }),
			key("devices", "Devices besides the presets.", devices(), func(s *Settings, v []journey.Device) { s.Devices = append(s.Devices, v...) }),
			key("networks", "Networks besides the presets.", networks(), func(s *Settings, v []journey.Network) { s.Networks = append(s.Networks, v...) }),
			key("identity", "How Samui introduces itself.", identity(), func(s *Settings, v string) { s.Contact = v }),
			key("reference", "URLs that answer as long as our own network does.", listOf("a list of URLs", urls, 0), func(s *Settings, v []string) { s.Reference = v }),
			key("heartbeat", "Called as long as Samui does its work.", heartbeatTable(), func(s *Settings, v Heartbeat) { s.Heartbeat = &v }),
			key("influxdb", "Where results are sent.", influxTable().codec(), func(s *Settings, v InfluxDB) { s.InfluxDB = &v }),
			key("slack", "Where incidents are told.", slackTable().codec(), func(s *Settings, v Slack) { s.Slack = &v }),
			key("webhook", "Where incidents are told as JSON.", webhookTable().codec(), func(s *Settings, v Webhook) { s.Webhook = &v }),
			key("alerts", "When incidents open and resolve.", alerts(), func(s *Settings, v journey.Alerts) { s.Alerts = mergeAlerts(s.Alerts, v) }),
			key("thresholds", "From which wait on a step is slow, bad, critical.", limitSetTable(), func(s *Settings, v limitSet) {
				s.Thresholds.Page = overlay(v.set().Page, s.Thresholds.Page)
				s.Thresholds.InPage = overlay(v.set().InPage, s.Thresholds.InPage)
			}),
			key("retention", "How long things are kept.", retentionTable(), func(s *Settings, v Retention) { s.Retention = v }),
			key("sites", "The websites, by name.", g.sites(), func(s *Settings, v []Site) { s.Sites = v }),
		},
		tips: map[string]string{
			"site": "write sites: {NAME: {…}}", "influx": "write influxdb: …", "contact": "write identity: {contact: …}", "port": "write listen: 127.0.0.1:8090",
			"password": "write auth: {user: …, password: …}", "clients": "a site names its client", "steps": "this looks like a journey; journeys have files of their own",
			"journey": "this looks like a journey; journeys have files of their own", "timezone": "a site has a timezone:", "timeout": "a journey has a timeout:", "bounce": "a site has a bounce:", "visit": "a site has a visit:, and so does a journey",
		},
	}
}

// sites are the registered sites, each with variables of its own.
func (g *grammar) sites() codec[[]Site] {
	table := g.siteTable()
	site := codec[Site]{want: table.want(), schema: table.schema, partial: true, read: func(r reader, n *node) (Site, bool) {
		r.scope = r.scope.journeyScope(n.find("vars"), nil)
		r.scope.site = ""
		var s Site
		ok := table.readInto(r, n, &s)
		return s, ok
	}}
	names := id()
	parse := names.parse
	names.noun = "names"
	names.parse = func(s string) (string, fault) {
		if s == none {
			return "", fault{"is what a site is called that has no name", "choose another"}
		}
		return parse(s)
	}
	inside := func(r reader, key *node) reader { return r.in("site " + quoted(key.value)) }
	return mapped(mapOf(names, site, inside), func(all []named[Site]) []Site {
		sites := make([]Site, len(all))
		for i, s := range all {
			sites[i] = s.value
			sites[i].ID = s.key.value
		}
		return sites
	})
}

func authTable() object[Auth] {
	return object[Auth]{
		name: "auth", example: `{user: ops, password: "${secret:PAGE_PASSWORD}"}`,
		fields: []field[Auth]{
			must(key("user", "The account's name.", userName().codec(), func(a *Auth, v string) { a.User = v })),
			must(key("password", "The account's password, as a secret.", secretCodec(true), func(a *Auth, v journey.Secret) { a.Password = v })),
		},
	}
}

// userName is a name of HTTP's basic authentication, which has no colon.
func userName() word[string] {
	w := plainText()
	w.pattern = `^[^:]+$`
	parse := w.parse
	w.parse = func(s string) (string, fault) {
		if strings.Contains(s, ":") {
			return "", fault{"holds a colon, which HTTP does not allow", ""}
		}
		return parse(s)
	}
	return w
}

func chromeTable() codec[Chrome] {
	return object[Chrome]{
		name: "chrome", example: "{path: auto, sandbox: required}",
		fields: []field[Chrome]{
			key("path", "auto, or the browser's file.", shown(), func(c *Chrome, v string) { c.Path = v }),
			key("sandbox", "required, or off where the machine allows none.", choice("required", "off"), func(c *Chrome, v string) { c.Sandbox = v == "required" }),
		},
		tips: map[string]string{"no_sandbox": "write sandbox: off", "headless": "samui run --headed shows the browser", "args": "Chrome's flags are not yours to set"},
	}.as(func() Chrome { return Default().Chrome })
}

func concurrency() word[int] {
	w := whole(1, 256)
	w.want = "auto, or a whole number from 1 to 256"
	w.pattern = `^(auto|[0-9]+)$`
	parse := w.parse
	w.parse = func(s string) (int, fault) {
		if s == "auto" {
			return 0, fault{}
		}
		return parse(s)
	}
	return w
}

// devices are the installation's own.
func devices() codec[[]journey.Device] {
	presets := make([]string, 0, 4)
	for _, d := range journey.Devices() {
		presets = append(presets, d.Name)
	}
	pixels := whole(1, 10_000).codec()
	table := object[journey.Device]{
		name: "the device", example: "{width: 1080, height: 1920}",
		fields: []field[journey.Device]{
			must(key("width", "CSS pixels.", pixels, func(d *journey.Device, v int) { d.Width = v })),
			must(key("height", "CSS pixels.", pixels, func(d *journey.Device, v int) { d.Height = v })),
			key("scale", "Device pixels for one CSS pixel; 1 without it.", scale().codec(), func(d *journey.Device, v float64) { d.Scale = v }),
			key("touch", "Has a touch screen.", yesNo(), func(d *journey.Device, v bool) { d.Touch = v }),
			key("mobile", "Obeys the viewport meta tag, as phones and tablets do.", yesNo(), func(d *journey.Device, v bool) { d.Mobile = v }),
			key("user_agent", "The user agent; the browser's own without it.", headerText().codec(), func(d *journey.Device, v string) { d.UserAgent = v }),
			key("cpu", "So many times slower than this machine, from 1 to 20.", slowdown().codec(), func(d *journey.Device, v float64) { d.CPU = v }),
		},
		tips: map[string]string{"network": "a journey joins both: devices: [{device: …, network: …}]", "ua": "write user_agent: …"},
	}
	return mapped(mapOf(newName("device", presets), table.as(func() journey.Device { return journey.Device{Scale: 1} }), within("device")), func(all []named[journey.Device]) []journey.Device {
		ds := make([]journey.Device, len(all))
		for i, d := range all {
			ds[i] = d.value
			ds[i].Name = d.key.value
		}
		return ds
	})
}

func scale() word[float64] {
	w := number()
	w.want = "a number from 0.1 to 10"
	parse := w.parse
	w.parse = func(s string) (float64, fault) {
		v, f := parse(s)
		if !f.bad() && (v < 0.1 || v > 10) {
			return 0, fault{"is out of range", ""}
		}
		return v, f
	}
	return w
}

// headerText is a text that may stand in an HTTP header.
func headerText() word[string] {
	w := plainText()
	w.want = "one line of ASCII text"
	w.pattern = `^[ -~]+$`
	parse := w.parse
	w.parse = func(s string) (string, fault) {
		for _, r := range s {
			if r < ' ' || r > '~' {
				return "", fault{fmt.Sprintf("holds %q, and stands in an HTTP header", r), ""}
			}
		}
		return parse(s)
	}
	return w
}

// networks are the installation's own.
func networks() codec[[]journey.Network] {
	presets := make([]string, 0, 4)
	for _, n := range journey.Networks() {
		presets = append(presets, n.Name)
	}
	table := object[journey.Network]{
		name: "the network", example: "{latency: 40ms, down: 20mbps, up: 5mbps}",
		fields: []field[journey.Network]{
			key("latency", "Added to every request's round trip.", duration(0).codec(), func(n *journey.Network, v time.Duration) { n.Latency = v }),
			key("down", "The rate down; unlimited without it.", rate().codec(), func(n *journey.Network, v int64) { n.Down = v }),
			key("up", "The rate up; unlimited without it.", rate().codec(), func(n *journey.Network, v int64) { n.Up = v }),
		},
		tips: map[string]string{"download": "write down: …", "upload": "write up: …", "rtt": "write latency: …"},
	}
	return mapped(mapOf(newName("network", presets), table.codec(), within("network")), func(all []named[journey.Network]) []journey.Network {
		ns := make([]journey.Network, len(all))
		for i, n := range all {
			ns[i] = n.value
			ns[i].Name = n.key.value
		}
		return ns
	})
}

func within(what string) func(reader, *node) reader {
	return func(r reader, key *node) reader { return r.in(what + " " + quoted(key.value)) }
}

// newName is an id that is not a preset's.
func newName(what string, presets []string) word[string] {
	w := id()
	w.noun = "names"
	parse := w.parse
	w.parse = func(s string) (string, fault) {
		if slices.Contains(presets, s) {
			return "", fault{"is a " + what + " that Samui brings", "choose another name; what it brings stays the same everywhere"}
		}
		return parse(s)
	}
	return w
}

func identity() codec[string] {
	return mapped(object[located[string]]{
		name: "identity", example: `{contact: "https://shop.example/robot"}`,
		fields: []field[located[string]]{
			must(key("contact", "Where a site's owner can ask; part of the user agent.", headerText().codec(), func(c *located[string], v string) { c.value = v })),
		},
	}.codec(), func(c located[string]) string { return c.value })
}

func heartbeatTable() codec[Heartbeat] {
	return object[Heartbeat]{
		name: "heartbeat", example: `{url: "https://…", every: 1m}`,
		fields: []field[Heartbeat]{
			must(key("url", "What is called.", secretURL(), func(h *Heartbeat, v journey.Secret) { h.URL = v })),
			key("every", "How often; 1m without it.", duration(time.Second).codec(), func(h *Heartbeat, v time.Duration) { h.Every = v }),
		},
	}.as(func() Heartbeat { return Heartbeat{Every: time.Minute} })
}

// secretURL is a URL that is its own password.
func secretURL() codec[journey.Secret] {
	c := secretCodec(false)
	read := c.read
	c.want = wantURL
	c.read = func(r reader, n *node) (journey.Secret, bool) {
		s, ok := read(r, n)
		if unseen := r.scope.env.NoSecrets && strings.Contains(n.value, "${secret:"); ok && !unseen {
			if f := checkAbsolute(s.Reveal()); f.bad() {
				r.fail(n, r.key+" "+f.what, wantURL, "")
				return s, false
			}
		}
		return s, ok
	}
	return c
}

func influxTable() object[InfluxDB] {
	return object[InfluxDB]{
		name: "influxdb", example: `{url: "http://127.0.0.1:8086", token: "${secret:INFLUX_TOKEN}", org: ops, bucket: samui}`,
		fields: []field[InfluxDB]{
			must(key("url", "The server.", absoluteURL().codec(), func(i *InfluxDB, v string) { i.URL = v })),
			key("token", "The token; user:password for InfluxDB 1.8.", secretCodec(true), func(i *InfluxDB, v journey.Secret) { i.Token = v }),
			key("org", "The organisation.", shown(), func(i *InfluxDB, v string) { i.Org = v }),
			must(key("bucket", "The bucket; database/policy for InfluxDB 1.8.", shown(), func(i *InfluxDB, v string) { i.Bucket = v })),
		},
		tips: map[string]string{"database": "write bucket: database/policy", "db": "write bucket: database/policy", "organization": "write org: …", "host": "write url: …", "password": `write token: "${secret:NAME}", holding user:password`, "user": `write token: "${secret:NAME}", holding user:password`},
	}
}

// channel is a Slack channel, by name or id.
func channel() word[string] {
	return word[string]{
		noun: "a channel", want: `a channel such as "#oncall", or its id`, pattern: `^(#[^\s#]+|[CGD][A-Z0-9]{6,})$`,
		parse: func(s string) (string, fault) {
			name, hash := strings.CutPrefix(s, "#")
			isID := len(s) > 6 && strings.ContainsRune("CGD", rune(s[0])) && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
			switch {
			case isID, hash && name != "" && !strings.ContainsAny(name, " \t\n#"):
				return s, fault{}
			case !hash && s != "" && !strings.ContainsAny(s, " \t\n#@<>"):
				return "", fault{"is not a channel", `write "#` + s + `"`}
			}
			return "", fault{"is not a channel", ""}
		},
	}
}

func slackTable() object[Slack] {
	return object[Slack]{
		name: "slack", example: `{token: "${secret:SLACK_TOKEN}", channel: "#oncall"}`,
		fields: []field[Slack]{
			key("token", "The bot token: the full form.", secretCodec(true), func(s *Slack, v journey.Secret) { s.Token = v }),
			key("webhook", "An incoming webhook: the simple form.", secretURL(), func(s *Slack, v journey.Secret) { s.Webhook = v }),
			key("channel", "Where incidents go.", channel().codec(), func(s *Slack, v string) { s.Channel = v }),
			key("ops", "Where Samui's own troubles go.", channel().codec(), func(s *Slack, v string) { s.Ops = v }),
			key("mention", "Who is called for critical and failed.", mention().codec(), func(s *Slack, v string) { s.Mention = v }),
			key("api_url", "Of a test server.", absoluteURL().codec(), func(s *Slack, v string) { s.APIURL = v }),
		},
		rules: []rule{
			exactlyOne("a bot's token, or an incoming webhook", `add token: "${secret:SLACK_TOKEN}"`, []string{"token", "webhook"}),
			needs("token", "channel", `add channel: "#oncall"`),
		},
		tips: map[string]string{"url": "write webhook: …", "bot_token": "write token: …", "mentions": "write mention: …"},
		check: func(r reader, n *node, s *Slack) bool {
			for _, e := range n.entries {
				if !s.Webhook.IsZero() && (e.key.value == "channel" || e.key.value == "ops") {
					r.warn(e.key, e.key.value+" is not used: a webhook posts to its own channel only", "", "a bot's token: can post anywhere")
				}
			}
			return true
		},
	}
}

// mention is who is called, in Slack's own form.
func mention() word[string] {
	return word[string]{
		noun: "a mention", want: `a mention such as "<!here>" or "<@U0123456789>"`, pattern: `^(<[!@][^<>]+>\s*)+$`,
		parse: func(s string) (string, fault) {
			hint := ""
			switch strings.TrimLeft(s, "@!") {
			case "here", "channel", "everyone":
				hint = `write "<!` + strings.TrimLeft(s, "@!") + `>"`
			}
			for m := range strings.FieldsSeq(s) {
				inner, closed := strings.CutSuffix(m, ">")
				if !closed || len(inner) < 3 || (inner[:2] != "<!" && inner[:2] != "<@") || strings.ContainsAny(inner[2:], "<>") {
					return "", fault{"is not a mention", cmp.Or(hint, `a person is "<@MEMBER-ID>", a group "<!subteam^ID>"`)}
				}
			}
			if strings.TrimSpace(s) == "" {
				return "", fault{"is empty", ""}
			}
			return s, fault{}
		},
	}
}

func webhookTable() object[Webhook] {
	return object[Webhook]{
		name: "webhook", example: `{url: "https://…", secret: "${secret:HOOK_KEY}"}`,
		fields: []field[Webhook]{
			must(key("url", "What is called.", secretURL(), func(w *Webhook, v journey.Secret) { w.URL = v })),
			key("secret", "Signs the calls.", secretCodec(true), func(w *Webhook, v journey.Secret) { w.Secret = v }),
		},
	}
}

func retentionTable() codec[Retention] {
	evidence := object[Retention]{
		name: "evidence", example: "{age: 14d, size: 5GB}",
		fields: []field[Retention]{
			key("age", "How long pictures are kept.", duration(moment).codec(), func(r *Retention, v time.Duration) { r.EvidenceAge = v }),
			key("size", "How much room they may take.", size().codec(), func(r *Retention, v int64) { r.EvidenceBytes = v }),
		},
	}.as(func() Retention { return Default().Retention })
	return object[Retention]{
		name: "retention", example: "{runs: 400d, evidence: {age: 14d, size: 5GB}}",
		fields: []field[Retention]{
			key("runs", "How long results are kept.", duration(moment).codec(), func(r *Retention, v time.Duration) { r.Runs = v }),
			key("evidence", "How long pictures are kept.", evidence, func(r *Retention, v Retention) { r.EvidenceAge, r.EvidenceBytes = v.EvidenceAge, v.EvidenceBytes }),
		},
		tips: map[string]string{"age": "write runs: 400d, or evidence: {age: …}", "size": "write evidence: {size: …}"},
	}.as(func() Retention { return Default().Retention })
}

// glob is a pattern of files.
func glob() word[string] {
	return word[string]{
		noun: "a pattern of files", want: `a pattern of files such as "probes/*.yaml"`, pattern: `.`,
		parse: func(s string) (string, fault) {
			if _, err := filepath.Match(s, ""); err != nil || s == "" {
				return "", fault{"is not a pattern of files", "close the ["}
			}
			return s, fault{}
		},
	}
}
