package slacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// response is what a method answers.
type response struct {
	body  map[string]any
	retry int    // seconds; > 0 = 429
	code  string // why it was refused; empty where it wasn't
	plain int    // of a webhook: a status with the code as its body; 0 = JSON
}

func accept(body map[string]any) response {
	body["ok"] = true
	return response{body: body}
}

func refuse(code string, details ...string) response {
	body := map[string]any{"ok": false, "error": code}
	if len(details) > 0 {
		body["response_metadata"] = map[string]any{"messages": details}
	}
	return response{body: body, code: code}
}

func (r response) write(w http.ResponseWriter) {
	switch {
	case r.retry > 0:
		w.Header().Set("Retry-After", strconv.Itoa(r.retry))
		w.WriteHeader(http.StatusTooManyRequests)
	case r.plain > 0:
		w.WriteHeader(r.plain)
		_, _ = io.WriteString(w, r.code)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(r.body)
}

// method does what a call asks, with the server locked.
type method struct {
	scope []string // any of these; nil = none needed
	do    func(*Server, url.Values) response
}

func methods() map[string]method {
	history := []string{"channels:history", "groups:history"}
	return map[string]method{
		"auth.test":                    {nil, (*Server).authTest},
		"chat.postMessage":             {[]string{"chat:write"}, (*Server).postMessage},
		"chat.update":                  {[]string{"chat:write"}, (*Server).update},
		"conversations.history":        {history, (*Server).history},
		"conversations.replies":        {history, (*Server).replies},
		"users.conversations":          {[]string{"channels:read", "groups:read"}, (*Server).conversations},
		"files.getUploadURLExternal":   {[]string{"files:write"}, (*Server).announce},
		"files.completeUploadExternal": {[]string{"files:write"}, (*Server).complete},
	}
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/services/"):
		s.serve(w, r, "webhook", url.Values{"payload": {string(body)}, "channel": {r.URL.Path}}, func() response { return s.webhook(r.URL.Path, body) })
	case strings.HasPrefix(r.URL.Path, "/upload/"):
		s.serve(w, r, "upload", url.Values{}, func() response { return s.upload(r, body) })
	default:
		form, err := url.ParseQuery(string(body))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if bearer, has := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); has {
			form.Set("token", bearer)
		}
		name := strings.TrimPrefix(r.URL.Path, "/api/")
		s.serve(w, r, name, form, func() response { return s.call(name, form) })
	}
}

// serve answers a call and records it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, name string, form url.Values, do func() response) {
	fault := s.fault(name)
	locked := func() response {
		s.mu.Lock()
		defer s.mu.Unlock()
		answer := do()
		call := Call{At: time.Now(), Method: name, Channel: form.Get("channel"), Thread: form.Get("thread_ts"), Text: form.Get("text"), Code: answer.code, Fault: fault != Fault{}}
		switch {
		case answer.retry > 0:
			call.Code = "ratelimited"
		case answer.plain == http.StatusOK:
			call.Code = ""
		}
		s.timeline = append(s.timeline, call)
		return answer
	}
	if fault != (Fault{}) {
		if !fault.Accept {
			s.mu.Lock()
			s.timeline = append(s.timeline, Call{At: time.Now(), Method: name, Channel: form.Get("channel"), Text: form.Get("text"), Code: "fault", Fault: true})
			s.mu.Unlock()
		}
		fault.answer(w, r, locked)
		return
	}
	answer := locked()
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.scopes(), ","))
	answer.write(w)
}

func (s *Server) scopes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.o.Scopes)
}

func (s *Server) call(name string, form url.Values) response {
	m, known := methods()[name]
	switch token := form.Get("token"); {
	case !known:
		return refuse("unknown_method")
	case token == "":
		return refuse("not_authed")
	case s.revoked:
		return refuse("token_revoked")
	case token != s.o.Token:
		return refuse("invalid_auth")
	}
	if m.scope != nil && !slices.ContainsFunc(m.scope, func(scope string) bool { return slices.Contains(s.o.Scopes, scope) }) {
		answer := refuse("missing_scope")
		answer.body["needed"], answer.body["provided"] = m.scope[0], strings.Join(s.o.Scopes, ",")
		return answer
	}
	return m.do(s, form)
}

func (s *Server) authTest(url.Values) response {
	return accept(map[string]any{"url": "https://samui.slack.com/", "team": "Samui", "user": "samui", "team_id": "T00000000", "user_id": "U00000000", "bot_id": "B00000000"})
}

// where is the channel of a call. Only posting takes a name.
func (s *Server) where(form url.Values, byName bool) (*channel, string) {
	given := form.Get("channel")
	for _, c := range s.channels {
		if c.ID != given && (!byName || given != "#"+c.Name && given != c.Name) {
			continue
		}
		switch {
		case c.Absent && c.Private:
			return nil, "channel_not_found"
		case c.Absent:
			return nil, "not_in_channel"
		case c.Archived:
			return nil, "is_archived"
		}
		return c, ""
	}
	return nil, "channel_not_found"
}

