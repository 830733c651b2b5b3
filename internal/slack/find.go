package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"
)

const (
	eventType = "samui_incident" // of the metadata by which a post of ours is found

	// A post is looked for among what came so long before it was begun, and after
	// it had ended: the clocks of Slack and of this machine may differ.
	skew      = time.Hour
	pageSize  = 200
	mostPages = 25
)

// metadata is what a post is found by.
func metadata(t *Thread, part string) api.MsgOption {
	return api.MsgOptionMetadata(api.SlackMetadata{
		EventType:    eventType,
		EventPayload: map[string]any{"incident_id": t.ID, "part": part},
	})
}

// clear finds out what became of a post that was begun. It returns without an
// error once that is known, or as well known as it will be.
func (b *bot) clear(ctx context.Context, t *Thread) error {
	if t.Posting == nil {
		return nil
	}
	now := time.Now().Round(0).UTC()
	id, ts, err := b.find(ctx, t, *t.Posting, now)
	p := t.Posting
	if err != nil && meansOf(err) == unknown {
		if p.Looks++; p.Looks < stubborn {
			return errors.Join(err, b.keep(ctx, t))
		}
	} else if err != nil && meansOf(err) != unreadable {
		return err
	}
	if p.At.After(now) { // by a clock that was wrong, or is
		p.At, p.Until = now, now
	}
	var rest time.Duration
	switch {
	case err != nil:
		b.once.warn(err, "Samui may not look whether a message whose answer was lost is there; it may be told twice")
		if rest = t.doubted(now); t.Posting == nil {
			b.once.warn(err, takenAsTold)
		}
	case ts != "":
		t.told(*p, id, ts)
	default:
		until := p.Until
		if p.At.Before(b.born) && b.born.Before(until) {
			until = b.born // whoever made it is dead
		}
		if rest = until.Add(b.settle).Sub(now); rest <= 0 {
			t.Posting = nil
		}
	}
	if err := b.keep(ctx, t); err != nil {
		return err
	}
	if rest > 0 {
		return unsettledFor(t, rest)
	}
	return nil
}

// takenAsTold is what becomes of a post that is never answered.
const takenAsTold = "a message whose answer was lost each time is taken as told"

// unsettledFor says that a post has to wait whose answer was lost.
func unsettledFor(t *Thread, rest time.Duration) error {
	return &Error{
		Method: "chat.postMessage", Channel: t.Channel, meaning: unsettled, RetryAfter: rest,
		Text: "no answer came, and it isn't known whether the message is there",
	}
}

// find looks for a post by its metadata; without a ts it isn't there.
func (b *bot) find(ctx context.Context, t *Thread, p Posting, now time.Time) (id, ts string, err error) {
	is := func(m api.Message) bool {
		return m.Metadata.EventType == eventType && m.Metadata.EventPayload["incident_id"] == t.ID && m.Metadata.EventPayload["part"] == p.Part
	}
	if !p.Root {
		m, err := b.findReply(ctx, t, is)
		return t.ChannelID, m.Timestamp, err
	}
	id, err = b.channelID(ctx, t)
	if err != nil {
		return "", "", err
	}
	oldest := p.At
	if now.Before(oldest) {
		oldest = now
	}
	parameters := api.GetConversationHistoryParameters{
		ChannelID: id, Oldest: stamp(oldest.Add(-skew)), Latest: stamp(p.Until.Add(b.settle + skew)), Limit: pageSize, IncludeAllMetadata: true,
	}
	m, err := b.search(ctx, "conversations.history", t.Channel, is, func(ctx context.Context) (page []api.Message, more bool, err error) {
		answer, err := b.api.GetConversationHistoryContext(ctx, &parameters)
		if err != nil {
			return nil, false, err
		}
		parameters.Cursor = answer.ResponseMetaData.NextCursor
		return answer.Messages, parameters.Cursor != "", nil
	})
	return id, m.Timestamp, err
}

// findReply looks through the thread of a message; none is the zero value. A
// message that is gone has no replies.
func (b *bot) findReply(ctx context.Context, t *Thread, is func(api.Message) bool) (api.Message, error) {
	parameters := api.GetConversationRepliesParameters{ChannelID: t.ChannelID, Timestamp: t.TS, Limit: pageSize, IncludeAllMetadata: true}
	m, err := b.search(ctx, "conversations.replies", t.Channel, is, func(ctx context.Context) (page []api.Message, more bool, err error) {
		page, _, parameters.Cursor, err = b.api.GetConversationRepliesContext(ctx, &parameters)
		return page, parameters.Cursor != "", err
	})
	if err != nil && meansOf(err) == vanished {
		return api.Message{}, nil
	}
	return m, err
}

