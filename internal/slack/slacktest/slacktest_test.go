package slacktest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// ask calls a method and returns what was refused, or "".
func ask(t *testing.T, s *Server, client *http.Client, method string, form ...string) string {
	t.Helper()
	values := url.Values{"token": {Token}}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	resp, err := client.PostForm(s.URL()+method, values)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return resp.Status + " " + resp.Header.Get("Retry-After")
	}
	var answer struct {
		OK    bool
		Error string
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Error
}

func TestWhatSlackRefuses(t *testing.T) {
	s := New(Options{Burst: 1000, Channels: []Channel{{ID: "C1", Name: "in"}, {ID: "C2", Name: "out", Absent: true}, {ID: "C3", Name: "private", Absent: true, Private: true}, {ID: "C4", Name: "old", Archived: true}}})
	defer s.Close()
	section := func(text string) string {
		return `[{"type":"section","text":{"type":"mrkdwn","text":` + quoted(text) + `}}]`
	}
	long := strings.Trim(section(strings.Repeat("x", 2900)), "[]")
	for _, c := range []struct {
		method string
		form   []string
		want   string
	}{
		{"chat.postMessage", []string{"channel", "#in", "text", "hello"}, ""},
		{"chat.postMessage", []string{"channel", "C1", "text", "hello &amp; <!here> <https://x.example|x>"}, ""},
		{"chat.postMessage", []string{"channel", "#nowhere", "text", "hello"}, "channel_not_found"},
		{"chat.postMessage", []string{"channel", "#out", "text", "hello"}, "not_in_channel"},
		{"chat.postMessage", []string{"channel", "#private", "text", "hello"}, "channel_not_found"},
		{"chat.postMessage", []string{"channel", "#old", "text", "hello"}, "is_archived"},
		{"chat.postMessage", []string{"channel", "#in"}, "no_text"},
		{"chat.postMessage", []string{"channel", "#in", "text", "a < b"}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "a & b"}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", strings.Repeat("x", 40_001)}, "msg_too_long"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "thread_ts", "1.2"}, "thread_not_found"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "reply_broadcast", "true"}, "invalid_arguments"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "metadata", "{}"}, "invalid_metadata_format"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "token", "xoxb-other"}, "invalid_auth"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "token", ""}, "not_authed"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", section("fine")}, ""},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", section("<!evil")}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", section("")}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", section(strings.Repeat("x", 3001))}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", "[" + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]`}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", "[" + strings.Repeat(long+",", 4) + long + "]"}, "msg_blocks_too_long"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"header","text":{"type":"plain_text","text":"` + strings.Repeat("x", 151) + `"}}]`}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"context","elements":[{"type":"mrkdwn","text":"x"}]}]`}, ""},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"marquee"}]`}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"<b>"}]}]}]`}, ""},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"broadcast","range":"here"}]}]}]`}, "invalid_blocks"},
		{"chat.postMessage", []string{"channel", "#in", "text", "x", "blocks", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"javascript:1"}]}]}]`}, "invalid_blocks"},
		{"chat.update", []string{"channel", "C1", "text", "x", "ts", "1.2"}, "message_not_found"},
		{"chat.update", []string{"channel", "#in", "text", "x", "ts", "1.2"}, "channel_not_found"},
		{"conversations.history", []string{"channel", "#in"}, "channel_not_found"},
		{"conversations.history", []string{"channel", "C2"}, "not_in_channel"},
		{"conversations.history", []string{"channel", "C1", "limit", "1000"}, "invalid_limit"},
		{"conversations.replies", []string{"channel", "C1", "ts", "1.2"}, "thread_not_found"},
		{"files.getUploadURLExternal", []string{"filename", "x", "length", "0"}, "invalid_arguments"},
		{"files.completeUploadExternal", []string{"files", `[{"id":"F1"}]`, "channel_id", "C1"}, "file_not_found"},
		{"chat.dance", nil, "unknown_method"},
	} {
		if got := ask(t, s, http.DefaultClient, c.method, c.form...); got != c.want {
			t.Errorf("%s %.200q: refused with %q, want %q", c.method, c.form, got, c.want)
		}
	}
}

func quoted(s string) string {
	q, _ := json.Marshal(s)
	return string(q)
}

func TestScopesAndTokens(t *testing.T) {
	s := New(Options{Scopes: []string{"channels:read"}})
	defer s.Close()
	if got := ask(t, s, http.DefaultClient, "chat.postMessage", "channel", "#oncall", "text", "x"); got != "missing_scope" {
		t.Errorf("refused with %q, want missing_scope", got)
	}
	s.Revoke(true)
	if got := ask(t, s, http.DefaultClient, "auth.test"); got != "token_revoked" {
		t.Errorf("refused with %q, want token_revoked", got)
	}
}

func TestAMessageASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewInMemory(Options{Burst: 2})
		defer s.Close()
		client := &http.Client{Transport: s.Transport()}
		defer client.CloseIdleConnections()
		post := func() string { return ask(t, s, client, "chat.postMessage", "channel", "#oncall", "text", "x") }
		got := []string{post(), post(), post()}
		<-time.After(time.Second)
		got = append(got, post(), post())
		want := []string{"", "", "429 Too Many Requests 1", "", "429 Too Many Requests 1"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if other := ask(t, s, client, "chat.postMessage", "channel", "#ops", "text", "x"); other != "" {
			t.Errorf("another channel: %q", other)
		}
	})
}

func TestTheClientLibraryCanUseIt(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	client := slack.New(Token, slack.OptionAPIURL(s.URL()))
	id, ts, err := client.PostMessageContext(t.Context(), "#oncall", slack.MsgOptionText("one", false), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "e", EventPayload: map[string]any{"a": "b"}}))
	if err != nil || id != "C0ONCALL01" {
		t.Fatalf("posting: %q %v", id, err)
	}
	if _, _, err := client.PostMessageContext(t.Context(), id, slack.MsgOptionText("two", false), slack.MsgOptionTS(ts), slack.MsgOptionBroadcast()); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := client.UpdateMessageContext(t.Context(), id, ts, slack.MsgOptionText("one, edited", false)); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UploadFileContext(t.Context(), slack.UploadFileParameters{Content: "bytes", FileSize: 5, Filename: "a.txt", Channel: id, ThreadTimestamp: ts}); err != nil {
		t.Fatal(err)
	}
	history, err := client.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: id, IncludeAllMetadata: true, Limit: 1})
	if err != nil || len(history.Messages) != 1 || !history.HasMore {
		t.Fatalf("history: %+v %v", history, err)
	}
	replies, _, _, err := client.GetConversationRepliesContext(t.Context(), &slack.GetConversationRepliesParameters{ChannelID: id, Timestamp: ts, IncludeAllMetadata: true})
	if err != nil || len(replies) != 3 || replies[0].Metadata.EventPayload["a"] != "b" || replies[2].Files[0].Name != "a.txt" {
		t.Fatalf("replies: %+v %v", replies, err)
	}
	roots := s.Roots("oncall")
	if len(roots) != 1 || roots[0].Text != "one, edited" || roots[0].Edits[0].Text != "one" || len(s.Messages("oncall")) != 2 {
		t.Errorf("messages: %+v", s.Messages("oncall"))
	}
}

func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewInMemory(Options{Burst: 100})
		defer s.Close()
		client := &http.Client{Transport: s.Transport(), Timeout: 5 * time.Second}
		defer client.CloseIdleConnections()
		post := func() (string, error) {
			resp, err := client.PostForm(s.URL()+"chat.postMessage", url.Values{"token": {Token}, "channel": {"#oncall"}, "text": {"x"}})
			if err != nil {
				return "", err
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			return resp.Status + " " + string(body[:min(15, len(body))]), err
		}
		for _, c := range []struct {
			what   string
			fault  Fault
			answer string // empty = none
			posted int
		}{
			{"hang", Fault{Hang: true}, "", 0},
			{"late", Fault{Hang: true, Late: time.Second}, "", 1},
			{"accept, then hang", Fault{Hang: true, Accept: true}, "", 1},
			{"reset", Fault{Reset: true}, "", 0},
			{"accept, then reset", Fault{Reset: true, Accept: true}, "", 1},
			{"503", Fault{Status: 503}, "503 Service Unavailable <html><body>Wel", 0},
			{"accept, then 503", Fault{Status: 503, Accept: true}, "503 Service Unavailable <html><body>Wel", 1},
			{"a page", Fault{HTML: true}, "200 OK <html><body>Wel", 0},
			{"a code", Fault{Code: "fatal_error"}, `200 OK {"error":"fatal`, 0},
		} {
			before := len(s.Messages("oncall"))
			s.Fail("chat.postMessage", c.fault)
			answer, err := post()
			if answer != c.answer || (err == nil) != (c.answer != "") {
				t.Errorf("%s: %q, %v; want %q", c.what, answer, err, c.answer)
			}
			<-time.After(2 * time.Second)
			if got := len(s.Messages("oncall")) - before; got != c.posted {
				t.Errorf("%s: %d messages were posted, want %d", c.what, got, c.posted)
			}
		}
		s.FailAlways("*", Fault{Reset: true})
		if _, err := post(); err == nil {
			t.Error("a server that always fails answered")
		}
		s.FailAlways("*", Fault{})
		if _, err := post(); err != nil {
			t.Errorf("a server that works again: %v", err)
		}
		if refused := s.Refusals(); len(refused) > 0 {
			t.Errorf("refusals %q, want none: faults are none", refused)
		}
	})
}

func TestWebhook(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	ctx := t.Context()
	if err := slack.PostWebhookContext(ctx, s.WebhookURL("oncall"), &slack.WebhookMessage{Text: "hello"}); err != nil {
		t.Error(err)
	}
	err := slack.PostWebhookContext(ctx, s.WebhookURL("nowhere"), &slack.WebhookMessage{Text: "hello"})
	if status, ok := errors.AsType[slack.StatusCodeError](err); !ok || status.Code != http.StatusNotFound {
		t.Errorf("%v, want 404", err)
	}
	if got := s.Messages("oncall"); len(got) != 1 || got[0].Text != "hello" {
		t.Errorf("%+v, want hello", got)
	}
}
