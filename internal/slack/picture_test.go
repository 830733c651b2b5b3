package slack

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
	"samui/internal/slack/slacktest"
)

// snapshot writes a picture.
func snapshot(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pay.JPG")
	if err := os.WriteFile(file, []byte("picture of a shop"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestThePictureIsInTheThread(t *testing.T) {
	file := snapshot(t)
	play(t, slacktest.Options{Burst: 1}, Options{}, func(t *testing.T, s *scene) {
		a := opened("a", journey.Bad)
		s.adorn("a", func(n *Notice) { n.Picture = file })
		s.tell(a)
		s.tell(then(a, incident.Reminded, ""))
		s.want("oncall", bad, "  [01RUN.jpg]", "! It goes on: "+bad)
		picture := s.slack.Replies("oncall", s.slack.Roots("oncall")[0].TS)[0].Files[0]
		same(t, "bytes", "picture of a shop", string(picture.Bytes))
		same(t, "title", "Pay, desktop", picture.Title)

		a = then(then(a, incident.Reminded, ""), incident.Worsened, journey.Failed)
		a.Worst.RunID = "02RUN"
		s.tell(a)
		s.want("oncall", failing, "  [01RUN.jpg]", "! It goes on: "+bad, "! Worse now: "+failing+" <!here>", "  [02RUN.jpg]")
	})
}

func TestAPictureThatCannotBeShownHoldsUpNothing(t *testing.T) {
	file := snapshot(t)
	for _, method := range []string{"files.getUploadURLExternal", "upload", "files.completeUploadExternal"} {
		for name, fault := range faults() {
			t.Run(name+" of "+method, func(t *testing.T) {
				play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
					s.slack.Fail(method, fault)
					a := opened("a", journey.Bad)
					s.adorn("a", func(n *Notice) { n.Picture = file })
					s.set(a)
					if r := s.send("a"); len(r.Delivered) != 1 || r.Err != nil {
						t.Errorf("%+v, want it delivered", r)
					}
					pass(time.Minute)
					s.tell(then(a, incident.Acknowledged, "")) // makes up for it
					same(t, "messages", []string{bad, "  [01RUN.jpg]"}, s.see("oncall"))
				})
			})
		}
	}
	t.Run("no scope", func(t *testing.T) {
		play(t, slacktest.Options{Scopes: []string{"chat:write"}}, Options{}, func(t *testing.T, s *scene) {
			a := opened("a", journey.Bad)
			s.adorn("a", func(n *Notice) { n.Picture = file })
			s.tell(a)
			s.tell(then(a, incident.Acknowledged, ""))
			same(t, "messages", []string{bad}, s.see("oncall"))
			same(t, "tries", 1, s.slack.Calls()["files.getUploadURLExternal"])
			contains(t, "log", s.log.String(), "add the scope files:write")
		})
	})
	t.Run("no file", func(t *testing.T) {
		play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
			s.adorn("a", func(n *Notice) { n.Picture = file + ".gone" })
			s.tell(opened("a", journey.Bad))
			s.want("oncall", bad)
		})
	})
}

func TestAPictureIsNotShownTwiceWhenKilled(t *testing.T) {
	file := snapshot(t)
	for at := 0; ; at++ {
		k := &killer{at: at}
		play(t, slacktest.Options{}, Options{}, func(t *testing.T, s *scene) {
			s.killable(k)
			s.set(opened("a", journey.Bad))
			s.adorn("a", func(n *Notice) { n.Picture = file })
			s.endure(k, "a")
			s.want("oncall", bad, "  [01RUN.jpg]")
		})
		if t.Failed() {
			t.Fatalf("killed at moment %d", at)
		}
		if k.at >= 0 {
			t.Logf("killed at each of %d moments", at)
			return
		}
	}
}

func TestPicturesHoldUpTheNextBatchOnlyALittle(t *testing.T) {
	file := snapshot(t)
	play(t, slacktest.Options{Burst: 100}, Options{}, func(t *testing.T, s *scene) {
		s.slack.FailAlways("files.getUploadURLExternal", slacktest.Fault{Hang: true})
		for k, id := range names(3) {
			i := opened(id, journey.Bad)
			i.Site = fmt.Sprint(k)
			s.set(i)
			s.adorn(id, func(n *Notice) { n.Picture = file })
		}
		begun := time.Now()
		s.send(names(3)...)
		if took := time.Since(begun); took > 12*time.Second { // three messages, one a second
			t.Errorf("a batch took %v, want at most some seconds for pictures", took)
		}
	})
}
