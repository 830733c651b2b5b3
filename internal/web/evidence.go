package web

import (
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// withURLs is a run as the API gives it: its evidence, which is recorded as
// RUN_ID/FILE, has become addresses. The run it was made of is left alone.
func withURLs(run journey.Run) journey.Run {
	run.Steps = slices.Clone(run.Steps)
	for i := range run.Steps {
		run.Steps[i].Evidence = run.Steps[i].Evidence.Map(evidenceAddress)
	}
	return run
}

// evidenceAddress is where a file that was recorded as RUN_ID/FILE is found.
func evidenceAddress(recorded string) string {
	folder, file := path.Split(recorded)
	return "/evidence/" + url.PathEscape(path.Base(folder)) + "/" + url.PathEscape(file)
}

// kept reports whether a file that was recorded is still there: evidence is
// kept for a shorter time than runs.
func (s *server) kept(recorded string) bool {
	if s.evidence == nil {
		return false
	}
	_, err := s.evidence.Stat(recorded)
	return !errors.Is(err, fs.ErrNotExist)
}

// keptFile sends one file of the evidence. A page decides what is in it, so a
// picture is shown as a picture, HTML as text, an archive is only saved, and by
// itself none may do anything.
func (s *server) keptFile(w http.ResponseWriter, r *http.Request) {
	run, file := r.PathValue("run_id"), r.PathValue("file")
	kind := map[string]string{".png": "image/png", ".har": "application/json", ".txt": "text/plain; charset=utf-8"}[path.Ext(file)]
	if s.evidence == nil || !plainName(run) || !plainName(file) || kind == "" {
		s.noEvidence(w)
		return
	}
	f, err := s.evidence.Open(path.Join(run, file))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.noEvidence(w)
		return
	case err != nil:
		s.broken(w, r, err)
		return
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		s.noEvidence(w)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	if path.Ext(file) == ".har" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": run + "-" + file}))
	}
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=86400, immutable") // evidence never changes
	http.ServeContent(w, r, "", info.ModTime().Truncate(time.Second), f)
}

func (s *server) noEvidence(w http.ResponseWriter) {
	s.problem(w, http.StatusNotFound, "there is no such picture or file", "it may have been longer ago than retention: keeps evidence")
}

// plainName keeps out folders, hidden files and what a disk could take for
// something else; that nothing outside the folder is opened is seen to by
// [os.Root].
func plainName(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, "/\\\x00:")
}
