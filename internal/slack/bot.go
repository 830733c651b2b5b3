package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	api "github.com/slack-go/slack"
)

// bot tells with a bot's token: it edits, replies and looks.
type bot struct {
	api     *api.Client
	memory  Memory
	pace    *pacer
	explain func(method, channel string, err error) *Error
	timeout time.Duration // of a request
	settle  time.Duration // how long a post may take to show
	born    time.Time     // posts that were begun earlier were another's
	once    *saidOnce
	ids     channelIDs
}

// tell brings what is told of a thread up to its story. It may be broken off
// anywhere and called again. What is wrong with an edit doesn't keep back what
// people must hear.
func (b *bot) tell(ctx context.Context, t *Thread, compose func(Thread) story) (loud bool, err error) {
	if err := b.clear(ctx, t); err != nil {
		return false, err
	}
	s := compose(t.clone())
	if t.TS == "" {
		if !t.Posted.IsZero() { // it is taken as told, and nobody knows where it is
			if s.reply == nil {
				return false, b.keepTold(ctx, t, s)
			}
			t.leave()
			s.root = s.reply.full
		}
		return true, b.root(ctx, t, s)
	}
	var behind error
	if t.Shown < s.revision {
		if behind = b.edit(ctx, t, s); behind != nil {
			switch meansOf(behind) {
			case vanished:
				return b.anew(ctx, t, compose)
			case unclear, unknown: // it may well be this message's own trouble
			case unsent, unsettled, waiting, limitedOut, shut, shutHere, badForm, unchanging, unreadable:
				return false, behind
			}
		}
	}
	if s.reply == nil {
		if behind != nil {
			return false, behind
		}
		return false, b.keepTold(ctx, t, s)
	}
	err = b.reply(ctx, t, s)
	if err != nil && meansOf(err) == vanished {
		return b.anew(ctx, t, compose)
	}
	return s.reply.broadcast, cmp.Or(err, behind)
}

// anew is for a message that somebody deleted: it is posted anew while the
// incident goes on, and let go when it is over.
func (b *bot) anew(ctx context.Context, t *Thread, compose func(Thread) story) (loud bool, err error) {
	s := compose(t.clone())
	if !s.open {
		t.Shown, t.Told, t.Open, t.Heard, t.Lower = s.revision, s.revision, false, "", ""
		return false, b.keep(ctx, t)
	}
	t.leave()
	return true, b.root(ctx, t, compose(t.clone()))
}

// root posts the message itself.
func (b *bot) root(ctx context.Context, t *Thread, s story) error {
	t.Open, t.Late, t.Mentioned = s.open, !s.open, s.root.mention != ""
	return b.post(ctx, t, Posting{Part: rootPart(t), Root: true, Revision: s.revision, Heard: s.severity}, s.root, false)
}

func rootPart(t *Thread) string {
	if t.Roots == 0 {
		return "root"
	}
	return fmt.Sprintf("root-%d", t.Roots+1)
}

// reply posts what else is to be told, in the thread.
func (b *bot) reply(ctx context.Context, t *Thread, s story) error {
	t.Open = s.open
	return b.post(ctx, t, Posting{Part: s.reply.part, Revision: s.revision, Heard: s.severity}, s.reply.short, s.reply.broadcast)
}

// keepTold notes that a story holds nothing more to tell.
func (b *bot) keepTold(ctx context.Context, t *Thread, s story) error {
	if t.Told >= s.revision && t.Open == s.open {
		return nil
	}
	t.Told, t.Open, t.Posting = s.revision, s.open, nil
	t.shows(s.severity, time.Now())
	return b.keep(ctx, t)
}

