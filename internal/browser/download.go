package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"

	"samui/internal/journey"
)

// Downloads are refused, but in a step that expects one. There they go to a
// folder of the visit's own, are bounded, and are thrown away when the step is
// over: what counts is that, and when, they came.

const (
	// mostDownloaded is how large all files of a step may be together, in bytes.
	mostDownloaded = 100 << 20
	// mostDownloads is how many files a step may begin to download.
	mostDownloads = 50
)

// download is a file that began to be downloaded. Its times are Chrome's news
// by our clock, some milliseconds late; the page's clock knows of no downloads.
type download struct {
	guid, name string
	received   int64
	announced  int64 // how large it says that it is; 0 = it doesn't
	state      browser.DownloadProgressState
	endedAt    float64 // epoch ms; 0 = not complete
}

// String says how far it came.
func (d *download) String() string {
	how := "was broken off"
	switch {
	case d.endedAt > 0:
		how = "complete"
	case d.state != browser.DownloadProgressStateCanceled:
		how = "not complete"
	}
	return fmt.Sprintf("%q (%d bytes, %s)", brief(d.name), d.received, how)
}

// downloading reports whether the step expects a file.
func (st *step) downloading() bool {
	found := false
	for _, e := range st.Expect {
		e.Every(func(e journey.Expectation) { found = found || e.Claim == journey.ClaimDownload })
	}
	return found
}

// letDownload lets files through in a step that expects one. The returned func,
// which is never nil, ends that.
func (st *step) letDownload(ctx context.Context) (end func(), err error) {
	if !st.downloading() {
		return func() {}, nil
	}
	if st.downloads == "" {
		// Within Chrome's own folder, which is removed even when we are killed.
		if st.downloads, err = os.MkdirTemp(st.process.profile, "downloads-"); err != nil {
			return func() {}, fmt.Errorf("making a folder for downloads: %w", err)
		}
	}
	return st.endDownloads, st.steerDownloads(ctx, st.downloads)
}

// steerDownloads has files put into a folder, or refused where that is empty.
// Chrome tells of them all the same: a new tab that brings one closes.
func (s *Session) steerDownloads(ctx context.Context, folder string) error {
	s.state.mu.Lock()
	s.state.folder = folder
	tabs := slices.Clone(s.state.tabs)
	s.state.mu.Unlock()
	for _, t := range tabs {
		if err := s.steerTab(ctx, t); err != nil && (t == s.current.Load() || !errors.Is(err, errDocumentGone)) {
			return err
		}
	}
	for _, on := range s.frames.processes() {
		// One that is going is told of nothing, and brings nothing.
		_ = s.steer(ctx, on)
	}
	return nil
}

// steerTab does it in a tab: each is told of its own files alone.
func (s *Session) steerTab(ctx context.Context, t *tab) error { return s.steer(ctx, t.target) }

// steer does it in a tab or in a frame with a process of its own, whose files
// the tab isn't told of.
func (s *Session) steer(ctx context.Context, on cdp.Session) error {
	s.state.mu.Lock()
	folder := s.state.folder
	s.state.mu.Unlock()
	yes := true
	params := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: s.context, EventsEnabled: &yes}
	if folder != "" {
		params.Behavior, params.DownloadPath = browser.SetDownloadBehaviorBehaviorAllowAndName, folder
	}
	return call(ctx, on, browser.SetDownloadBehavior, params)
}

// endDownloads breaks off what is still coming and refuses what would come.
func (st *step) endDownloads() {
	if !st.crashed() {
		st.refuseDownloads()
	}
	st.endBarren()
	st.removeDownloads()
}

// refuseDownloads lets no further file through, and breaks those off that are
// coming.
func (s *Session) refuseDownloads() {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	_ = s.steerDownloads(ctx, "") // a tab that can't be told so is thrown away anyway, or has gone
	for _, guid := range s.coming() {
		// One that has come to its end by then needs no breaking off.
		_ = call(ctx, s.target(), browser.CancelDownload, browser.CancelDownloadParams{GUID: guid, BrowserContextID: s.context})
	}
}

// coming are the downloads that are neither complete nor broken off.
func (s *Session) coming() []string {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	var all []string
	for _, d := range s.state.files {
		if d.state == browser.DownloadProgressStateInProgress {
			all = append(all, d.guid)
		}
	}
	return all
}

// removeDownloads throws away what was downloaded. What can't be removed now is
// removed with Chrome's own folder.
func (s *Session) removeDownloads() {
	if s.downloads != "" {
		_ = os.RemoveAll(s.downloads)
		s.downloads = ""
	}
}

