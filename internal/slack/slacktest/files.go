package slacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// announce gives an address for a file's bytes.
func (s *Server) announce(form url.Values) response {
	length, err := strconv.Atoi(form.Get("length"))
	if err != nil || length <= 0 || form.Get("filename") == "" {
		return refuse("invalid_arguments")
	}
	f := &File{ID: s.fileID(), Name: form.Get("filename"), length: length}
	s.files[f.ID] = f
	return accept(map[string]any{"file_id": f.ID, "upload_url": s.url + "/upload/" + f.ID})
}

// upload takes a file's bytes.
func (s *Server) upload(r *http.Request, body []byte) response {
	f := s.files[strings.TrimPrefix(r.URL.Path, "/upload/")]
	if f == nil {
		return response{plain: http.StatusNotFound, code: "no such upload"}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	part, _, err := r.FormFile("file")
	if err != nil {
		return response{plain: http.StatusBadRequest, code: "no file"}
	}
	defer part.Close()
	if f.Bytes, err = io.ReadAll(part); err != nil || len(f.Bytes) != f.length {
		return response{plain: http.StatusBadRequest, code: fmt.Sprintf("%d bytes, announced were %d", len(f.Bytes), f.length)}
	}
	return response{plain: http.StatusOK, code: "OK"}
}

// complete shares files that were uploaded.
func (s *Server) complete(form url.Values) response {
	var shared []struct{ ID, Title string }
	if json.Unmarshal([]byte(form.Get("files")), &shared) != nil || len(shared) == 0 {
		return refuse("invalid_arguments")
	}
	form.Set("channel", form.Get("channel_id"))
	c, code := s.where(form, false)
	if code != "" {
		return refuse(code)
	}
	thread := form.Get("thread_ts")
	if thread != "" && c.find(thread) == nil {
		return refuse("thread_not_found")
	}
	m := &Message{TS: s.nextTS(), Thread: thread, Posted: time.Now()}
	answer := []map[string]any{}
	for _, sh := range shared {
		f := s.files[sh.ID]
		if f == nil || f.Bytes == nil {
			return refuse("file_not_found")
		}
		f.Title = sh.Title
		m.Files = append(m.Files, *f)
		answer = append(answer, map[string]any{"id": f.ID, "title": f.Title})
	}
	c.messages = append(c.messages, m)
	return accept(map[string]any{"files": answer})
}

// webhook posts what an incoming webhook was sent.
func (s *Server) webhook(path string, body []byte) response {
	name := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], "-webhook-secret")
	c, code := s.where(url.Values{"channel": {name}}, true)
	switch code {
	case "":
	case "is_archived":
		return response{plain: http.StatusGone, code: "channel_is_archived"}
	default:
		return response{plain: http.StatusNotFound, code: "no_service"}
	}
	var m struct {
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks"`
	}
	if json.Unmarshal(body, &m) != nil {
		return response{plain: http.StatusBadRequest, code: "invalid_payload"}
	}
	if wrong := checkMessage(m.Text, string(m.Blocks), ""); wrong != nil {
		return response{plain: http.StatusBadRequest, code: wrong.code}
	}
	if wait, ok := s.take(c); !ok {
		return response{body: map[string]any{}, retry: wait}
	}
	c.messages = append(c.messages, &Message{TS: s.nextTS(), Posted: time.Now(), Text: m.Text, Blocks: m.Blocks})
	return response{plain: http.StatusOK, code: "ok"}
}