// post makes a post under a mark: where it is unclear what became of it, the
// mark stays, and [bot.clear] finds out. Without a mark it was not made.
func (b *bot) post(ctx context.Context, t *Thread, p Posting, m message, broadcast bool) error {
	channel := t.Channel
	if t.ChannelID != "" {
		channel = t.ChannelID
	}
	if err := b.pace.wait(ctx, t.Channel); err != nil {
		return err
	}
	p.At = time.Now().Round(0).UTC()
	p.Until = p.At.Add(2 * b.timeout) // once more as text
	t.again(&p, &m)
	t.Posting = &p
	if err := b.keep(ctx, t); err != nil {
		return err
	}
	options := []api.MsgOption{metadata(t, p.Part)}
	if !p.Root {
		options = append(options, api.MsgOptionTS(t.TS))
		if broadcast {
			options = append(options, api.MsgOptionBroadcast())
		}
	}
	var id, ts string
	err := b.say(ctx, "chat.postMessage", t, m, func(ctx context.Context, content []api.MsgOption) (err error) {
		id, ts, err = b.api.PostMessageContext(ctx, channel, append(content, options...)...)
		return err
	})
	if err != nil {
		if meansOf(err) == unclear {
			p.Until = time.Now().Round(0).UTC()
			p.Tries++
		} else {
			t.Posting = nil // it is known not to be there
		}
		return errors.Join(err, b.keep(ctx, t))
	}
	t.told(p, id, ts)
	b.ids.learn(t.Channel, id)
	return b.keep(ctx, t)
}

// edit has the message show the story. Doing it twice changes nothing.
func (b *bot) edit(ctx context.Context, t *Thread, s story) error {
	t.Open = s.open
	if t.Frozen {
		t.Shown = s.revision
		return nil // kept with what is told next
	}
	if err := b.pace.wait(ctx, t.Channel); err != nil {
		return err
	}
	err := b.say(ctx, "chat.update", t, s.root, func(ctx context.Context, content []api.MsgOption) error {
		_, _, _, err := b.api.UpdateMessageContext(ctx, t.ChannelID, t.TS, append(content, metadata(t, rootPart(t)))...)
		return err
	})
	if err != nil {
		switch meansOf(err) {
		case unchanging:
			b.once.warn(err, "a message can't be edited any more; what people must hear is told in its thread")
			t.Frozen = true
		case badForm:
			b.once.warn(err, "Slack refused the form of an edit; the message shows how it was")
		case unclear, unsent, unknown, unsettled, waiting, limitedOut, shut, shutHere, vanished, unreadable:
			return err
		}
	}
	t.Shown = s.revision
	t.shows(s.severity, time.Now())
	return b.keep(ctx, t)
}

// say makes a request that carries a message, and where Slack doesn't take its
// form once more as text alone.
func (b *bot) say(ctx context.Context, method string, t *Thread, m message, do func(context.Context, []api.MsgOption) error) error {
	common := []api.MsgOption{api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl(), api.MsgOptionParse(false)}
	err := b.call(ctx, method, t.Channel, func(ctx context.Context) error {
		return do(ctx, append(common, api.MsgOptionText(string(m.text()), false), api.MsgOptionBlocks(m.blocks()...)))
	})
	if err != nil && meansOf(err) == badForm {
		b.once.warn(err, "Slack refused the form of a message; it is sent as text")
		err = b.call(ctx, method, t.Channel, func(ctx context.Context) error {
			return do(ctx, append(common, api.MsgOptionText(string(m.whole()), false)))
		})
	}
	if err != nil && meansOf(err) == limitedOut {
		b.pace.rest(t.Channel, retryOf(err))
	} else {
		b.pace.rest(t.Channel, gap)
	}
	return err
}

// call makes a request within the time that one may take. Its error is an
// [*Error], or says that ctx ended.
func (b *bot) call(ctx context.Context, method, channel string, do func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	err := do(limited)
	if err == nil {
		return nil
	}
	return ended(ctx, b.explain(method, channel, err))
}

func (b *bot) keep(ctx context.Context, t *Thread) error { return keep(ctx, b.memory, t) }
