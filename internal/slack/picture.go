package slack

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	api "github.com/slack-go/slack"

	"samui/internal/incident"
)

const (
	pictureTime  = 8 * time.Second // for all pictures of a batch: what is to be told next waits for them
	pictureTries = 3
	largest      = 20 << 20 // bytes
)

// picture is one to be put into the thread of a message.
type picture struct {
	notice Notice
	thread Thread
	name   string
}

// wantPicture notes that the worst sighting's picture belongs into a thread:
// with the message, and again with what people notice in it. What was missed
// is made up for when the incident is told next.
func (r *round) wantPicture(n Notice, t Thread, loud bool) {
	if r.bot == nil || n.Picture == "" || t.TS == "" || n.Incident.State != incident.Open {
		return
	}
	name := line(n.Incident.Worst.RunID, 60) + strings.ToLower(filepath.Ext(n.Picture))
	known := func(p Picture) bool { return p.Name == name }
	if len(t.Pictures) > 0 {
		last := t.Pictures[len(t.Pictures)-1]
		missed := !last.Done && last.Tries < pictureTries
		if slices.ContainsFunc(t.Pictures, func(p Picture) bool { return known(p) && p.Done }) || !loud && !missed {
			return
		}
	}
	r.pictures = append(r.pictures, picture{n, t, name})
}

// showPictures uploads what is wanted. Messages come first and don't depend on
// it: a picture that can't be shown holds up nothing.
func (r *round) showPictures(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	for _, p := range r.pictures {
		if ctx.Err() != nil {
			return
		}
		if err := r.bot.show(ctx, &p.thread, p); err != nil {
			r.bot.once.warn(err, "a picture could not be shown")
		}
	}
}

// show uploads a picture, unless it is there. A mark is kept before, as with a
// post; but rather none than two.
func (b *bot) show(ctx context.Context, t *Thread, p picture) error {
	at := slices.IndexFunc(t.Pictures, func(k Picture) bool { return k.Name == p.name })
	if at < 0 {
		t.Pictures = append(t.Pictures, Picture{Name: p.name})
		at = len(t.Pictures) - 1
	}
	mark := &t.Pictures[at]
	if mark.Tries > 0 {
		m, err := b.findReply(ctx, t, func(m api.Message) bool {
			return slices.ContainsFunc(m.Files, func(f api.File) bool { return f.Name == p.name })
		})
		switch {
		case err != nil && meansOf(err) != unreadable:
			return err
		case err != nil || m.Timestamp != "":
			mark.Done = true // or nobody can know
			return b.keep(ctx, t)
		}
	}
	mark.Tries++
	if err := b.keep(ctx, t); err != nil {
		return err
	}
	err := b.upload(ctx, t, p)
	if err != nil {
		switch meansOf(err) {
		case shut, shutHere, badForm: // and so it will be the next time
		case unclear, unsent, unknown, unsettled, waiting, limitedOut, vanished, unchanging, unreadable:
			return err
		}
	}
	mark.Done = true
	return errors.Join(err, b.keep(ctx, t))
}

func (b *bot) upload(ctx context.Context, t *Thread, p picture) error {
	file, err := os.Open(p.notice.Picture)
	if err != nil {
		return err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil || about.Size() == 0 || about.Size() > largest {
		return err
	}
	worst := p.notice.Incident.Worst
	title := line(worst.StepTitle+", "+worst.Device, 100)
	_, err = b.api.UploadFileContext(ctx, api.UploadFileParameters{
		Reader: io.LimitReader(file, about.Size()), FileSize: int(about.Size()), Filename: p.name,
		Title: title, AltTxt: line("What the customer saw: "+title, 200),
		Channel: t.ChannelID, ThreadTimestamp: t.TS,
	})
	if err == nil {
		return nil
	}
	e := b.explain("files.upload", t.Channel, err)
	if e.Code == "missing_scope" {
		e.Optional, e.hint = true, "add the scope files:write to the Slack app and install it again"
	}
	return e
}