// search looks through pages of messages; none is the zero value.
func (b *bot) search(ctx context.Context, method, channel string, is func(api.Message) bool, next func(context.Context) (page []api.Message, more bool, err error)) (api.Message, error) {
	for range mostPages {
		var page []api.Message
		var more bool
		err := b.look(ctx, method, channel, func(ctx context.Context) (err error) {
			page, more, err = next(ctx)
			return err
		})
		if err != nil {
			return api.Message{}, err
		}
		if at := slices.IndexFunc(page, is); at >= 0 {
			return page[at], nil
		}
		if !more {
			return api.Message{}, nil
		}
	}
	return api.Message{}, &Error{
		Method: method, Channel: channel, meaning: unknown,
		Text: fmt.Sprintf("among %d messages isn't the one whose answer was lost", mostPages*pageSize), hint: "more was written here than Samui looks through",
	}
}

// look makes a request that only reads. That it isn't allowed doesn't mean that
// posting isn't.
func (b *bot) look(ctx context.Context, method, channel string, do func(context.Context) error) error {
	err := b.call(ctx, method, channel, do)
	e, ok := err.(*Error) //nolint:errorlint // call returns it bare
	if !ok {
		return err
	}
	switch {
	case e.Code == "missing_scope" || e.Code == "no_permission" || e.Code == "access_denied" || e.meaning == shutHere:
		e.meaning, e.Optional = unreadable, true
		e.hint = "add the scopes channels:history and channels:read to the Slack app (for private channels groups:history and groups:read), install it again, and invite the bot"
	case e.meaning == badForm || e.meaning == unchanging:
		e.meaning = unreadable
	}
	return err
}

// stamp is a time as Slack has it.
func stamp(at time.Time) string { return fmt.Sprintf("%d.000000", at.Unix()) }

// channelIDs are the ids of channels that are known by name. It is safe for
// concurrent use.
type channelIDs struct {
	mu sync.Mutex
	id map[string]string // by the channel as configured
}

func (c *channelIDs) learn(channel, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.id == nil {
		c.id = map[string]string{}
	}
	c.id[channel] = id
}

func (c *channelIDs) of(channel string) string {
	if !strings.HasPrefix(channel, "#") {
		return channel
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.id[channel]
}

// channelID is what Slack wants where something is looked for: the id of a
// thread's channel, as an answer said it or as the list of the bot's channels
// does.
func (b *bot) channelID(ctx context.Context, t *Thread) (string, error) {
	if t.ChannelID != "" {
		return t.ChannelID, nil
	}
	if id := b.ids.of(t.Channel); id != "" {
		return id, nil
	}
	others, err := b.memory.Threads(ctx, t.Site)
	if err != nil {
		return "", fmt.Errorf("reading what was told about %q: %w", t.Site, err)
	}
	for _, o := range others {
		if o.Channel == t.Channel && o.ChannelID != "" {
			return o.ChannelID, nil
		}
	}
	channels, _, err := b.memberOf(ctx, t.Channel)
	if err != nil {
		return "", err
	}
	for _, c := range channels {
		if "#"+c.Name == t.Channel {
			b.ids.learn(t.Channel, c.ID)
			return c.ID, nil
		}
	}
	return "", &Error{
		Method: "users.conversations", Channel: t.Channel, meaning: unreadable, Optional: true,
		Text: "the bot is not in " + t.Channel, hint: "type /invite @samui in " + t.Channel + ", with the bot's own name",
	}
}

// memberOf are the channels that the bot is in; some says that there may be
// private ones that it may not see.
func (b *bot) memberOf(ctx context.Context, channel string) (all []api.Channel, some bool, err error) {
	parameters := api.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}, Limit: pageSize, ExcludeArchived: true}
	list := func(ctx context.Context) error {
		page, cursor, err := b.api.GetConversationsForUserContext(ctx, &parameters)
		all, parameters.Cursor = append(all, page...), cursor
		return err
	}
	err = b.look(ctx, "users.conversations", channel, list)
	if err != nil && meansOf(err) == unreadable {
		some, parameters.Types = true, parameters.Types[:1]
		err = b.look(ctx, "users.conversations", channel, list)
	}
	for range mostPages {
		if err != nil || parameters.Cursor == "" {
			break
		}
		err = b.look(ctx, "users.conversations", channel, list)
	}
	return all, some, err
}
