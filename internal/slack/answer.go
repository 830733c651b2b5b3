package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	api "github.com/slack-go/slack"

	"samui/internal/journey"
)

// meaning is what a failed request asks us to do.
type meaning string

// What a failed request can mean.
const (
	unclear    meaning = "unclear"     // it may have been done; look, then again
	unsent     meaning = "unsent"      // nothing reached Slack; again later
	unknown    meaning = "unknown"     // it was not done, for a reason that we don't know; again later
	unsettled  meaning = "unsettled"   // it is too early to look whether it was done
	waiting    meaning = "waiting"     // nothing was tried yet: others were before it
	limitedOut meaning = "limited"     // not now: too many
	shut       meaning = "shut"        // nothing passes until somebody acts
	shutHere   meaning = "shut here"   // nothing passes in this channel until somebody acts
	badForm    meaning = "bad form"    // the message itself is refused
	vanished   meaning = "vanished"    // the message that was meant isn't there any more
	unchanging meaning = "unchanging"  // the message can't be edited any more
	unreadable meaning = "not allowed" // this can't be looked at; to post is something else
)

// Error says why Slack doesn't have what was told.
type Error struct {
	Method  string // chat.postMessage …; "webhook" for an incoming one
	Channel string // as configured; empty where none is concerned
	Code    string // what Slack said, such as not_in_channel; empty where it said nothing
	Text    string // for people
	// RetryAfter is how long Slack asked to be left alone; 0 = it didn't.
	RetryAfter time.Duration
	// Optional says that messages pass all the same, only less well: see Hint.
	Optional bool

	meaning meaning
	hint    string
	cause   error
}

// Error implements error.
func (e *Error) Error() string {
	where := e.Method
	if e.Channel != "" {
		where += " " + e.Channel
	}
	return fmt.Sprintf("telling Slack (%s): %s", where, e.Text)
}

// Unwrap is the cause where there was no answer.
func (e *Error) Unwrap() error { return e.cause }

// Hint says what may be done about it; empty where waiting will do.
func (e *Error) Hint() string { return e.hint }

// meansOf is what an error asks us to do; unclear where nobody knows.
func meansOf(err error) meaning {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.meaning
	}
	return unclear
}

// explainer turns what went wrong into an [Error] in which no secret is.
type explainer struct{ redact journey.Redactor }

func (x explainer) explain(method, channel string, err error) *Error {
	e := &Error{Method: method, Channel: channel, meaning: unclear}
	var text string
	said, refused := errors.AsType[api.SlackErrorResponse](err)
	answer, answered := errors.AsType[*answerError](err)
	silence, silent := errors.AsType[*silenceError](err)
	switch {
	case refused:
		e.Code, text = cut(tidy(said.Err, 100), 100), said.Err
		e.meaning, e.hint = ofCode(said.Err, channel)
		if more := said.ResponseMetadata.Messages; len(more) > 0 {
			text += ": " + more[0]
		}
		if said.Err == "missing_scope" && said.Needed != "" {
			text += ": " + said.Needed
			e.hint = fmt.Sprintf("add the scope %s to the Slack app and install it again", said.Needed)
		}
		if e.meaning == limitedOut {
			e.RetryAfter = patience
		}
	case answered:
		text = answer.Error()
		e.meaning, e.hint = ofStatus(answer.status)
		if e.meaning == limitedOut || answer.status == http.StatusServiceUnavailable {
			e.RetryAfter = answer.retryAfter
		}
		if e.meaning == limitedOut && e.RetryAfter == 0 {
			e.RetryAfter = patience
		}
	case silent:
		text, e.cause = silence.cause.Error(), silence.cause
		if silence.unsent {
			e.meaning = unsent
		}
		e.hint = "is there a way from here to Slack?"
	case isNoJSON(err):
		text = "this is not how Slack answers"
		e.hint = "is there a proxy or a login page between, and is slack.api_url right?"
	default:
		text, e.cause = err.Error(), err
	}
	e.Text = cut(tidy(x.redact.Redact(text), 300), 300)
	if e.cause != nil && x.redact.Redact(e.cause.Error()) != e.cause.Error() {
		e.cause = nil // its text holds what nobody may see
	}
	return e
}

func isNoJSON(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, shape := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || shape || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// ofStatus is the table of what to do by HTTP's status.
func ofStatus(status int) (meaning, string) {
	switch {
	case status == http.StatusTooManyRequests:
		return limitedOut, ""
	case status >= http.StatusInternalServerError:
		return unclear, ""
	default:
		return shut, "this is not how Slack answers: is there a proxy between, and is slack.api_url right?"
	}
}

// ofCode is the table of what to do by what Slack says. What isn't in it is
// tried again: a message that nobody gave up isn't lost.
func ofCode(code, channel string) (meaning, string) {
	switch code {
	case "not_in_channel":
		return shutHere, "type /invite @samui in " + channel + ", with the bot's own name"
	case "channel_not_found":
		return shutHere, "is there a channel " + channel + "? Type /invite @samui in it, with the bot's own name"
	case "is_archived":
		return shutHere, channel + " is archived: name another channel, or bring it back"
	case "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "user_is_restricted", "cannot_post_to_channel":
		return shutHere, "the workspace doesn't let the bot post in " + channel
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "no_permission", "access_denied", "not_allowed_token_type", "org_login_required", "ekm_access_denied", "team_access_not_granted":
		return shut, "check slack.token: a bot's token of an app that is installed, which begins with xoxb-"
	case "missing_scope":
		return shut, "add the scope chat:write to the Slack app and install it again"
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return limitedOut, ""
	case "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "invalid_arguments", "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "invalid_attachments", "too_many_attachments":
		return badForm, ""
	case "message_not_found", "thread_not_found":
		return vanished, ""
	case "edit_window_closed", "cant_update_message":
		return unchanging, ""
	case "internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org":
		return unclear, "" // Slack says itself that something may have been done
	default:
		return unknown, "what this means is said at https://docs.slack.dev/reference/methods"
	}
}

// ended is the error of a context that ended, where it did.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("telling Slack: %w", context.Cause(ctx))
	}
	return err
}