func (s *Session) downloadBegins(e *browser.EventDownloadWillBegin) {
	s.state.update(func(state *state) {
		if state.folder == "" {
			return // it is refused
		}
		if slices.ContainsFunc(state.files, func(d *download) bool { return d.guid == e.GUID }) {
			return // the tab and its frame tell of it
		}
		state.files = append(state.files, &download{guid: e.GUID, name: e.SuggestedFilename, state: browser.DownloadProgressStateInProgress})
		s.boundDownloadsLocked()
	})
}

func (s *Session) downloadGoesOn(e *browser.EventDownloadProgress) {
	now := epochMs(time.Now())
	s.state.update(func(state *state) {
		i := slices.IndexFunc(state.files, func(d *download) bool { return d.guid == e.GUID })
		if i < 0 {
			return // of a step that is over
		}
		d := state.files[i]
		d.received, d.announced, d.state = int64(e.ReceivedBytes), int64(e.TotalBytes), e.State
		if e.State == browser.DownloadProgressStateCompleted && d.endedAt == 0 {
			d.endedAt = now
		}
		s.boundDownloadsLocked()
	})
}

// boundDownloadsLocked ends the step, once, when too much is being downloaded:
// too large a file, or files without end.
func (s *Session) boundDownloadsLocked() {
	if s.state.flooded {
		return
	}
	f := &Failure{Kind: journey.KindExpectation, Hint: "expect what the page says of it instead"}
	total := int64(0)
	for _, d := range s.state.files {
		size := max(d.received, d.announced)
		if total += size; size > mostDownloaded {
			f.Message = fmt.Sprintf("the download %q is larger than %d MiB and was broken off", brief(d.name), mostDownloaded>>20)
		}
	}
	switch {
	case f.Message != "":
	case total > mostDownloaded:
		f.Message = fmt.Sprintf("the page's %d downloads are larger than %d MiB together and were broken off", len(s.state.files), mostDownloaded>>20)
	case len(s.state.files) > mostDownloads:
		f.Message = fmt.Sprintf("the page began more than %d downloads, which were broken off", mostDownloads)
		f.Hint = "a script of the page may begin them without end; look whether it does so in a browser, too"
	default:
		return
	}
	s.state.flooded = true
	s.state.failLocked(f)
	s.spawn(s.refuseDownloads)
}

// wantedFiles are the files that the step waits for.
func (st *step) wantedFiles() []journey.Expectation {
	return slices.DeleteFunc(slices.Clone(st.Expect), func(e journey.Expectation) bool { return e.Claim != journey.ClaimDownload })
}

// cameLocked is the first complete download that an expectation is met by, or
// nil.
func (st *step) cameLocked(e journey.Expectation, s *state) *download {
	for _, d := range s.files {
		if d.endedAt == 0 || d.received < e.Bytes {
			continue
		}
		// That a pattern is one was seen when it was loaded.
		if named, err := st.compares(e, d.name); err == nil && named {
			return d
		}
	}
	return nil
}

// awaitDownloads waits for the files that the step expects.
func (st *step) awaitDownloads(ctx context.Context) error {
	wanted := st.wantedFiles()
	if len(wanted) == 0 {
		return nil
	}
	st.filing = true
	defer func() { st.filing = ctx.Err() != nil }()
	return st.waitFor(ctx, func(s *state) bool {
		return !slices.ContainsFunc(wanted, func(e journey.Expectation) bool { return st.cameLocked(e, s) == nil })
	})
}

// lastDownload is when the last file came that the step expects, in epoch ms;
// 0 where it expects none.
func (st *step) lastDownload() float64 {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	last := 0.0
	for _, e := range st.wantedFiles() {
		if d := st.cameLocked(e, st.state); d != nil {
			last = max(last, d.endedAt)
		}
	}
	return last
}

// armDownload is for an address that turned out to be a file: the page that was
// there stays, and was left when the file was asked for.
func (st *step) armDownload(ctx context.Context) error {
	asked := epochMs(st.sentAt)
	err := st.armNow(ctx, "")
	st.asked = asked
	return err
}

// noDownload says which downloads began where none is as expected.
func (st *step) noDownload(e journey.Expectation) string {
	st.state.mu.Lock()
	defer st.state.mu.Unlock()
	if st.cameLocked(e, st.state) != nil {
		return ""
	}
	if len(st.state.files) == 0 {
		return "no download began"
	}
	var each []string
	for _, d := range st.state.files[:min(len(st.state.files), mostSaid)] {
		each = append(each, d.String())
	}
	return "what was downloaded is " + strings.Join(each, ", ")
}

// missingDownload is what failed a step: other, or the file that it waited for
// when its time was over.
func (st *step) missingDownload(other *Failure) *Failure {
	if !st.filing {
		return other
	}
	for _, e := range st.wantedFiles() {
		if what := st.noDownload(e); what != "" {
			return &Failure{Kind: journey.KindExpectation, Message: e.String() + ": " + what, Pos: e.Pos}
		}
	}
	return other
}