func (s *Server) postMessage(form url.Values) response {
	c, code := s.where(form, true)
	if code != "" {
		return refuse(code)
	}
	if wrong := checkMessage(form.Get("text"), form.Get("blocks"), form.Get("metadata")); wrong != nil {
		return refuse(wrong.code, wrong.text)
	}
	thread := form.Get("thread_ts")
	if thread != "" {
		parent := c.find(thread)
		if parent == nil || parent.Thread != "" {
			return refuse("thread_not_found")
		}
	}
	if form.Get("reply_broadcast") == "true" && thread == "" {
		return refuse("invalid_arguments", "reply_broadcast without thread_ts")
	}
	if wait, ok := s.take(c); !ok {
		return response{body: map[string]any{"ok": false, "error": "ratelimited"}, retry: wait}
	}
	m := &Message{
		TS: s.nextTS(), Thread: thread, Broadcast: form.Get("reply_broadcast") == "true", Posted: time.Now(),
		Text: form.Get("text"), Blocks: json.RawMessage(form.Get("blocks")), Metadata: json.RawMessage(form.Get("metadata")),
	}
	c.messages = append(c.messages, m)
	return accept(map[string]any{"channel": c.ID, "ts": m.TS})
}

func (s *Server) update(form url.Values) response {
	c, code := s.where(form, false)
	if code != "" {
		return refuse(code)
	}
	if wrong := checkMessage(form.Get("text"), form.Get("blocks"), form.Get("metadata")); wrong != nil {
		return refuse(wrong.code, wrong.text)
	}
	m := c.find(form.Get("ts"))
	switch {
	case m == nil:
		return refuse("message_not_found")
	case m.frozen:
		return refuse("edit_window_closed")
	}
	if wait, ok := s.take(c); !ok {
		return response{body: map[string]any{"ok": false, "error": "ratelimited"}, retry: wait}
	}
	m.Edits = append(m.Edits, Edit{time.Now(), m.Text})
	m.Text, m.Blocks = form.Get("text"), json.RawMessage(form.Get("blocks"))
	if metadata := form.Get("metadata"); metadata != "" {
		m.Metadata = json.RawMessage(metadata)
	}
	return accept(map[string]any{"channel": c.ID, "ts": m.TS, "text": m.Text})
}

func (s *Server) history(form url.Values) response {
	c, code := s.where(form, false)
	if code != "" {
		return refuse(code)
	}
	var found []*Message
	for _, m := range slices.Backward(c.messages) { // newest first
		if m.Thread == "" || m.Broadcast {
			found = append(found, m)
		}
	}
	return page(found, form)
}

func (s *Server) replies(form url.Values) response {
	c, code := s.where(form, false)
	if code != "" {
		return refuse(code)
	}
	parent := c.find(form.Get("ts"))
	if parent == nil {
		return refuse("thread_not_found")
	}
	found := []*Message{}
	for _, m := range c.messages {
		if m.Thread == parent.TS {
			found = append(found, m)
		}
	}
	form.Set("always", parent.TS)
	return page(append([]*Message{parent}, found...), form)
}

// page is a part of what was found, as limit, cursor, oldest and latest want it.
func page(found []*Message, form url.Values) response {
	limit := 100
	if n, err := strconv.Atoi(form.Get("limit")); err == nil {
		if n < 1 || n > 999 {
			return refuse("invalid_limit")
		}
		limit = n
	}
	from, oldest := 0, stampOf(form.Get("oldest"))
	if cursor := form.Get("cursor"); cursor != "" {
		var err error
		if from, err = strconv.Atoi(cursor); err != nil {
			return refuse("invalid_cursor")
		}
	}
	latest := math.Inf(1)
	if given := form.Get("latest"); given != "" {
		latest = stampOf(given)
	}
	found = slices.DeleteFunc(found, func(m *Message) bool {
		return m.TS != form.Get("always") && (stampOf(m.TS) < oldest || stampOf(m.TS) > latest)
	})
	messages, next := []map[string]any{}, ""
	for i := from; i < len(found); i++ {
		if len(messages) == limit {
			next = strconv.Itoa(i)
			break
		}
		messages = append(messages, found[i].shown(form.Get("include_all_metadata") == "1"))
	}
	return accept(map[string]any{"messages": messages, "has_more": next != "", "response_metadata": map[string]any{"next_cursor": next}})
}

// shown is a message as it is read back.
func (m *Message) shown(metadata bool) map[string]any {
	out := map[string]any{"type": "message", "ts": m.TS, "text": m.Text, "bot_id": "B00000000"}
	if m.Thread != "" {
		out["thread_ts"] = m.Thread
	}
	if metadata && len(m.Metadata) > 0 {
		out["metadata"] = m.Metadata
	}
	if len(m.Files) > 0 {
		files := []map[string]any{}
		for _, f := range m.Files {
			files = append(files, map[string]any{"id": f.ID, "name": f.Name, "title": f.Title})
		}
		out["files"] = files
	}
	return out
}

func (s *Server) conversations(form url.Values) response {
	all := []map[string]any{}
	for kind := range strings.SplitSeq(form.Get("types"), ",") {
		private := kind == "private_channel"
		scope := "channels:read"
		if private {
			scope = "groups:read"
		}
		if !slices.Contains(s.o.Scopes, scope) {
			answer := refuse("missing_scope")
			answer.body["needed"] = scope
			return answer
		}
		for _, c := range s.channels {
			if c.Private == private && !c.Absent && !c.Archived {
				all = append(all, map[string]any{"id": c.ID, "name": c.Name, "is_private": c.Private})
			}
		}
	}
	return accept(map[string]any{"channels": all, "response_metadata": map[string]any{"next_cursor": ""}})
}

func (s *Server) fileID() string {
	s.seen++
	return fmt.Sprintf("F%010d", s.seen)
}
