package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"samui/internal/journey"
)

// withURLs is a run as the API gives it: its pictures, which are recorded as
// RUN_ID/FILE, have become addresses. The run it was made of is left alone.
func withURLs(run journey.Run) journey.Run {
	run.Steps = slices.Clone(run.Steps)
	for i := range run.Steps {
		evidence := &run.Steps[i].Evidence
		if evidence.Screenshot == nil {
			continue
		}
		address := pictureAddress(*evidence.Screenshot)
		evidence.Screenshot = &address
	}
	return run
}

// pictureAddress is where a picture that was recorded as RUN_ID/FILE is found.
func pictureAddress(recorded string) string {
	folder, file := path.Split(recorded)
	return "/evidence/" + url.PathEscape(path.Base(folder)) + "/" + url.PathEscape(file)
}

// kept reports whether a picture that was recorded is still there: pictures
// are kept for a shorter time than runs.
func (s *server) kept(recorded string) bool {
	if s.evidence == nil {
		return false
	}
	_, err := s.evidence.Stat(recorded)
	return !errors.Is(err, fs.ErrNotExist)
}

// picture sends one file of the evidence. A page decides what is in it, so it
// is shown as a picture and as nothing else, and by itself it may do nothing.
func (s *server) picture(w http.ResponseWriter, r *http.Request) {
	run, file := r.PathValue("run_id"), r.PathValue("file")
	if s.evidence == nil || !plainName(run) || !plainName(file) || path.Ext(file) != ".png" {
		s.noPicture(w)
		return
	}
	f, err := s.evidence.Open(path.Join(run, file))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.noPicture(w)
		return
	case err != nil:
		s.broken(w, r, err)
		return
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		s.noPicture(w)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=86400, immutable") // a picture never changes
	http.ServeContent(w, r, "", info.ModTime().Truncate(time.Second), f)
}

func (s *server) noPicture(w http.ResponseWriter) {
	s.problem(w, http.StatusNotFound, "there is no such picture", "it may have been longer ago than retention: keeps evidence")
}

// plainName keeps out folders, hidden files and what a disk could take for
// something else; that nothing outside the folder is opened is seen to by
// [os.Root].
func plainName(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, "/\\\x00:")
}
