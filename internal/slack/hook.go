package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"samui/internal/journey"
)

// hook tells by an incoming webhook, which can only post: nothing can be
// edited, nothing has a thread, and nobody can look whether a post is there.
type hook struct {
	wire    wire
	url     journey.Secret
	memory  Memory
	pace    *pacer
	explain func(method, channel string, err error) *Error
	timeout time.Duration
	once    *saidOnce
}

// everyHook is the one channel of a webhook, for the pacer.
const everyHook = "webhook"

// tell posts what there is to tell, if there is something.
func (h *hook) tell(ctx context.Context, t *Thread, compose func(Thread) story) (loud bool, err error) {
	now := time.Now().Round(0).UTC()
	if p := t.Posting; p != nil {
		if p.At.After(now) { // by a clock that was wrong, or is
			p.At, p.Until = now, now
		}
		rest := t.doubted(now)
		if t.Posting == nil {
			h.once.warn(unsettledFor(t, 0), takenAsTold)
		}
		if err := h.keep(ctx, t); err != nil {
			return false, err
		}
		if rest > 0 {
			return false, unsettledFor(t, rest)
		}
	}
	s := compose(t.clone())
	p := Posting{Part: "root", At: now, Revision: s.revision, Heard: s.severity}
	m := s.root
	switch {
	case t.Posted.IsZero():
		p.Root, t.Late = true, !s.open
	case s.reply != nil:
		p.Part, m = s.reply.part, s.reply.full
	default:
		if t.Told >= s.revision && t.Open == s.open {
			return false, nil
		}
		t.Told, t.Open, t.Posting = s.revision, s.open, nil
		t.shows(s.severity, now)
		return false, h.keep(ctx, t)
	}
	t.again(&p, &m)
	if err := h.pace.wait(ctx, everyHook); err != nil {
		return false, err
	}
	if err := h.post(ctx, m); err != nil {
		if meansOf(err) != unclear {
			return false, err
		}
		h.once.warn(err, "the answer to a message was lost; it may be told twice")
		p.Until = time.Now().Round(0).UTC()
		p.Tries++
		t.Posting = &p
		return false, errors.Join(err, h.keep(ctx, t))
	}
	t.Open = s.open
	t.told(p, "", "")
	return true, h.keep(ctx, t)
}

// post sends a message, and where its form is refused once more as text.
func (h *hook) post(ctx context.Context, m message) error {
	whole := api.WebhookMessage{Text: string(m.text()), Parse: "none", Blocks: &api.Blocks{BlockSet: m.blocks()}, UnfurlLinks: new(false), UnfurlMedia: new(false)}
	err := h.send(ctx, whole)
	if err != nil && meansOf(err) == badForm {
		h.once.warn(err, "Slack refused the form of a message; it is sent as text")
		whole.Text, whole.Blocks = string(m.whole()), nil
		err = h.send(ctx, whole)
	}
	if err != nil && meansOf(err) == limitedOut {
		h.pace.rest(everyHook, retryOf(err))
	} else {
		h.pace.rest(everyHook, gap)
	}
	return err
}

func (h *hook) send(ctx context.Context, m any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("writing a message: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodPost, h.url.Reveal(), bytes.NewReader(body))
	if err != nil {
		return errors.New("slack.webhook is no URL")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := h.wire.Do(req)
	if err == nil {
		defer resp.Body.Close()
		err = isOK(resp.Body)
	}
	if err == nil {
		return nil
	}
	e := h.explain(everyHook, "", err)
	if answer, answered := errors.AsType[*answerError](err); answered {
		if code := strings.TrimSpace(answer.body); answer.status < http.StatusInternalServerError {
			if m, hint := ofHook(code); m != "" {
				e.Code, e.Text, e.meaning, e.hint = code, code, m, hint
			}
		}
	}
	return ended(ctx, e)
}

// ofHook is the table of what to do by what an incoming webhook says, which
// is not what the API says; "" where it isn't one of its words.
func ofHook(code string) (meaning, string) {
	switch code {
	case "invalid_payload", "invalid_blocks", "no_text", "too_many_attachments", "msg_too_long", "msg_blocks_too_long":
		return badForm, ""
	case "no_service", "no_service_id", "no_team", "team_disabled", "invalid_token", "user_not_found", "channel_not_found":
		return shut, "make a new incoming webhook and write its address into slack.webhook"
	case "channel_is_archived":
		return shut, "the webhook's channel is archived: bring it back, or make a webhook for another one"
	case "action_prohibited", "posting_to_general_channel_denied":
		return shut, "the workspace doesn't let this webhook post: ask who looks after it"
	}
	return "", ""
}

// isOK reads the one word that is success.
func isOK(body io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(body, longestExcuse))
	if err != nil {
		return &silenceError{cause: err}
	}
	if strings.TrimSpace(string(text)) != "ok" {
		return io.ErrUnexpectedEOF // as for an answer of the API that is none
	}
	return nil
}

func (h *hook) keep(ctx context.Context, t *Thread) error { return keep(ctx, h.memory, t) }
