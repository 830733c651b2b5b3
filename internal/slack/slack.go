package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Sink is the name under which deliveries to Slack are kept.
const Sink = "slack"

// Options say where incidents are told and what is told. Exactly one of Token
// and Webhook is set.
type Options struct {
	Token   journey.Secret // of a bot: the full form
	Webhook journey.Secret // an incoming webhook: it only posts, in its own channel

	Channel   string // with Token: "#oncall", or an id; where no site has its own
	Ops       string // with Token: where Samui's own troubles go; empty = Channel
	Mention   string // who is called for critical and failed: "<!here>"; empty = nobody
	PublicURL string // of Samui's page, for links; empty = no links
	APIURL    string // of a test server; empty = Slack's own

	Memory Memory
	// Notice is how an incident is now; false where it is known no more.
	Notice func(ctx context.Context, id string) (Notice, bool, error)

	Timeout time.Duration // of one request; 0 = 10 s
	// Settle is how long after a post whose answer was lost it may still appear,
	// before it is made again; 0 = 5 s.
	Settle time.Duration
	Logger *slog.Logger // told once of what works less well; nil = silent
}

// Sender tells incidents to Slack. It is safe for concurrent use; one batch is
// told at a time.
type Sender struct {
	o      Options
	teller teller
	desk   desk
	pace   *pacer
	bot    *bot  // nil with a webhook
	hook   *hook // nil with a token
	client *http.Client

	mu sync.Mutex // held while a batch is told
}

// desk is a way to tell: it brings what is told of a thread up to its story.
// loud says that something was posted that people notice.
type desk interface {
	tell(ctx context.Context, t *Thread, compose func(Thread) story) (loud bool, err error)
}

// New returns a sender; it connects when it sends. An error has a Hint.
func New(o Options) (*Sender, error) { return newSender(o, newTransport()) }

func newSender(o Options, transport http.RoundTripper) (*Sender, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.Settle = cmp.Or(o.Settle, 5*time.Second)
	o.Ops = cmp.Or(o.Ops, o.Channel)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	w, pace, once := newWire(transport), newPacer(), &saidOnce{log: o.Logger}
	s := &Sender{
		o: o, pace: pace, client: w.client,
		teller: teller{pages: pages{strings.TrimRight(o.PublicURL, "/")}, mention: mrkdwn(o.Mention)},
	}
	x := explainer{journey.NewRedactor(o.secrets()...)}
	if !o.Webhook.IsZero() {
		s.hook = &hook{wire: w, url: o.Webhook, memory: o.Memory, pace: pace, explain: x.explain, timeout: o.Timeout, once: once}
		s.desk = s.hook
		return s, nil
	}
	endpoint := cmp.Or(o.APIURL, api.APIURL)
	if !strings.HasSuffix(endpoint, "/") {
		endpoint += "/"
	}
	s.bot = &bot{
		api: api.New(o.Token.Reveal(), api.OptionAPIURL(endpoint), api.OptionHTTPClient(w)), memory: o.Memory, pace: pace,
		explain: x.explain, timeout: o.Timeout, settle: o.Settle, born: time.Now(), once: once,
	}
	s.desk = s.bot
	return s, nil
}

// Close ends idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// channel is where an incident is told: the customers' trouble in the site's
// channel, Samui's own with those who run it.
func (s *Sender) channel(n Notice) string {
	if n.Incident.Kind != incident.KindSite {
		return s.o.Ops
	}
	return cmp.Or(n.Channel, s.o.Channel)
}

func (o Options) check() error {
	switch {
	case o.Token.IsZero() == o.Webhook.IsZero():
		return &optionError{"Slack needs a bot's token or an incoming webhook", "write one of slack.token and slack.webhook"}
	case !o.Token.IsZero() && o.Channel == "":
		return &optionError{"slack.channel is empty", `write channel: "#oncall"`}
	case o.Memory == nil || o.Notice == nil:
		return errors.New("BUG: Slack needs a memory and notices")
	}
	if _, err := o.webhook(); err != nil {
		return err
	}
	if u, err := url.Parse(o.APIURL); o.APIURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return &optionError{fmt.Sprintf("slack.api_url %q is no URL", o.APIURL), "leave it out: it is for tests"}
	}
	// It is sent as it is: nothing else may be hidden in it.
	if !regexp.MustCompile(`^(<(![a-z]+|!subteam\^[A-Z0-9]+|@[A-Z0-9]+)(\|[^<>|]*)?>\s*)*$`).MatchString(o.Mention) {
		return &optionError{fmt.Sprintf("slack.mention %q is no mention", o.Mention), `a person is "<@MEMBER-ID>", a group "<!subteam^ID>", all who are there "<!here>"`}
	}
	return nil
}

// webhook is the address of the incoming webhook, or nil. It never appears in
// an error.
func (o Options) webhook() (*url.URL, error) {
	if o.Webhook.IsZero() {
		return nil, nil
	}
	u, err := url.Parse(o.Webhook.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &optionError{"slack.webhook is no URL", "it begins with https://hooks.slack.com/services/"}
	}
	return u, nil
}

// secrets are what no error may show.
func (o Options) secrets() []journey.Secret {
	all := []journey.Secret{o.Token, o.Webhook}
	if u, err := o.webhook(); err == nil && u != nil {
		all = append(all, journey.NewSecret(u.RequestURI()), journey.NewSecret(u.EscapedPath()), journey.NewSecret(strings.TrimPrefix(u.Path, "/services/")))
		all = append(all, journey.NewSecret(path.Base(u.Path))) // what lets somebody in
		if password, has := u.User.Password(); has {
			all = append(all, journey.NewSecret(password))
		}
	}
	return all
}

// optionError is a mistake in Options.
type optionError struct{ what, hint string }

func (e *optionError) Error() string { return e.what }

// Hint says what to write instead.
func (e *optionError) Hint() string { return e.hint }

// keep writes down what was told. What was done has to be kept, also when it
// is time to stop.
func keep(ctx context.Context, m Memory, t *Thread) error {
	if err := m.Keep(context.WithoutCancel(ctx), t.clone()); err != nil {
		return fmt.Errorf("keeping what was told of %q: %w", t.ID, err)
	}
	return nil
}

// saidOnce warns of troubles that aren't the end, each once. It is safe for
// concurrent use.
type saidOnce struct {
	log *slog.Logger

	mu   sync.Mutex // guards what follows
	said map[string]bool
}

func (s *saidOnce) warn(err error, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said[what] {
		return
	}
	if s.said == nil {
		s.said = map[string]bool{}
	}
	s.said[what] = true
	hint := ""
	if e, ok := errors.AsType[*Error](err); ok {
		hint = e.hint
	}
	s.log.Warn("slack works less well than it could", "what", what, "error", err, "hint", hint)
}
